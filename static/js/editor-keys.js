/**
 * What keys do in the editor beyond typing: Tab indents a selection, a list or code, Enter continues a list, Ctrl+B and Ctrl+I emphasise.
 *
 * Tab is taken only while somebody types: focus that came by Tab leaves by Tab, and Escape gives Tab back, so that nobody is caught.
 */

const ITEM = /^(\s*)([-*+]|(\d{1,9})([.)])|>)(\s+)(\[[ xX]\]\s+)?/;
const EMPHASIS = { b: "**", i: "*" };

/** @param {import("./editor.js").Editor} editor */
export function enableEditorKeys(editor) {
  const { textarea } = editor;
  let typing = false; // whether Tab is for the text

  textarea.addEventListener("focus", () => (typing = false));
  textarea.addEventListener("pointerdown", () => setTimeout(() => (typing = true)));
  textarea.addEventListener("input", () => (typing = true));
  textarea.addEventListener("keydown", (key) => {
    const command = key.ctrlKey || key.metaKey;
    if (key.isComposing) return;
    if (key.key === "Escape") typing = false;
    else if (key.key === "Tab" && !command && !key.altKey && typing) handle(key, indent(editor, key.shiftKey));
    else if (key.key === "Enter" && !command && !key.shiftKey) handle(key, continueBlock(editor));
    else if (command && !key.altKey && !key.shiftKey && editor.format === "markdown" && EMPHASIS[key.key]) handle(key, emphasise(editor, EMPHASIS[key.key]));
  });
}

function handle(key, done) {
  if (done) key.preventDefault();
}

/** Indents the selected lines, or unindents them; a caret in a plain line is left alone, so that Tab moves the focus. */
function indent(editor, out) {
  const { value, selectionStart, selectionEnd } = editor.textarea;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const end = value.indexOf("\n", Math.max(selectionStart, selectionEnd - 1));
  const to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const several = lines.length > 1;
  if (!several && editor.format === "markdown" && !ITEM.test(lines[0]) && !/^\s/.test(lines[0])) return false;
  const unit = editor.format === "markdown" && /^\s*\d/.test(lines[0]) ? "   " : "  ";
  const changed = lines.map((line) => (out ? line.replace(/^( {1,3}|\t)/, (space) => space.slice(Math.min(space.length, unit.length))) : line && unit + line));
  if (changed.join("\n") === lines.join("\n")) return true;
  editor.insert(changed.join("\n"), from, to);
  if (several) editor.textarea.setSelectionRange(from, from + changed.join("\n").length);
  else {
    const caret = Math.max(from, selectionStart + changed[0].length - lines[0].length);
    editor.textarea.setSelectionRange(caret, caret);
  }
  return true;
}

/** Begins the next item of a list or the next line of a quotation; an empty one ends it. */
function continueBlock(editor) {
  const { value, selectionStart, selectionEnd } = editor.textarea;
  if (selectionStart !== selectionEnd) return false;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const line = value.slice(from, selectionStart);
  const item = editor.format === "json" ? null : line.match(ITEM);
  if (editor.format === "markdown" && item) {
    const [lead, space, mark, number, dot, gap, box] = item;
    const rest = value.slice(selectionStart, (value.indexOf("\n", selectionStart) + 1 || value.length + 1) - 1);
    if (line.length === lead.length && !rest.trim()) editor.insert("", from, selectionStart);
    else editor.insert(`\n${space}${number ? `${Number(number) + 1}${dot}` : mark}${gap}${box ? "[ ] " : ""}`);
    return true;
  }
  const space = line.match(/^[ \t]+/)?.[0];
  if (!space || !line.trim()) return false;
  editor.insert(`\n${space}`);
  return true;
}

function emphasise(editor, mark) {
  const { value, selectionStart: from, selectionEnd: to } = editor.textarea;
  const chosen = value.slice(from, to);
  if (chosen.includes("\n")) return true;
  const around = value.slice(from - mark.length, from) === mark && value.slice(to, to + mark.length) === mark;
  if (around && (mark !== "*" || value[from - 2] !== "*")) {
    editor.insert(chosen, from - mark.length, to + mark.length);
    editor.textarea.setSelectionRange(from - mark.length, to - mark.length);
  } else {
    editor.insert(mark + chosen + mark);
    editor.textarea.setSelectionRange(from + mark.length, to + mark.length);
  }
  return true;
}
