/** Puts scenes into a script, after the scene of the caret. Loaded when somebody first wants one. */

/** The samples in YAML, once somebody has wanted one. */
let written;

/**
 * @param {import("./editor.js").Editor} editor
 * @param {{kind: string, markdown: string}} sample
 */
export async function insertSample(editor, sample) {
  if (editor.format !== "yaml") return insertMarkdown(editor, sample.markdown);
  written ??= fetch("/api/samples").then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)));
  const { samples } = await written.catch(() => {
    written = undefined; // asked again the next time
    return { samples: [] };
  });
  const same = samples?.find(({ kind }) => kind === sample.kind);
  if (same) insertYaml(editor, same.yaml);
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

/** Puts an item of `scenes`, set in by two spaces, after the one of the caret. */
export function insertYaml(editor, text) {
  const lines = editor.text.split("\n");
  const from = Math.max(editor.line, lines.findIndex((line) => /^["']?scenes["']?\s*:/.test(line)) + 1);
  const next = lines.findIndex((line, index) => index >= from && /^\s*- kind:|^[A-Za-z]/.test(line));
  const indent = lines.map((line) => line.match(/^(\s*)- kind:/)?.[1]).find((each) => each !== undefined) ?? "  ";
  insertBefore(editor, lines, next, text.replace(/^ {2}/gm, indent));
}

/** Puts whole lines before that one, or at the end, with an empty line around them. */
function insertBefore(editor, lines, index, text) {
  const next = index < 0 ? lines.length : index;
  const [head, rest] = [lines.slice(0, next).join("\n"), lines.slice(next).join("\n")];
  const before = head.trimEnd();
  editor.insert((before ? "\n\n" : "") + text.trimEnd() + (rest ? "\n\n" : "\n"), before.length, editor.text.length - rest.length);
  editor.goTo(before ? before.split("\n").length + 2 : 1);
}
