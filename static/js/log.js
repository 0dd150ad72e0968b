/**
 * The log of a task: each event once, in order, whatever is delivered twice or late. A row is keyed by the event's id.
 * Rows that say little (more of the same step, the beginning of a stage) are marked `data-fine`, and shown on demand.
 */
import { fromTemplate, parts, setText, setTime, soon } from "./dom.js";
import { isAfter } from "./sse-client.js";
import { eventWords } from "./words.js";

export class EventLog {
  #list;
  #empty;
  #labels; // stage name -> label
  #ids = new Set();
  #steps = new Map(); // step -> the first row of it
  #box;
  #following = true; // whether nobody has scrolled up to read
  #scroll = soon(() => this.#following && (this.#box.scrollTop = this.#box.scrollHeight));

  /** @param {HTMLElement} root the section with parts list, box, empty, fine; its rows so far came with the page */
  constructor(root, stages) {
    const { list, box, empty, fine } = parts(root);
    this.#list = list;
    this.#box = box;
    this.#empty = empty;
    this.#labels = new Map(stages.map(({ name, label }) => [name, label]));
    for (const row of list.children) {
      this.#ids.add(row.dataset.id);
      this.#markFine(row);
    }
    fine.addEventListener("change", () => {
      list.dataset.show = fine.checked ? "all" : "steps";
      this.#following = true;
      this.#scroll();
    });
    fine.closest("label").hidden = false;
    // Asked when somebody scrolls, not at each row: that would lay out the whole list for every event.
    box.addEventListener("scroll", () => (this.#following = box.scrollHeight - box.scrollTop - box.clientHeight < 40), { passive: true });
    this.#scroll();
  }

  /** Puts the event where it belongs; a second time it changes nothing. */
  add(id, event) {
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    this.#empty.hidden = true;
    const row = this.#row(id, event);
    let before = this.#list.lastElementChild;
    while (before && !isAfter(id, before.dataset.id)) before = before.previousElementSibling;
    if (before) before.after(row);
    else this.#list.prepend(row);
    this.#markFine(row);
    this.#scroll();
  }

  clear() {
    this.#ids.clear();
    this.#steps.clear();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }

  #row(id, event) {
    const row = fromTemplate("log-row");
    const { at, stage, what, details } = parts(row);
    const [words, more] = eventWords(event);
    row.dataset.id = id;
    row.dataset.type = event.type;
    row.dataset.step = event.type === "stage.progress" ? `${event.attempt} ${event.stage} ${event.message}` : "";
    setTime(at, event.at);
    setText(stage, event.type.startsWith("task.") ? "" : (this.#labels.get(event.stage) ?? ""));
    setText(what, words);
    setText(details, more);
    return row;
  }

  /** The beginnings of stages are fine, and of the rows that tell the same step all but the first. */
  #markFine(row) {
    const { step, id, type } = row.dataset;
    if (type === "stage.started") row.toggleAttribute("data-fine", true);
    if (!step) return;
    const first = this.#steps.get(step);
    if (!first || isAfter(first.dataset.id, id)) this.#steps.set(step, row);
    for (const each of [row, first]) each?.toggleAttribute("data-fine", each !== this.#steps.get(step));
  }
}
