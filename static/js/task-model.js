/**
 * One task as a page knows it: the task's JSON from the server, with each event projected onto it as it comes.
 *
 * Events: "change" whenever anything that is shown may differ, "event" {id, data} for each event of the log once, "reset" when the
 * log begins anew, "connection" when the subscription's state changes.
 */
import { ApiError, fetchTask } from "./api.js";
import { isFinal, labels, stalledText, troubleText } from "./labels.js";
import { isAfter } from "./sse-client.js";
import { project } from "./task-projection.js";

/** @typedef {import("./types.d.ts").Task} Task */
/** @typedef {import("./types.d.ts").TaskEvent} TaskEvent */

const GATHER_MS = 100;
const QUEUE_POLL_MS = 3000;
const SILENCE_MS = 20_000;
/** What events carry on: where they have overtaken a fetched state, these of it are old. */
const CARRIED = ["cursor", "last_event_at", "progress", "stage", "message", "summary", "remaining_s", "stalled", "stages"];

export class TaskModel extends EventTarget {
  /** The task in the shape of GET /api/tasks/<id>; null until it is known. @type {Task|null} */
  task = null;
  /** @type {import("./types.d.ts").Subscription} */
  subscription;
  #signs = null; // the last heartbeat's {since_event_s, since_worker_s}, and when it came
  #ahead_ms = null; // the server's clock less this one's; null while it is unknown
  #elapsed = null; // {seconds, at}: the server's count, and the page's own steady clock when it was made
  #queueTimer = null;
  #silenceTimer = null;
  #refreshTimer = null;

  /** @param {import("./types.d.ts").Subscription} subscription see subscriptions.js  @param {Task|null} task the state that came with the page */
  constructor(subscription, task = null) {
    super();
    this.subscription = subscription;
    if (task) this.#merge(task);
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ listener) =>
      subscription.addEventListener(name, (/** @type {any} */ { detail }) => listener(detail));
    on("hello", ({ now, task }) => {
      this.#setClock(now);
      this.#signs = null;
      if (task) this.#merge(task);
      this.#changed();
    });
    on("heartbeat", ({ now, tasks }) => {
      this.#setClock(now);
      const signs = tasks?.find(({ id }) => id === this.task?.id);
      if (signs) this.#signs = { ...signs, at: performance.now() };
      if (signs) this.#watchSilence();
      this.#changed();
    });
    on("message", (message) => this.#event(message));
    on("reset", () => {
      if (this.task) this.task = { ...this.task, cursor: "" };
      this.dispatchEvent(new CustomEvent("reset"));
    });
    on("end", (detail) => {
      if (detail?.status !== "deleted") this.refresh(); // a deleted task cannot be fetched, and its event has changed what is shown
    });
    on("statechange", () => {
      // Deleted before the log was read: no event says so.
      if (subscription.state === "failed" && subscription.reason?.code === "task_deleted" && this.task) this.task = { ...this.task, deleted: true };
      this.dispatchEvent(new CustomEvent("connection"));
      this.#changed();
    });
    // What another browser did to a task that had ended does not come over this subscription: ask when the page is visible again.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.subscription.state === "ended") this.refresh();
    });
  }

  /** Fetches the task, of which events do not carry everything: files, the position in the queue. */
  async refresh() {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = null;
    let task;
    try {
      task = await fetchTask(this.task.id);
    } catch (error) {
      if (error.status === 404 || error.status === 410) this.task = { ...this.task, deleted: true };
      else if (!(error instanceof ApiError)) throw error; // that the server does not answer is shown by the subscription
      this.#watchQueue();
      this.#watchSilence();
      return this.#changed();
    }
    this.#merge(task);
    if (this.#ahead_ms !== null && task.last_sign_at) {
      this.#signs = { since_worker_s: this.since(task.last_sign_at), since_event_s: this.#signs?.since_event_s, at: performance.now() };
    }
    this.#changed();
    if (!task.finished) this.resume();
  }

  /** Goes on with a subscription that has ended: the task was tried again. */
  resume() {
    if (this.subscription.state === "ended") this.subscription.tryNow();
  }

  get finished() {
    return isFinal(this.task.status);
  }

  /** Seconds since the rendering began, counted on; null before. */
  get elapsed_s() {
    if (!this.#elapsed) return null;
    return this.#elapsed.seconds + (this.task.status === "running" ? (performance.now() - this.#elapsed.at) / 1000 : 0);
  }

  /** The estimated seconds left, counted down; null when there is no estimate. */
  get remaining_s() {
    if (this.task.status !== "running" || this.task.remaining_s == null) return null;
    const since = this.task.last_event_at ? this.since(this.task.last_event_at) : 0;
    return Math.max(0, this.task.remaining_s - since);
  }

  /** Seconds until a delayed task may start, counted down; null when it may. */
  get starts_in_s() {
    return this.#until(this.task.run_at);
  }

  /** Seconds until a lost task is tried again, counted down; null when it does not wait for that. */
  get retry_in_s() {
    return this.#until(this.task.not_before);
  }

  /** Seconds until a moment, of a queued task, by the server's clock. @param {string | null | undefined} iso */
  #until(iso) {
    if (this.task.status !== "queued" || !iso) return null;
    const left = (Date.parse(iso) - Date.now() - this.#ahead_ms) / 1000;
    return left > 0 ? left : null;
  }

  /** Seconds since `iso` by the server's clock. @param {string} iso */
  since(iso) {
    return Math.max(0, (Date.now() + (this.#ahead_ms ?? 0) - Date.parse(iso)) / 1000);
  }

  /** What is wrong though nothing has failed: disk space, a silent worker, a silent renderer. A sentence, or "". */
  get trouble() {
    const { status, cancel_requested, stalled, trouble } = this.task;
    if (status !== "running" || cancel_requested) return trouble ?? "";
    const later = this.#signs ? (performance.now() - this.#signs.at) / 1000 : 0;
    const counted = (/** @type {number|null|undefined} */ seconds) => (seconds == null ? null : seconds + later);
    const { since_worker_s, since_event_s } = this.#signs ?? {};
    return troubleText({ since_worker_s: counted(since_worker_s), since_event_s: counted(since_event_s) }) ?? (stalled ? stalledText() : "");
  }

  /** @param {{id: string, data: TaskEvent}} message */
  #event({ id, data }) {
    this.#signs = null;
    this.#watchSilence();
    if (this.task) {
      const before = this.task;
      this.task = project(labels, before, id, data);
      if (this.task !== before && data.type === "task.started") this.#elapsed ??= { seconds: 0, at: performance.now() };
      if (this.task.status !== before.status) this.#statusChanged(before);
      if (this.task !== before && labels.events[data.type]?.refresh) this.#refreshSoon();
    }
    this.dispatchEvent(new CustomEvent("event", { detail: { id, data } }));
    this.#changed();
  }

  /** @param {Task} before */
  #statusChanged(before) {
    if (before.status === "running" && this.#elapsed) {
      this.#elapsed = { seconds: this.#elapsed.seconds + (performance.now() - this.#elapsed.at) / 1000, at: performance.now() };
    } else if (this.#elapsed) {
      this.#elapsed.at = performance.now();
    }
    this.#watchQueue();
  }

  /** Takes a fetched task, but for what events have carried on while it was on its way. @param {Task} task */
  #merge(task) {
    const known = this.task;
    const overtaken = isAfter(known?.cursor, task.cursor) && !isAfter(task.cursor, known.cursor);
    if (!overtaken) this.#replace(task);
    else if (known.status === task.status && known.attempt === task.attempt) {
      const carried = Object.fromEntries(CARRIED.filter((name) => name in known).map((name) => [name, known[name]]));
      this.task = { ...known, ...task, ...carried };
    }
    this.#watchQueue();
    this.#watchSilence();
  }

  /** @param {Task} task */
  #replace(task) {
    this.task = task;
    this.#elapsed = task.elapsed_s == null ? null : { seconds: task.elapsed_s, at: performance.now() };
  }

  #refreshSoon() {
    this.#refreshTimer ??= setTimeout(() => this.refresh(), GATHER_MS);
  }

  /** Heartbeats come when a stream is silent, and one that is shared may be busy with other tasks. */
  #watchSilence() {
    clearTimeout(this.#silenceTimer);
    if (this.task?.status !== "running") return;
    this.#silenceTimer = setTimeout(() => (this.#visible ? this.refresh() : this.#watchSilence()), SILENCE_MS);
  }

  get #visible() {
    return document.visibilityState === "visible" && ["live", "polling"].includes(this.subscription.state);
  }

  /** The position in the queue changes with other tasks' events, which this subscription does not have. */
  #watchQueue() {
    clearTimeout(this.#queueTimer);
    if (this.task.status !== "queued") return;
    this.#queueTimer = setTimeout(() => {
      if (this.#visible) this.refresh();
      else this.#watchQueue();
    }, QUEUE_POLL_MS);
  }

  /** @param {string} iso */
  #setClock(iso) {
    if (iso) this.#ahead_ms = Date.parse(iso) - Date.now();
  }

  #changed() {
    if (this.task) this.dispatchEvent(new CustomEvent("change"));
  }
}
