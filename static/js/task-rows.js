/** A live list of tasks: rows that the server drew, and rows for those that come. */
import { request, taskUrl } from "./api.js";
import { fromTemplate, parts, setText, setTextWithCode, setTime } from "./dom.js";
import { isAfter } from "./sse-client.js";
import { fold } from "./task-state.js";
import { STATUS, duration, now, percent, remaining } from "./words.js";

const GATHER_MS = 300;

export class TaskRows {
  #list;
  #empty;
  #limit;
  #known = new Map(); // id -> {task, row}
  #others = new Set(); // ids of tasks that are not on this list
  #asking = null; // the timer of the next look at the list
  #wanted = new Set(); // what that look is expected to bring

  /** @param {HTMLElement} root with parts list and empty  @param {object[]} tasks those that the rows show */
  constructor(root, tasks, limit) {
    const { list, empty } = parts(root);
    this.#list = list;
    this.#empty = empty;
    this.#limit = limit;
    for (const task of tasks) {
      const row = list.querySelector(`[data-id="${CSS.escape(task.id)}"]`);
      if (row) this.#known.set(task.id, { task, row });
    }
  }

  /** Takes the events of `feed` (see feed.js). */
  follow(feed) {
    feed.addEventListener("snapshot", ({ detail }) => {
      for (const task of detail.tasks) this.#take(task);
      this.#askSoon(); // what ended while nobody listened is not in a snapshot of the unfinished
    });
    feed.addEventListener("gap", () => this.#askSoon());
    feed.addEventListener("message", ({ detail: { id, data } }) => data.task_id && this.#event(id, data));
    // The log began anew: what is on the page may be of another one.
    feed.addEventListener("reset", () => location.reload());
  }

  #event(id, event) {
    const taskId = event.task_id;
    if (event.type === "task.deleted") return this.#remove(taskId);
    if (event.type === "task.submitted" || event.type === "task.undeleted") this.#others.delete(taskId);
    if (this.#others.has(taskId)) return;
    const known = this.#known.get(taskId);
    if (!known) return this.#askSoon(taskId);
    const before = known.task;
    known.task = fold(before, id, event);
    this.#show(known);
    // Places in the queue change when a task leaves it, and only the state tells them.
    if (known.task.status !== before.status) this.#askSoon();
  }

  #askSoon(about = null) {
    this.#wanted.add(about);
    this.#asking ??= setTimeout(() => this.#ask(), GATHER_MS);
  }

  async #ask() {
    const wanted = this.#wanted;
    this.#wanted = new Set();
    this.#asking = null;
    const { tasks } = await request(`/api/tasks?limit=${this.#limit}`);
    for (const task of tasks) this.#take(task);
    for (const id of wanted) if (id && !this.#known.has(id)) this.#others.add(id);
  }

  /** Takes a state, unless events have carried the one shown further already. */
  #take(task) {
    const known = this.#known.get(task.id);
    if (known && isAfter(known.task.cursor, task.cursor)) return;
    if (known) known.task = { ...known.task, ...task };
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
    const { link, badge, words, bar, at, thumbnail } = parts(row);
    row.dataset.status = task.status;
    link.href = `/tasks/${encodeURIComponent(task.id)}`;
    setText(link, task.title);
    badge.dataset.status = task.status;
    setText(badge, STATUS[task.status]);
    setTextWithCode(words, rowWords(task));
    bar.hidden = task.status !== "running";
    bar.value = task.progress;
    setTime(at, task.created_at);
    thumbnail.hidden = !task.thumbnail;
    if (task.thumbnail && !thumbnail.getAttribute("src")) thumbnail.src = taskUrl(task.id, "/thumbnail");
  }
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
