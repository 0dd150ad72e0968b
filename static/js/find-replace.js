/** The bar that finds and replaces in the editor: Ctrl+F and Ctrl+H open it, Escape closes it. Loaded when it is first asked for. */
import { parts, setText } from "./dom.js";
import { matchesOf, nextMatch, previousMatch, replaceAll } from "./text-search.js";

const MARKUP = `
  <input type="search" data-part="find" placeholder="Find" aria-label="Find" autocomplete="off" spellcheck="false">
  <input type="text" data-part="replacement" placeholder="Replace with" aria-label="Replace with" autocomplete="off" spellcheck="false">
  <p data-part="found" role="status"></p>
  <div class="buttons">
    <button type="button" data-part="previous" title="Shift + Enter">Previous</button>
    <button type="button" data-part="next" title="Enter">Next</button>
    <button type="button" data-part="replace">Replace</button>
    <button type="button" data-part="all">Replace all</button>
    <label><input type="checkbox" data-part="case"> Match case</label>
    <button type="button" data-part="close" title="Escape">Close</button>
  </div>`;

export class FindBar {
  #editor;
  #root;
  #part;
  #matches = [];

  /** @param {import("./editor.js").Editor} editor @param {HTMLElement} root an empty element, hidden until it is asked for */
  constructor(editor, root) {
    this.#editor = editor;
    this.#root = root;
    root.innerHTML = MARKUP;
    this.#part = parts(root);
    const { find, replacement, previous, next, replace, all, close } = this.#part;
    find.addEventListener("input", () => this.#search());
    this.#part.case.addEventListener("change", () => this.#search());
    editor.addEventListener("change", () => root.hidden || this.#search());
    next.addEventListener("click", () => this.#go(1));
    previous.addEventListener("click", () => this.#go(-1));
    replace.addEventListener("click", () => this.#replace());
    all.addEventListener("click", () => this.#replaceAll());
    close.addEventListener("click", () => this.close());
    root.addEventListener("keydown", (key) => {
      if (key.key === "Escape") {
        key.stopPropagation();
        this.close();
      }
      if (key.key !== "Enter" || key.ctrlKey || key.metaKey || key.target instanceof HTMLButtonElement) return;
      key.preventDefault();
      if (key.target === replacement) this.#replace();
      else this.#go(key.shiftKey ? -1 : 1);
    });
  }

  /** Opens the bar, with the selected words. */
  open() {
    const { selectionStart, selectionEnd } = this.#editor.textarea;
    const selected = this.#editor.text.slice(selectionStart, selectionEnd);
    if (selected && !selected.includes("\n")) this.#part.find.value = selected;
    this.#root.hidden = false;
    this.#search();
    this.#part.find.select();
  }

  close() {
    this.#root.hidden = true;
    this.#editor.highlight([]);
    this.#editor.textarea.focus();
  }

  #search() {
    this.#matches = matchesOf(this.#editor.text, this.#part.find.value, this.#part.case.checked);
    this.#editor.highlight(this.#matches);
    this.#say();
    for (const name of ["previous", "next", "replace", "all"]) this.#part[name].disabled = !this.#matches.length;
  }

  #say(current = -1) {
    const { length } = this.#matches;
    const count = length ? `${length} found` : "Nothing found";
    setText(this.#part.found, current < 0 ? (this.#part.find.value ? count : "") : `${current + 1} of ${length}`);
  }

  /** Selects the next match, or the one before, and shows it; the focus stays in the bar. */
  #go(step) {
    const { selectionStart, selectionEnd } = this.#editor.textarea;
    const at = step > 0 ? nextMatch(this.#matches, this.#isSelected() ? selectionEnd : selectionStart) : previousMatch(this.#matches, selectionStart);
    const match = this.#matches[at];
    if (!match) return;
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    this.#editor.goToOffset(match.from);
    this.#editor.textarea.setSelectionRange(match.from, match.to);
    focused.focus({ preventScroll: true });
    this.#editor.highlight(this.#matches, at);
    this.#say(at);
  }

  #isSelected() {
    const { selectionStart, selectionEnd } = this.#editor.textarea;
    return this.#matches.some(({ from, to }) => from === selectionStart && to === selectionEnd);
  }

  /** Replaces the selected match, and goes to the next one. */
  #replace() {
    if (this.#isSelected()) {
      const { selectionStart, selectionEnd } = this.#editor.textarea;
      const { value } = this.#part.replacement;
      this.#editor.insertInBackground(value, selectionStart, selectionEnd);
      this.#editor.textarea.setSelectionRange(selectionStart + value.length, selectionStart + value.length);
    }
    this.#go(1);
  }

  /** Replaces every match: Ctrl+Z brings all of them back. */
  #replaceAll() {
    const count = this.#matches.length;
    const { text } = this.#editor;
    const from = this.#matches[0].from;
    const { to } = this.#matches[count - 1];
    const shifted = this.#matches.map((match) => ({ from: match.from - from, to: match.to - from }));
    this.#editor.insertInBackground(replaceAll(text.slice(from, to), shifted, this.#part.replacement.value), from, to);
    setText(this.#part.found, `${count} replaced`);
  }
}
