/** Files that are dropped on an element, or pasted into its text. */

/**
 * @param {HTMLElement} area takes the files
 * @param {HTMLElement} sign is shown while they are dragged over it
 * @param {HTMLTextAreaElement} textarea
 * @param {(files: File[]) => void} add called with the files
 */
export function enableFileDrop(area, sign, textarea, add) {
  textarea.addEventListener("paste", (paste) => {
    const pasted = [...paste.clipboardData.files];
    if (!pasted.length || paste.clipboardData.types.includes("text/plain")) return; // cells of a table come as text and as a picture
    paste.preventDefault();
    add(pasted);
  });
  for (const kind of /** @type {const} */ (["dragenter", "dragover"])) {
    area.addEventListener(kind, (drag) => {
      if (!drag.dataTransfer.types.includes("Files")) return;
      drag.preventDefault();
      sign.hidden = false;
    });
  }
  area.addEventListener("dragleave", (drag) => {
    if (!area.contains(/** @type {Node} */ (drag.relatedTarget))) sign.hidden = true;
  });
  area.addEventListener("drop", (drop) => {
    sign.hidden = true;
    if (!drop.dataTransfer.files.length) return;
    drop.preventDefault();
    add([...drop.dataTransfer.files]);
  });
}
