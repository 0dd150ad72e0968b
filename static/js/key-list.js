/** The list of the keys, opened by `?`. Single keys can be switched off, for those who dictate. */
import { setText } from "./dom.js";

const SINGLE_KEYS = "videogen.single-keys";
const EVERYWHERE = [
  ["?", "Show this list"],
  ["Escape", "Close what is open"],
];

/** Whether keys without Ctrl or Alt do something. */
export function areSingleKeysOn() {
  try {
    return localStorage.getItem(SINGLE_KEYS) !== "off";
  } catch {
    return true;
  }
}

/** Whether a key is meant for the page, and not for what somebody types. @param {KeyboardEvent} pressed */
export function isForPage(pressed) {
  const target = /** @type {HTMLElement} */ (pressed.target);
  return !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey && !target.closest?.("input, textarea, select, dialog, video") && areSingleKeysOn();
}

/**
 * Shows these keys and those of every page on `?`, and on a press on a `[data-part=keys]`.
 * @param {string[][]} keys pairs of a key and what it does
 */
export function enableKeyList(keys) {
  const open = () => dialogOf([...keys, ...EVERYWHERE]).showModal();
  addEventListener("keydown", (pressed) => {
    if (pressed.key !== "?" || !isForPage(pressed)) return;
    pressed.preventDefault();
    open();
  });
  for (const button of document.querySelectorAll("[data-part=keys]")) {
    /** @type {HTMLElement} */ (button).hidden = false;
    button.addEventListener("click", open);
  }
}

/** @param {string[][]} keys */
function dialogOf(keys) {
  const known = /** @type {HTMLDialogElement | null} */ (document.getElementById("key-list"));
  if (known) return known;
  const dialog = document.createElement("dialog");
  dialog.id = "key-list";
  dialog.className = "key-list";
  dialog.setAttribute("aria-labelledby", "key-list-title");
  dialog.innerHTML = `<header><h2 id="key-list-title">Keys</h2><form method="dialog"><button class="quiet-button">Close</button></form></header><dl></dl>
    <p><label><input type="checkbox"> Single keys work, such as ? and /</label></p>`;
  for (const [key, does] of keys) {
    const row = document.createElement("div");
    const [term, description] = [document.createElement("dt"), document.createElement("dd")];
    term.append(...key.split(" + ").flatMap((one, index) => [index ? " + " : "", Object.assign(document.createElement("kbd"), { textContent: one })]));
    setText(description, does);
    row.append(term, description);
    dialog.querySelector("dl").append(row);
  }
  const box = dialog.querySelector("input");
  box.checked = areSingleKeysOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(SINGLE_KEYS, box.checked ? "on" : "off");
    } catch {
      box.checked = true; // a browser that stores nothing keeps them on
    }
  });
  document.body.append(dialog);
  return dialog;
}
