/**
 * A plain `<textarea>` with line numbers, and faults at their lines. Behind it lies a mirror: one `<div>` a line, with the same text and
 * the same wrapping, which gives the textarea its height and each line its place.
 */

export class Editor extends EventTarget {
  textarea;
  #mirror;
  #lines = [""];
  #faults = [];

  /** @param {HTMLElement} root holds the `<textarea>` */
  constructor(root) {
    super();
    this.textarea = root.querySelector("textarea");
    this.#mirror = document.createElement("div");
    this.#mirror.className = "mirror";
    this.#mirror.setAttribute("aria-hidden", "true");
    this.#mirror.append(lineElement(""));
    root.prepend(this.#mirror);
    root.classList.add("mirrored");
    this.textarea.addEventListener("input", () => this.#changed());
    this.#reflect();
  }

  get text() {
    return this.textarea.value;
  }

  set text(text) {
    this.textarea.value = text;
    this.#changed();
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
    this.#mirror.children[index].scrollIntoView({ block: "center" });
  }

  #changed() {
    this.#reflect();
    if (this.#faults.length) this.showFaults([]);
    this.dispatchEvent(new CustomEvent("change"));
  }

  /** Brings the mirror up to the text; only the lines that differ are touched, so that a long script stays quick. */
  #reflect() {
    const before = this.#lines;
    const after = this.textarea.value.split("\n");
    let head = 0;
    while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
    let tail = 0;
    const most = Math.min(before.length, after.length) - head;
    while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
    const gone = [...this.#mirror.children].slice(head, before.length - tail);
    const fresh = after.slice(head, after.length - tail).map(lineElement);
    const next = this.#mirror.children[before.length - tail] ?? null;
    for (const element of gone) element.remove();
    const fragment = document.createDocumentFragment();
    fragment.append(...fresh);
    this.#mirror.insertBefore(fragment, next);
    this.#lines = after;
  }
}

function lineElement(text) {
  const element = document.createElement("div");
  element.className = "line";
  element.textContent = text || "\u200b"; // an empty line is as high as the others
  return element;
}
