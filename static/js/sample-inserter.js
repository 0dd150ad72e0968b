/** Inserts samples of scenes into a script, after the scene of the caret. Loaded on first use. */
import { basePath } from "./base-path.js";

/** The samples in YAML, once one was needed. @type {Promise<{samples: {kind: string, yaml: string}[]}> | undefined} */
let yamlSamples;

/**
 * @param {import("./editor.js").Editor} editor
 * @param {{kind: string, markdown: string}} sample
 */
export async function insertSample(editor, sample) {
  if (editor.format !== "yaml") return insertMarkdown(editor, sample.markdown);
  yamlSamples ??= fetch(`${basePath}/api/samples`).then((response) => (response.ok ? response.json() : Promise.reject(response)));
  const { samples } = await yamlSamples.catch(() => {
    yamlSamples = undefined; // requested again the next time
    return { samples: [] };
  });
  const inYaml = samples.find(({ kind }) => kind === sample.kind);
  if (inYaml) insertYaml(editor, inYaml.yaml);
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
