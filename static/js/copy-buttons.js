import { elements } from "./dom.js";

/** `<button data-copy>` copies the text of the element before it. */
export function enableCopying(root = document) {
  for (const button of elements(root, "button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = button.previousElementSibling;
      const label = button.textContent;
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch {
        // No permission, or not a secure page: selected, it can be copied by hand.
        getSelection().selectAllChildren(source);
        button.textContent = "Press Ctrl+C";
      }
      setTimeout(() => (button.textContent = label), 1500);
    });
  }
}
