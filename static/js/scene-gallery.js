/** The gallery of scenes: a dialog with a picture of each kind, which inserts a sample after the scene of the caret. Loaded on first use. */
import { basePath } from "./base-path.js";
import { request } from "./api.js";
import { parts } from "./dom.js";
import { element } from "./element.js";

/** @typedef {{kind: string, label: string, markdown: string, yaml: string}} Sample */

/** @type {Map<string, Sample>} */
const samples = new Map();

/**
 * Opens the gallery; it is filled when it is opened first.
 * @param {import("./editor.js").Editor} editor where the sample is inserted
 * @param {(text: string) => void} announce says what was done
 */
export async function openGallery(editor, announce) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("inserter"));
  const { close, kinds, status } = parts(dialog);
  dialog.onclick = ({ target }) => {
    const clicked = /** @type {HTMLElement} */ (target);
    const sample = samples.get(/** @type {HTMLElement | null} */ (clicked.closest("[data-kind]"))?.dataset.kind ?? "");
    if (clicked === dialog || clicked === close || sample) dialog.close();
    if (sample) {
      insertSample(editor, sample);
      announce(`${sample.label} is inserted.`);
    }
  };
  dialog.showModal();
  if (samples.size) return;
  status.textContent = "Loading the scenes";
  try {
    const fetched = await request(`${basePath}/api/samples`);
    for (const sample of fetched.samples) samples.set(sample.kind, sample);
    kinds.replaceChildren(...fetched.samples.map(choice));
    status.textContent = "";
  } catch {
    status.textContent = "The scenes could not be loaded. Close this and try again.";
  }
}

/** @param {Sample} sample */
function choice({ kind, label }) {
  const button = element("button", { type: "button", className: "scene" },
    element("img", { src: `${basePath}/static/kinds/${kind}.webp`, alt: "", loading: "lazy" }),
    element("span", { className: "scene-head" }, label));
  button.dataset.kind = kind;
  return element("li", {}, button);
}

/** @param {import("./editor.js").Editor} editor @param {Sample} sample */
function insertSample(editor, sample) {
  if (editor.format === "yaml") insertYaml(editor, sample.yaml);
  else insertMarkdown(editor, sample.markdown);
}

function insertMarkdown(editor, text) {
  const lines = editor.text.split("\n");
  let fence = "";
  const next = lines.findIndex((line, index) => {
    const mark = line.match(/^ {0,3}(`{3,}|~{3,})/)?.[1];
    if (mark) fence = fence ? (mark.startsWith(fence) ? "" : fence) : mark;
    return index >= editor.line && !fence && /^(#{1,6}\s|:::)/.test(line);
  });
  insertBefore(editor, lines, next, text);
}

/** Inserts an item of `scenes`, indented by two spaces, after the one of the caret. @param {import("./editor.js").Editor} editor @param {string} text */
function insertYaml(editor, text) {
  const lines = editor.text.split("\n");
  const from = Math.max(editor.line, lines.findIndex((line) => /^["']?scenes["']?\s*:/.test(line)) + 1);
  const next = lines.findIndex((line, index) => index >= from && /^\s*- kind:|^[A-Za-z]/.test(line));
  const indent = lines.map((line) => line.match(/^(\s*)- kind:/)?.[1]).find((space) => space !== undefined) ?? "  ";
  insertBefore(editor, lines, next, text.replace(/^ {2}/gm, indent));
}

/** Inserts whole lines before that one, or at the end, with an empty line around them. */
function insertBefore(editor, lines, index, text) {
  const next = index < 0 ? lines.length : index;
  const [head, rest] = [lines.slice(0, next).join("\n"), lines.slice(next).join("\n")];
  const before = head.trimEnd();
  editor.insert((before ? "\n\n" : "") + text.trimEnd() + (rest ? "\n\n" : "\n"), before.length, editor.text.length - rest.length);
  editor.goTo(before ? before.split("\n").length + 2 : 1);
}
