/** /brands: beside each colour that is written, one to be picked. */
import { elements } from "./dom.js";

const HEX = /^#[0-9a-f]{6}$/i;

for (const field of elements(document, "[data-colour]")) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.setAttribute("aria-label", `Pick: ${field.dataset.colour}`);
  const show = () => {
    const isWritten = HEX.test(field.value.trim());
    picker.classList.toggle("unset", !isWritten);
    picker.value = isWritten ? field.value.trim().toLowerCase() : "#808080";
  };
  picker.addEventListener("input", () => {
    field.value = picker.value;
    picker.classList.remove("unset");
  });
  field.addEventListener("input", show);
  show();
  field.parentElement.append(picker);
}
