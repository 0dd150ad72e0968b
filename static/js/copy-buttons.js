import { elements } from "./dom.js";

/** `<button data-copy>` copies the text of the element before it. */
export function enableCopying(root = document) {
  for (const button of elements(root, "button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copyText(button, button.previousElementSibling));
  }
}

/**
 * Copies the text of `source`, and says so on the button for a moment.
 * @param {HTMLButtonElement} button @param {Element} source shown, so that it can be copied by hand
 * @param {string} [text] to copy in its place
 */
export async function copyText(button, source, text = source.textContent) {
  const label = (button.dataset.label ??= button.textContent);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // No permission, or not a secure page: selected, it can be copied by hand.
    source.textContent = text;
    getSelection().selectAllChildren(source);
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (button.textContent = label), 1500);
}
