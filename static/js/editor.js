/**
 * A plain `<textarea>` with line numbers, colours, and faults at their lines. Behind it lies a mirror: one `<div>` a line, with the same
 * text and the same wrapping, which gives the textarea its height and each line its place. The mirror is what one sees; the textarea,
 * its letters transparent, is what one types in, selects in, and what a screen reader knows.
 */
import { beginning, formatOf, read } from "./highlight.js";

export class Editor extends EventTarget {
  textarea;
  /** The format that the script is written in: "markdown", "yaml" or "json". */
  format = "markdown";
  #root;
  #mirror;
  #lines = [""]; // texts
  #states = []; // states[i]: in which line i ends
  #faults = [];
  #asked = "";
  #line = 0;
  #marks = new Set(); // of WeakRef: places that move with the text
  #before = "";

  /** @param {HTMLElement} root holds the `<textarea>` */
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
    this.#reflect();
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

  /** Says what the script is written in; "" leaves it to be found out. */
  writtenIn(format) {
    this.#asked = format;
    this.#reflect();
  }

  /** Puts text in place of what is selected, so that it can be undone, and says so as if it had been typed. */
  insert(text, from = this.textarea.selectionStart, to = this.textarea.selectionEnd) {
    this.textarea.focus({ preventScroll: true });
    this.textarea.setSelectionRange(from, to);
    // Deprecated, and the only way that leaves the browser's undo in order; where it fails the text is put in all the same.
    if (!document.execCommand(text ? "insertText" : "delete", false, text)) {
      this.textarea.setRangeText(text, from, to, "end");
      this.textarea.dispatchEvent(new InputEvent("input"));
    }
  }

  /** Whether somebody has put the caret somewhere. */
  touched = false;

  /** A place that moves with the text as it is edited: {at}. */
  mark(at) {
    const mark = { at };
    this.#marks.add(new WeakRef(mark));
    return mark;
  }

  /** Puts text in, so that it can be undone, and leaves the caret, the selection, the focus and the view where they are. */
  insertBeside(text, from, to) {
    const focused = document.activeElement;
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

  /** Puts the cursor at a character of the text. */
  goToOffset(at) {
    const line = this.#lineAt(at);
    this.goTo(line, at - this.text.lastIndexOf("\n", at - 1));
  }

  /** Shows these faults ({line, message}); [] clears them. */
  showFaults(faults) {
    this.#faults = faults;
    for (const marked of this.#mirror.querySelectorAll("[data-fault]")) delete marked.dataset.fault;
    for (const { line, message } of faults) {
      const element = this.#mirror.children[line - 1];
      if (element) element.dataset.fault = message;
    }
    this.textarea.setAttribute("aria-invalid", String(faults.length > 0));
  }

  /** Puts the cursor at a line, from 1, and brings it into view. */
  goTo(line, column = 1) {
    const last = this.#lines.length;
    const index = Math.min(Math.max(line, 1), last) - 1;
    const start = this.#lines.slice(0, index).reduce((sum, text) => sum + text.length + 1, 0);
    const at = start + Math.min(Math.max(column, 1) - 1, this.#lines[index].length);
    this.textarea.focus({ preventScroll: true });
    this.textarea.setSelectionRange(at, at);
    const { offsetTop, offsetHeight } = this.#mirror.children[index];
    this.#root.scrollTop = offsetTop + offsetHeight / 2 - this.#root.clientHeight / 2;
    this.#root.scrollIntoView({ block: "nearest" });
  }

  /** Where the browser may have put back another text without a word. */
  refresh() {
    if (this.text !== this.#lines.join("\n")) this.#changed();
  }

  #changed() {
    this.#moveMarks();
    this.#reflect();
    if (this.#faults.length) this.showFaults(this.#faults.filter(({ line }) => line <= this.#lines.length));
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Marks behind what was edited go with it; one within it stays at its beginning. */
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

  /** Brings the mirror up to the text; only the lines that differ are touched, so that a long script stays quick. */
  #reflect() {
    const text = this.textarea.value;
    const format = this.#asked || formatOf(text);
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
    this.#colour(all ? 0 : head, all ? after.length : head + fresh);
  }

  /** Draws lines anew, and those after them until one ends in the state that it ended in before. */
  #colour(from, to) {
    let state = from ? this.#states[from - 1] : beginning(this.format);
    for (let index = from; index < this.#lines.length; index += 1) {
      const known = this.#states[index];
      const line = read(this.#lines[index], state);
      state = this.#states[index] = line.state;
      draw(this.#mirror.children[index], line.pieces);
      if (index >= to - 1 && known === state) break;
    }
  }
}

function lineElement() {
  const element = document.createElement("div");
  element.className = "line";
  return element;
}

function draw(element, pieces) {
  const shown = pieces.filter(([, text]) => text).map(([name, text]) => (name ? span(name, text) : text));
  element.replaceChildren(...(shown.length ? shown : ["\u200b"])); // an empty line is as high as the others
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = `is-${name}`;
  element.textContent = text;
  return element;
}
