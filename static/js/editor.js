/**
 * A plain `<textarea>` with line numbers, colours, and diagnostics at their lines. Behind it lies a mirror: one `<div>` per line, with the same
 * text and the same wrapping, which gives the textarea its height and each line its position. The mirror is what is seen; the textarea,
 * its letters transparent, is what is typed in, selected in, and read by a screen reader.
 */
import { elements } from "./dom.js";
import { formatOf, initialState, tokenize } from "./highlight.js";

const MAX_HIGHLIGHTS = 1000;

export class Editor extends EventTarget {
  textarea;
  /** The format that the script is written in: "markdown", "yaml" or "json". */
  format = "markdown";
  #root;
  #mirror;
  #lines = [""]; // texts
  #states = []; // states[i]: the tokenizer's at the end of line i
  #diagnostics = [];
  #requested = ""; // the format that somebody chose; "" detects it
  #line = 0;
  #marks = new Set(); // of WeakRef: positions that move with the text
  #before = "";

  /** @param {HTMLElement} root contains the `<textarea>` */
  constructor(root) {
    super();
    this.#root = root;
    this.textarea = root.querySelector("textarea");
    this.#mirror = document.createElement("div");
    this.#mirror.className = "mirror";
    this.#mirror.setAttribute("aria-hidden", "true");
    this.#mirror.append(lineElement());
    root.prepend(this.#mirror);
    root.classList.add("mirrored");
    this.#before = this.textarea.value;
    this.textarea.addEventListener("input", () => this.#changed());
    document.addEventListener("selectionchange", () => this.#caretMoved());
    this.#updateMirror();
  }

  get text() {
    return this.textarea.value;
  }

  set text(text) {
    this.textarea.value = text;
    this.#changed();
  }

  /** The caret's line, from 1. */
  get line() {
    return this.#lineAt(this.textarea.selectionStart);
  }

  /** Sets the format of the script; "" detects it. @param {string} format */
  setFormat(format) {
    this.#requested = format;
    this.#updateMirror();
  }

  /** Replaces the selection by text, so that it can be undone, with the events of typing. @param {string} text */
  insert(text, from = this.textarea.selectionStart, to = this.textarea.selectionEnd) {
    this.textarea.focus({ preventScroll: true });
    this.textarea.setSelectionRange(from, to);
    // Deprecated, and the only way that leaves the browser's undo in order; where it fails the text is inserted all the same.
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      this.textarea.setRangeText(text, from, to, "end");
      this.textarea.dispatchEvent(new InputEvent("input"));
    }
  }

  /** Whether somebody has moved the caret. */
  touched = false;

  /** A position that moves with the text as it is edited. @param {number} at @returns {{at: number}} */
  mark(at) {
    const mark = { at };
    this.#marks.add(new WeakRef(mark));
    return mark;
  }

  /** Inserts text, so that it can be undone, and leaves the caret, the selection, the focus and the view where they are. @param {string} text @param {number} from @param {number} to */
  insertInBackground(text, from, to) {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const { selectionStart, selectionEnd, selectionDirection } = this.textarea;
    const { scrollTop } = this.#root;
    const [pageX, pageY] = [scrollX, scrollY];
    const moved = (at) => (at <= from ? at : at >= to ? at + text.length - (to - from) : from);
    this.insert(text, from, to);
    this.textarea.setSelectionRange(moved(selectionStart), moved(selectionEnd), selectionDirection);
    if (focused === document.body || !focused) this.textarea.blur();
    else if (focused !== this.textarea) focused.focus({ preventScroll: true });
    this.#root.scrollTop = scrollTop;
    scrollTo(pageX, pageY);
  }

  /** Puts a text in the place of what is there, by its difference: the caret stays, and Ctrl+Z brings the other back. @param {string} text */
  replace(text) {
    const before = this.text;
    let head = 0;
    while (head < before.length && before[head] === text[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(before.length, text.length) - head && before.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
    this.insertInBackground(text.slice(head, text.length - tail), head, before.length - tail);
  }

  /** Moves the caret to an offset. @param {number} at */
  goToOffset(at) {
    const line = this.#lineAt(at);
    this.goTo(line, at - this.text.lastIndexOf("\n", at - 1));
  }

  /** Shows these diagnostics at their lines; [] clears them. @param {import("./types.d.ts").Diagnostic[]} diagnostics */
  showDiagnostics(diagnostics) {
    this.#diagnostics = diagnostics;
    for (const marked of elements(this.#mirror, "[data-diagnostic]")) delete marked.dataset.diagnostic;
    for (const { line, message } of diagnostics) {
      const element = /** @type {HTMLElement | undefined} */ (this.#mirror.children[line - 1]);
      if (element) element.dataset.diagnostic = message;
    }
    this.textarea.setAttribute("aria-invalid", String(diagnostics.length > 0));
  }

  /**
   * Marks these places of the text, each within a line, and one of them as the current one; [] marks nothing. A browser without highlights
   * shows the current one as its selection. @param {{from: number, to: number}[]} places @param {number} [current]
   */
  highlight(places, current = -1) {
    if (!("highlights" in CSS)) return;
    const ranges = this.#rangesOf(places.slice(0, MAX_HIGHLIGHTS));
    CSS.highlights.set("found", new Highlight(...ranges));
    CSS.highlights.set("found-now", new Highlight(...ranges.slice(current, current + 1).filter(() => current >= 0)));
  }

  /** The ranges of the mirror at these places, which are in order. */
  #rangesOf(places) {
    const ranges = [];
    let [index, start] = [0, 0];
    for (const { from, to } of places) {
      while (start + this.#lines[index].length < from) start += this.#lines[index++].length + 1;
      const range = document.createRange();
      range.setStart(...pointIn(this.#mirror.children[index], from - start));
      range.setEnd(...pointIn(this.#mirror.children[index], to - start));
      ranges.push(range);
    }
    return ranges;
  }

  /** Moves the caret to a line, from 1, and scrolls it into view. @param {number} line */
  goTo(line, column = 1) {
    const last = this.#lines.length;
    const index = Math.min(Math.max(line, 1), last) - 1;
    const start = this.#lines.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
    const at = start + Math.min(Math.max(column, 1) - 1, this.#lines[index].length);
    this.textarea.focus({ preventScroll: true });
    this.textarea.setSelectionRange(at, at);
    const { offsetTop, offsetHeight } = /** @type {HTMLElement} */ (this.#mirror.children[index]);
    this.#root.scrollTop = offsetTop + offsetHeight / 2 - this.#root.clientHeight / 2;
    this.#root.scrollIntoView({ block: "nearest" });
  }

  /** For when the browser may have restored another text without an event. */
  refresh() {
    if (this.text !== this.#lines.join("\n")) this.#changed();
  }

  #changed() {
    this.#moveMarks();
    this.#updateMirror();
    if (this.#diagnostics.length) this.showDiagnostics(this.#diagnostics.filter(({ line }) => line <= this.#lines.length));
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Marks after an edit move with it; one within it goes to its start. */
  #moveMarks() {
    const [before, after] = [this.#before, this.text];
    this.#before = after;
    for (const reference of this.#marks) if (!reference.deref()) this.#marks.delete(reference);
    if (!this.#marks.size || before === after) return;
    let head = 0;
    while (head < before.length && before[head] === after[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
    const end = before.length - tail;
    for (const reference of this.#marks) {
      const mark = reference.deref();
      if (mark && mark.at > head) mark.at = mark.at >= end ? mark.at + after.length - before.length : head;
    }
  }

  #caretMoved() {
    if (document.activeElement !== this.textarea) return;
    this.touched = true;
    const line = this.line;
    if (line === this.#line) return;
    this.#line = line;
    this.dispatchEvent(new CustomEvent("caret", { detail: line }));
  }

  #lineAt(offset) {
    let line = 1;
    const text = this.textarea.value;
    for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
    return line;
  }

  /** Updates the mirror; only the lines that differ are touched, so that a long script stays quick. */
  #updateMirror() {
    const text = this.textarea.value;
    const format = this.#requested || formatOf(text);
    const before = this.#lines;
    const after = text.split("\n");
    let head = 0;
    while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
    let tail = 0;
    const most = Math.min(before.length, after.length) - head;
    while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
    const [gone, fresh] = [before.length - tail - head, after.length - tail - head];
    for (let count = fresh; count < gone; count += 1) this.#mirror.children[head + fresh].remove();
    if (fresh > gone) {
      const added = document.createDocumentFragment();
      for (let count = gone; count < fresh; count += 1) added.append(lineElement());
      this.#mirror.insertBefore(added, this.#mirror.children[head + gone] ?? null);
    }
    this.#lines = after;
    this.#states.splice(head, gone, ...new Array(fresh).fill(null));
    const all = format !== this.format;
    this.format = format;
    this.#highlight(all ? 0 : head, all ? after.length : head + fresh);
  }

  /** Redraws lines, and those after them until one ends in the same state as before. */
  #highlight(from, to) {
    let state = from ? this.#states[from - 1] : initialState(this.format);
    for (let index = from; index < this.#lines.length; index += 1) {
      const known = this.#states[index];
      const line = tokenize(this.#lines[index], state);
      state = this.#states[index] = line.state;
      draw(this.#mirror.children[index], line.tokens);
      if (index >= to - 1 && known === state) break;
    }
  }
}

/** The text node of a line that holds a column, from 0, and where in it. @returns {[Node, number]} */
function pointIn(line, column) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && column > node.nodeValue.length) {
    column -= node.nodeValue.length;
    node = walker.nextNode();
  }
  return node ? [node, column] : [line, 0];
}

function lineElement() {
  const element = document.createElement("div");
  element.className = "line";
  return element;
}

function draw(element, tokens) {
  const shown = tokens.filter(([, text]) => text).map(([name, text]) => (name ? span(name, text) : text));
  element.replaceChildren(...(shown.length ? shown : ["\u200b"])); // an empty line is as high as the others
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = `is-${name}`;
  element.textContent = text;
  return element;
}
