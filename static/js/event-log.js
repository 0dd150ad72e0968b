/**
 * The log of a task: each event once, in order, whatever is delivered twice or late. A row is keyed by the event's id.
 * Minor rows (more of the same step, the start of a stage) are marked `data-minor`, and shown on demand.
 */
import { fromTemplate, parts, setText, setTime, soon } from "./dom.js";
import { isAfter } from "./sse-client.js";
import { eventText } from "./labels.js";

export class EventLog {
  #list;
  #empty;
  #stages; // name -> label
  #ids = new Set();
  #steps = new Map(); // step -> the first row of it
  #box;
  #following = true; // whether nobody has scrolled up to read
  #top = 0; // how far it was scrolled when it last was
  #newest; // the button that leads back to the end
  #filter = ""; // only rows with these letters are shown
  #scroll = soon(() => {
    if (this.#following) this.#box.scrollTop = this.#box.scrollHeight;
  });

  /** @param {HTMLElement} root the section with parts list, box, empty and tools; its rows so far came with the page @param {{name: string, label: string}[]} stages */
  constructor(root, stages) {
    const { list, box, empty, tools, minor, filter, copy, newest } = parts(root);
    this.#list = list;
    this.#box = box;
    this.#empty = empty;
    this.#stages = new Map(stages.map(({ name, label }) => [name, label]));
    for (const row of list.children) {
      this.#ids.add(row.dataset.id);
      this.#markMinor(row);
    }
    minor.addEventListener("change", () => {
      list.dataset.show = minor.checked ? "all" : "steps";
      this.#following = true;
      this.#scroll();
    });
    filter.addEventListener("input", () => {
      this.#filter = filter.value.trim().toLowerCase();
      for (const row of list.children) this.#applyFilter(row);
      this.#scroll();
    });
    copy.addEventListener("click", () => this.#copy(copy));
    newest.addEventListener("click", () => this.#follow(true));
    this.#newest = newest;
    tools.hidden = false;
    root.querySelector("details")?.addEventListener("toggle", () => this.#scroll());
    // On scrolling, not at each row: that would lay out the whole list for every event.
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#scroll();
  }

  /** Inserts the event in order; a second time it changes nothing. */
  add(id, event) {
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    this.#empty.hidden = true;
    const row = this.#row(id, event);
    let before = this.#list.lastElementChild;
    while (before && !isAfter(id, before.dataset.id)) before = before.previousElementSibling;
    if (before) before.after(row);
    else this.#list.prepend(row);
    this.#markMinor(row);
    if (this.#filter) this.#applyFilter(row);
    this.#scroll();
  }

  clear() {
    this.#ids.clear();
    this.#steps.clear();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }

  /** Only a person who scrolls up wants to read: rows that came since the last scroll leave it above the end, too. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    if (scrollHeight - scrollTop - clientHeight < 40) this.#follow(true);
    else if (scrollTop < this.#top) this.#follow(false);
    this.#top = scrollTop;
  }

  #follow(following) {
    if (following === this.#following) return;
    this.#following = following;
    this.#newest.hidden = following;
    this.#scroll();
  }

  #applyFilter(row) {
    row.toggleAttribute("data-filtered", this.#filter !== "" && !row.textContent.toLowerCase().includes(this.#filter));
  }

  /** The rows that are shown, as text with a tab between the columns. */
  async #copy(button) {
    const rows = [...this.#list.children].filter((row) => row.checkVisibility());
    const lines = rows.map((row) => {
      const { at, stage, what, details } = parts(row);
      return [at.dateTime, stage.textContent, what.textContent, details.textContent].join("\t").trimEnd();
    });
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(`${lines.join("\n")}\n`);
      setText(button, "Copied");
    } catch {
      getSelection().selectAllChildren(this.#list); // no permission, or not a secure page: selected, it can be copied by hand
      setText(button, "Press Ctrl+C");
    }
    setTimeout(() => setText(button, label), 1500);
  }

  #row(id, event) {
    const row = fromTemplate("log-row");
    const { at, stage, what, details } = parts(row);
    const [text, more] = eventText(event);
    row.dataset.id = id;
    row.dataset.type = event.type;
    row.dataset.step = event.type === "stage.progress" ? `${event.attempt} ${event.stage} ${event.message}` : "";
    setTime(at, event.at);
    setText(stage, event.type.startsWith("task.") ? "" : (this.#stages.get(event.stage) ?? ""));
    setText(what, text);
    setText(details, more);
    return row;
  }

  /** Starts of stages are minor, and of the rows about the same step all but the first. */
  #markMinor(row) {
    const { step, id, type } = row.dataset;
    if (type === "stage.started") row.toggleAttribute("data-minor", true);
    if (!step) return;
    const first = this.#steps.get(step);
    if (!first || isAfter(first.dataset.id, id)) this.#steps.set(step, row);
    for (const item of [row, first]) item?.toggleAttribute("data-minor", item !== this.#steps.get(step));
  }
}
