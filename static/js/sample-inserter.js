/** Inserts samples of scenes into a script, after the scene of the caret. Loaded on first use. */
import { basePath } from "./base-path.js";

/** @typedef {{kind: string, label: string, markdown: string, yaml: string}} Sample */

/** The samples, once one was needed. @type {Promise<Sample[]> | undefined} */
let samples;

async function fetchSamples() {
  const response = await fetch(`${basePath}/api/samples`);
  if (!response.ok) throw new Error(`/api/samples answered ${response.status}`);
  return (await response.json()).samples;
}

/**
 * Inserts the sample of a kind of scene and returns its label, or undefined if it could not be fetched.
 * @param {import("./editor.js").Editor} editor
 * @param {string} kind
 */
export async function insertSample(editor, kind) {
  samples ??= fetchSamples();
  const known = await samples.catch(() => {
    samples = undefined; // requested again the next time
    return /** @type {Sample[]} */ ([]);
  });
  const sample = known.find((one) => one.kind === kind);
  if (!sample) return undefined;
  if (editor.format === "yaml") insertYaml(editor, sample.yaml);
  else insertMarkdown(editor, sample.markdown);
  return sample.label;
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
export function insertYaml(editor, text) {
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
