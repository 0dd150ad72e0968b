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
  showOthers(root, task);
}

/** Files of kinds that the page does not name: those of tasks of other kinds. @param {HTMLElement} root @param {import("./types.d.ts").Task} task */
function showOthers(root, task) {
  const named = new Set([...root.querySelectorAll("[data-kind]")].map((/** @type {any} */ item) => item.dataset.kind).concat("scene", "scene_picture", "picture"));
  for (const item of root.querySelectorAll("[data-other]")) item.remove();
  for (const { kind, label, position, url, bytes, media_type } of task.artifacts ?? []) {
    if (named.has(kind)) continue;
    const item = document.createElement("li");
    const link = document.createElement("a");
    const note = document.createElement("small");
    item.dataset.other = "";
    link.href = `${url}?download`;
    link.textContent = position ? `${label} ${position}` : label;
    note.textContent = `${media_type}, ${sizeText(bytes)}`;
    item.append(link, " ", note);
    root.querySelector("ul").append(item);
  }
}
