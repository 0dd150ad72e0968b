/** A live list of tasks: rows that the server drew, and rows for those that come. It may be asked to show only some of them. */
import { ApiError, request, taskUrl } from "./api.js";
import { fromTemplate, parts, setText, setTextWithCode, setTime } from "./dom.js";
import { isAfter } from "./sse-client.js";
import { fold } from "./task-state.js";
import { STATUS, duration, now, percent, remaining } from "./words.js";

const GATHER_MS = 300;

/** Dispatches "shown" {tasks, next} whenever the list has been looked at anew. */
export class TaskRows extends EventTarget {
  #list;
  #empty;
  #limit;
  #only; // {status, q}: which tasks are listed; empty ones ask for all
  #known = new Map(); // id -> {task, row}
  #others = new Set(); // ids of tasks that are not on this list
  #waiting = null; // the timer of the next look at the list
  #wanted = new Set(); // what that look is expected to bring
  #looking = false;

  /**
   * @param {HTMLElement} root with parts list and empty  @param {object[]} tasks those that the rows show
   * @param {number} limit rows at most  @param {{status?: string, q?: string}} only which tasks they are
   */
  constructor(root, tasks, limit, only = {}) {
    super();
    const { list, empty } = parts(root);
    this.#list = list;
    this.#empty = empty;
    this.#limit = limit;
    this.#only = only;
    for (const task of tasks) {
      const row = list.querySelector(`[data-id="${CSS.escape(task.id)}"]`);
      if (row) this.#known.set(task.id, { task, row });
    }
  }

  /** Lists these tasks from now on. */
  show(only) {
    this.#only = only;
    this.#others.clear();
    return this.#look();
  }

  /** Takes the events of `feed` (see feed.js). */
  follow(feed) {
    feed.addEventListener("snapshot", ({ detail }) => {
      const all = !this.#only.status && !this.#only.q;
      for (const task of detail.tasks) if (all || this.#known.has(task.id)) this.#take(task); // which others are asked for the server tells
      this.#lookSoon(); // what ended while nobody listened is not in a snapshot of the unfinished
    });
    feed.addEventListener("gap", () => this.#lookSoon());
    feed.addEventListener("message", ({ detail: { id, data } }) => data.task_id && this.#event(id, data));
    // The log began anew: what is on the page may be of another one.
    feed.addEventListener("reset", () => location.reload());
  }

  #event(id, event) {
    const taskId = event.task_id;
    if (event.type === "task.deleted") return this.#remove(taskId);
    if (event.type === "task.submitted" || event.type === "task.undeleted") this.#others.delete(taskId);
    // Of those that are not listed one may come to be as it changes, where only some are.
    if (this.#others.has(taskId) && !(this.#only.status && event.type.startsWith("task."))) return;
    const known = this.#known.get(taskId);
    if (!known) return this.#lookSoon(taskId);
    const before = known.task;
    known.task = fold(before, id, event);
    this.#show(known);
    // Places in the queue change when a task leaves it, and only the state tells them.
    if (known.task.status !== before.status) this.#lookSoon();
  }

  #lookSoon(about = null) {
    this.#wanted.add(about);
    this.#waiting ??= setTimeout(() => this.#look(), GATHER_MS);
  }

  /** What the server lists is what is shown; one look at a time, so that none is overtaken by an older one. */
  async #look() {
    clearTimeout(this.#waiting);
    if (this.#looking) return (this.#waiting = setTimeout(() => this.#look(), GATHER_MS));
    this.#waiting = null;
    this.#looking = true;
    const wanted = this.#wanted;
    const only = this.#only;
    this.#wanted = new Set();
    try {
      const asked = Object.entries({ limit: this.#limit, ...only }).filter(([, value]) => value);
      const listed = await request(`/api/tasks?${new URLSearchParams(asked)}`);
      if (only !== this.#only) return this.#lookSoon();
      const ids = new Set(listed.tasks.map(({ id }) => id));
      for (const id of [...this.#known.keys()]) if (!ids.has(id)) this.#remove(id);
      for (const task of listed.tasks) this.#take(task);
      for (const id of wanted) if (id && !ids.has(id)) this.#others.add(id);
      this.dispatchEvent(new CustomEvent("shown", { detail: listed }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // a server that does not answer is the feed's to tell
    } finally {
      this.#looking = false;
    }
  }

  /** Takes a state, unless events have carried the one shown further already. */
  #take(task) {
    const known = this.#known.get(task.id);
    if (known && isAfter(known.task.cursor, task.cursor)) known.task = { ...known.task, excerpt: task.excerpt };
    else if (known) known.task = { ...known.task, excerpt: null, ...task };
    else this.#insert(task);
    const taken = this.#known.get(task.id);
    if (taken) this.#show(taken);
  }

  #insert(task) {
    const row = fromTemplate("task-row");
    row.dataset.id = task.id;
    row.dataset.created = task.created_at;
    const older = [...this.#list.children].find((other) => other.dataset.created < task.created_at);
    this.#list.insertBefore(row, older ?? null);
    this.#known.set(task.id, { task, row });
    this.#empty.hidden = true;
    while (this.#list.children.length > this.#limit) {
      const last = this.#list.lastElementChild.dataset.id;
      this.#remove(last);
      this.#others.add(last);
    }
  }

  #remove(id) {
    this.#known.get(id)?.row.remove();
    this.#known.delete(id);
    this.#empty.hidden = this.#list.children.length > 0;
  }

  #show({ task, row }) {
    const { link, badge, words, bar, at, thumbnail, excerpt } = parts(row);
    row.dataset.status = task.status;
    link.href = `/tasks/${encodeURIComponent(task.id)}`;
    setText(link, task.title);
    badge.dataset.status = task.status;
    setText(badge, STATUS[task.status]);
    setTextWithCode(words, rowWords(task));
    bar.hidden = task.status !== "running";
    bar.value = task.progress;
    setTime(at, task.created_at);
    excerpt.hidden = !task.excerpt?.length;
    excerpt.replaceChildren(...(task.excerpt ?? []).map(({ text, hit }) => (hit ? marked(text) : text)));
    thumbnail.hidden = !task.thumbnail;
    if (task.thumbnail && !thumbnail.getAttribute("src")) thumbnail.src = taskUrl(task.id, "/thumbnail");
  }
}

function marked(text) {
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}

/** What a row says beside its state. videogen/web/words.py says the same. */
export function rowWords(task) {
  if (task.damaged?.length) return now(task);
  switch (task.status) {
    case "running": {
      const left = task.remaining_s == null ? "" : ` · ${remaining(task.remaining_s)}`;
      return `${percent(task.progress)} · ${now(task)}${left}`;
    }
    case "completed":
      return task.elapsed_s == null ? "" : `Made in ${duration(task.elapsed_s)}`;
    case "cancelled":
      return "";
    default:
      return now(task);
  }
}
