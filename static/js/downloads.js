/** The files of a finished task: the page lists every kind there can be, and this shows those that are there. */
import { parts, setText } from "./dom.js";
import { size as sizeText } from "./formats.js";

/** @param {HTMLElement} root @param {import("./types.d.ts").Task} task */
export function showDownloads(root, task) {
  root.hidden = task.status !== "completed";
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-kind]"))) {
    const file = task.artifacts?.find(({ kind }) => kind === item.dataset.kind);
    item.hidden = !file;
    if (!file) continue;
    const { link, size } = parts(item);
    link.href = `${file.url}?download`;
    setText(size, sizeText(file.bytes));
  }
}
