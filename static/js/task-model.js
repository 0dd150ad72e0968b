/**
 * One task as a page knows it: the state from the server, each event folded in as it comes.
 *
 * Events: "change" whenever anything that is shown may differ, "event" {id, data} for each event of the log once, "reset" when the
 * log begins anew, "connection" when the feed's state changes.
 */
import { ApiError, fetchTask } from "./api.js";
import { isAfter } from "./sse-client.js";
import { fold, isFinished } from "./task-state.js";
import { HELD_BACK, NO_ROOM, STALLED } from "./words.js";

const QUEUE_LOOK_MS = 3000;
const LEASE_S = 20; // a worker that is alive gives a sign every few seconds
const SIGNS_MS = 20_000;

export class TaskModel extends EventTarget {
  /** The task in the shape of GET /api/tasks/<id>; null until it is known. */
  task = null;
  feed;
  #vital = null; // the last heartbeat's {since_event_s, since_worker_s}, and when it came
  #ahead_ms = null; // the server's clock less this one's; null while nobody has said
  #elapsed = null; // {seconds, at}: the server's count, and the page's own steady clock when it was made
  #queueTimer = null;
  #signsTimer = null;

  /** @param {EventTarget} feed see feed.js  @param {object|null} task the state that came with the page */
  constructor(feed, task = null) {
    super();
    this.feed = feed;
    if (task) this.#take(task);
    feed.addEventListener("hello", ({ detail }) => {
      this.#setClock(detail.now);
      this.#vital = null;
      if (detail.task) this.#take(detail.task);
      this.#changed();
    });
    feed.addEventListener("heartbeat", ({ detail }) => {
      this.#setClock(detail.now);
      const mine = detail.tasks?.find(({ id }) => id === this.task?.id);
      if (mine) this.#vital = { ...mine, at: performance.now() };
      if (mine) this.#watchSigns();
      this.#changed();
    });
    feed.addEventListener("message", ({ detail }) => this.#event(detail));
    feed.addEventListener("reset", () => {
      if (this.task) this.task = { ...this.task, cursor: "" };
      this.dispatchEvent(new CustomEvent("reset"));
    });
    feed.addEventListener("end", ({ detail }) => {
      if (detail?.status !== "deleted") this.refresh(); // of a deleted task there is nothing to be asked, and its event has said so
    });
    feed.addEventListener("statechange", () => {
      // Deleted before the log was read: no event tells it.
      if (feed.state === "failed" && feed.reason?.code === "task_deleted" && this.task) this.task = { ...this.task, deleted: true };
      this.dispatchEvent(new CustomEvent("connection"));
      this.#changed();
    });
    // What another browser did to a task that had ended is not on this feed: look when the page is looked at again.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.feed.state === "ended") this.refresh();
    });
  }

  /** Asks for the state, which an event may not tell in full: files, the place in the queue. */
  async refresh() {
    let task;
    try {
      task = await fetchTask(this.task.id);
    } catch (error) {
      if (error.status === 404 || error.status === 410) this.task = { ...this.task, deleted: true };
      else if (!(error instanceof ApiError)) throw error; // a server that does not answer is the feed's to tell
      this.#watchQueue();
      this.#watchSigns();
      return this.#changed();
    }
    this.#take(task);
    if (this.#ahead_ms !== null && task.last_sign_at) {
      this.#vital = { since_worker_s: this.since(task.last_sign_at), since_event_s: this.#vital?.since_event_s, at: performance.now() };
    }
    this.#changed();
    if (!isFinished(task) && this.feed.state === "ended") this.feed.tryNow();
  }

  /** Takes the answer to something that was done to the task; an ended feed goes on from there. */
  acted() {
    if (this.feed.state === "ended") this.feed.tryNow();
  }

  get finished() {
    return isFinished(this.task);
  }

  /** Seconds since the making began, going on by themselves; null before. */
  get elapsed_s() {
    if (!this.#elapsed) return null;
    return this.#elapsed.seconds + (this.task.status === "running" ? (performance.now() - this.#elapsed.at) / 1000 : 0);
  }

  /** Seconds left as far as one can tell, going down by themselves; null when one cannot. */
  get remaining_s() {
    if (this.task.status !== "running" || this.task.remaining_s == null) return null;
    const since = this.task.last_event_at ? this.since(this.task.last_event_at) : 0;
    return Math.max(0, this.task.remaining_s - since);
  }

  /** Seconds until a task that was lost is tried again, going down by themselves; null when nothing holds it back. */
  get retry_in_s() {
    if (this.task.status !== "queued" || !this.task.not_before) return null;
    const left = (Date.parse(this.task.not_before) - Date.now() - this.#ahead_ms) / 1000;
    return left > 0 ? left : null;
  }

  /** Seconds since `iso` by the server's clock. */
  since(iso) {
    return Math.max(0, (Date.now() + (this.#ahead_ms ?? 0) - Date.parse(iso)) / 1000);
  }

  /** What is wrong though nothing has failed: the disk has no room, the worker is silent, or its maker is. A sentence, or "". */
  get trouble() {
    if (this.task.status === "queued" && this.task.message === HELD_BACK) return NO_ROOM;
    if (this.task.status !== "running" || this.task.cancel_requested) return "";
    const later = this.#vital ? (performance.now() - this.#vital.at) / 1000 : 0;
    const worker = this.#vital?.since_worker_s == null ? 0 : this.#vital.since_worker_s + later;
    const maker = this.#vital?.since_event_s == null ? 0 : this.#vital.since_event_s + later;
    if (worker > LEASE_S) return `The worker has given no sign for ${Math.round(worker)} s. If it is lost, another attempt begins by itself.`;
    return this.task.stalled || maker > 60 ? STALLED : "";
  }

  #event({ id, data }) {
    this.#vital = null;
    this.#watchSigns();
    if (this.task) {
      const before = this.task;
      this.task = fold(before, id, data);
      if (this.task !== before && data.type === "task.started") this.#elapsed ??= { seconds: 0, at: performance.now() };
      if (this.task.status !== before.status) this.#statusChanged(before);
    }
    this.dispatchEvent(new CustomEvent("event", { detail: { id, data } }));
    this.#changed();
  }

  #statusChanged(before) {
    if (before.status === "running" && this.#elapsed) {
      this.#elapsed = { seconds: this.#elapsed.seconds + (performance.now() - this.#elapsed.at) / 1000, at: performance.now() };
    } else if (this.#elapsed) {
      this.#elapsed.at = performance.now();
    }
    this.#watchQueue();
  }

  /** Takes a state, unless events carried the one that is shown further while it was on its way. */
  #take(task) {
    const overtaken = isAfter(this.task?.cursor, task.cursor) && !isAfter(task.cursor, this.task.cursor);
    if (!overtaken) this.#show(task);
    this.#watchQueue();
    this.#watchSigns();
  }

  #show(task) {
    this.task = { ...task, cancel_requested: Boolean(task.cancel_requested ?? task.cancel_requested_at) };
    this.#elapsed = task.elapsed_s == null ? null : { seconds: task.elapsed_s, at: performance.now() };
  }

  /** Heartbeats come when a stream is silent, and one that is shared may be busy with other tasks. */
  #watchSigns() {
    clearTimeout(this.#signsTimer);
    if (this.task?.status !== "running") return;
    this.#signsTimer = setTimeout(() => (this.#looking ? this.refresh() : this.#watchSigns()), SIGNS_MS);
  }

  get #looking() {
    return document.visibilityState === "visible" && ["live", "polling"].includes(this.feed.state);
  }

  /** The place in the queue changes with other tasks' events, which are not on this feed. */
  #watchQueue() {
    clearTimeout(this.#queueTimer);
    if (this.task.status !== "queued") return;
    this.#queueTimer = setTimeout(() => {
      if (this.#looking) this.refresh();
      else this.#watchQueue();
    }, QUEUE_LOOK_MS);
  }

  #setClock(iso) {
    if (iso) this.#ahead_ms = Date.parse(iso) - Date.now();
  }

  #changed() {
    if (this.task) this.dispatchEvent(new CustomEvent("change"));
  }
}
