/** A live list of tasks: rows that the server drew, and rows for those that come. It may be asked to show only some of them. */
import { basePath } from "./base-path.js";
import { ApiError, request, taskUrl } from "./api.js";
import { fromTemplate, parts, setText, setTextWithCode, setTime } from "./dom.js";
import { clock } from "./formats.js";
import { isAfter } from "./sse-client.js";
import { labels, rowText } from "./labels.js";
import { project } from "./task-projection.js";

const GATHER_MS = 300;

/** Dispatches "shown" {tasks, next} whenever the list has been fetched. */
export class TaskRows extends EventTarget {
  #list;
  #empty;
  #limit;
  #only; // {status, kind, tag, q}: which tasks are listed; empty ones ask for all
  #known = new Map(); // id -> {task, row}
  #others = new Set(); // ids of tasks that are not on this list
  #timer = null; // of the next request for the list
  #expected = new Set(); // ids that it is expected to bring
  #fetching = false;
  #listTasks; // asks the server what is listed
  #isOwnList; // whether these are tasks of a choice that only the server knows

  /**
   * @param {HTMLElement} root with parts list and empty  @param {object[]} tasks those that the rows show
   * @param {number} limit rows at most  @param {{status?: string, kind?: string, tag?: string, q?: string}} only which tasks they are
   * @param {((query: string[][]) => Promise<any>)} [listTasks] asks the server for {tasks}
   */
  constructor(root, tasks, limit, only = {}, listTasks = null) {
    super();
    const { list, empty } = parts(root);
    this.#list = list;
    this.#empty = empty;
    this.#limit = limit;
    this.#only = only;
    this.#listTasks = listTasks ?? ((query) => request(`${basePath}/api/tasks?${new URLSearchParams(query)}`));
    this.#isOwnList = listTasks !== null;
    for (const task of tasks) {
      const row = list.querySelector(`[data-id="${CSS.escape(task.id)}"]`);
      if (row) this.#known.set(task.id, { task: wholeTask(task, row), row });
    }
  }

  /** The tasks of the rows, as far as events have carried them. */
  get tasks() {
    return [...this.#known.values()].map(({ task }) => task);
  }

  /** Asks the server again soon. */
  refresh() {
    this.#fetchSoon();
  }

  /** Lists these tasks from now on. */
  show(only) {
    this.#only = only;
    this.#others.clear();
    return this.#fetch();
  }

  /** Takes the events of a subscription (see subscriptions.js). @param {import("./types.d.ts").Subscription} subscription */
  follow(subscription) {
    subscription.addEventListener("snapshot", ({ detail }) => {
      const all = !this.#isOwnList && !Object.values(this.#only).some(Boolean);
      for (const task of detail.tasks) if (all || this.#known.has(task.id)) this.#merge(task); // which others match only the server knows
      this.#fetchSoon(); // what ended before is not in a snapshot of the unfinished
    });
    subscription.addEventListener("gap", () => this.#fetchSoon());
    subscription.addEventListener("message", ({ detail: { id, data } }) => data.task_id && this.#event(id, data));
    // The log began anew: what is on the page may be of another one.
    subscription.addEventListener("reset", () => location.reload());
  }

  #event(id, event) {
    const taskId = event.task_id;
    if (event.type === "task.deleted") return this.#remove(taskId);
    if (event.type === "task.submitted" || event.type === "task.undeleted") this.#others.delete(taskId);
    // Of those that are not listed one may come to be as it changes, where only some are.
    if (this.#others.has(taskId) && !(this.#only.status && event.type.startsWith("task."))) return;
    const known = this.#known.get(taskId);
    if (!known) return this.#fetchSoon(taskId);
    const before = known.task;
    known.task = project(labels, before, id, event);
    this.#show(known);
    // Positions in the queue change when a task leaves it, and only the list has them.
    if (known.task.status !== before.status) this.#fetchSoon();
  }

  #fetchSoon(about = null) {
    this.#expected.add(about);
    this.#timer ??= setTimeout(() => this.#fetch(), GATHER_MS);
  }

  /** What the server lists is what is shown; one request at a time, so that none is overtaken by an older one. */
  async #fetch() {
    clearTimeout(this.#timer);
    if (this.#fetching) return (this.#timer = setTimeout(() => this.#fetch(), GATHER_MS));
    this.#timer = null;
    this.#fetching = true;
    const expected = this.#expected;
    const only = this.#only;
    this.#expected = new Set();
    try {
      const query = Object.entries({ limit: String(this.#limit), ...only }).filter(([, value]) => value);
      const listed = await this.#listTasks(query);
      if (only !== this.#only) return this.#fetchSoon();
      const ids = new Set(listed.tasks.map(({ id }) => id));
      for (const id of [...this.#known.keys()]) if (!ids.has(id)) this.#remove(id);
      for (const task of listed.tasks) this.#merge(task);
      for (const id of expected) if (id && !ids.has(id)) this.#others.add(id);
      this.dispatchEvent(new CustomEvent("shown", { detail: listed }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // that the server does not answer is shown by the subscription
    } finally {
      this.#fetching = false;
    }
  }

  /** Takes a state, unless events have carried the one shown further already. */
  #merge(task) {
    const known = this.#known.get(task.id);
    if (known && isAfter(known.task.cursor, task.cursor)) known.task = { ...known.task, excerpt: task.excerpt };
    else if (known) known.task = { ...known.task, excerpt: null, ...task };
    else this.#insert(task);
    const current = this.#known.get(task.id);
    if (current) this.#show(current);
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
    const { link, badge, text, bar, at, thumbnail, excerpt, length, tags } = parts(row);
    row.dataset.status = task.status;
    link.href = `${basePath}/tasks/${encodeURIComponent(task.id)}`;
    setText(link, task.title);
    badge.dataset.status = task.status;
    setText(badge, task.label);
    setTextWithCode(text, rowText(task));
    bar.hidden = task.status !== "running";
    bar.value = task.progress;
    setTime(at, task.created_at);
    length.hidden = !task.length_s;
    setText(length, task.length_s ? clock(task.length_s) : "");
    tags.replaceChildren(...(task.tags ?? []).map((tag) => textElement("span", tag)));
    if (task.excerpt !== undefined) {
      excerpt.hidden = !task.excerpt?.length;
      excerpt.replaceChildren(...(task.excerpt ?? []).map((piece) => (piece.hit ? textElement("mark", piece.text) : piece.text)));
    }
    thumbnail.hidden = !task.thumbnail;
    if (task.thumbnail && !thumbnail.getAttribute("src")) thumbnail.src = taskUrl(task.id, "/thumbnail");
  }
}

/**
 * A task that came with its row: what the page leaves out, since the row shows it (`compact` in videogen/web/views.py).
 * @param {any} task @param {HTMLElement} row
 */
function wholeTask(task, row) {
  const { link, badge } = parts(row);
  const common = { title: link.textContent, label: badge.textContent, created_at: row.dataset.created, kind: "video", progress: 0, attempt: 0, tags: [] };
  return { ...common, workers_alive: 1, cancel_requested: false, ...task };
}

/** @param {string} name @param {string} text */
function textElement(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
