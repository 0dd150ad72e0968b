/**
 * The events of one task out of the stream that all tabs share: what is missing from the log, then what the stream tells, with no seam.
 *
 * It never misses an event: it listens first, reads the log after its cursor second, and takes what was told meanwhile last, each event
 * once. It does so again whenever the shared stream dispatches "gap". A task that had ended goes on when it is tried again.
 */
import { ApiError, fetchTask, request, taskUrl } from "./api.js";
import { isAfter } from "./sse-client.js";
import { isFinished } from "./task-state.js";

const PAGE = 500;
const PATIENCE_MS = 1000; // how long the shared stream may take to say where it is, before the log is read all the same
const REFUSALS = new Set([401, 404, 410]);
const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

export class TaskFeed extends EventTarget {
  /** Id of the last event of this task that was taken. */
  cursor;
  #id;
  #stream;
  #status = ""; // the task's, as of the cursor
  #mode = "behind"; // behind: the log has to be read; reading; current: what the stream tells is all there is
  #begun = false; // whether it was ever current
  #again = false; // whether there was another gap while the log was read
  #held = []; // what was told while the log was read
  #refusal = null;
  #trouble = null; // {reason, retryAt, failures} of a log that cannot be read now
  #timer = null;
  #listening = null;

  /** @param {EventTarget} stream a SharedStream */
  constructor(id, cursor, stream) {
    super();
    this.#id = id;
    this.#stream = stream;
    this.cursor = cursor;
  }

  get state() {
    if (this.#refusal) return "failed";
    if (this.#mode === "current" && this.#ended) return "ended";
    if (!this.#streams) return this.#stream.state;
    if (this.#trouble) return "reconnecting";
    return this.#begun ? this.#stream.state : "connecting";
  }

  get reason() {
    return this.#refusal ?? this.#broken.reason;
  }

  get retryAt() {
    return this.#broken.retryAt;
  }

  get failures() {
    return this.#broken.failures;
  }

  start() {
    if (this.#listening) return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const on = (name, listener) => this.#stream.addEventListener(name, listener, { signal });
    on("gap", () => this.#catchUp());
    on("reset", () => this.#catchUp());
    on("message", ({ detail }) => detail.data.task_id === this.#id && this.#hear(detail));
    on("hello", ({ detail }) => this.#say("hello", { now: detail.now }));
    on("heartbeat", ({ detail }) => this.#say("heartbeat", detail));
    on("statechange", () => {
      if (this.#trouble && this.#streams) this.#catchUp();
      this.#say("statechange");
    });
    this.#later(PATIENCE_MS);
    this.#stream.start();
  }

  close() {
    this.#listening?.abort();
    this.#listening = null;
    clearTimeout(this.#timer);
    this.#mode = "behind";
  }

  tryNow() {
    this.#refusal = null;
    this.#stream.tryNow();
    this.#catchUp();
  }

  get #ended() {
    return this.#status === "deleted" || isFinished({ status: this.#status });
  }

  get #streams() {
    return this.#stream.state === "live" || this.#stream.state === "polling";
  }

  get #broken() {
    return this.#streams && this.#trouble ? this.#trouble : this.#stream;
  }

  #hear(told) {
    if (this.#mode === "reading") this.#held.push(told);
    else if (this.#mode === "current") this.#takeLive([told]);
    else if (this.#refusal) this.tryNow(); // a task that is not there has news: it was brought back
  }

  /** Reads the log after the cursor until nothing is missing. */
  async #catchUp() {
    this.#again = true;
    if (this.#mode === "reading" || !this.#listening) return;
    clearTimeout(this.#timer);
    this.#mode = "reading";
    try {
      while (this.#again) {
        this.#again = false;
        await this.#readLog();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#cannot(error);
    }
    this.#mode = "current";
    this.#begun = true;
    this.#trouble = this.#refusal = null;
    const held = this.#held;
    this.#held = [];
    this.#takeLive(held);
    this.#say("statechange");
  }

  async #readLog() {
    const task = await fetchTask(this.#id);
    this.#say("hello", { task });
    if (!isAfter(this.cursor, task.cursor)) this.#status = task.status;
    let page;
    do {
      page = await request(taskUrl(this.#id, `/events?limit=${PAGE}&after=${encodeURIComponent(this.cursor)}`));
      if (page.reset) {
        this.cursor = "";
        this.#say("reset", { reason: page.reset });
      }
      for (const { id, ...data } of page.events) this.#take({ id, data });
    } while (page.events.length === PAGE);
  }

  #takeLive(events) {
    const before = this.#ended;
    for (const told of events) this.#take(told);
    if (this.#ended === before) return;
    if (this.#ended) this.#say("end", { status: this.#status });
    this.#say("statechange");
  }

  #take({ id, data }) {
    if (!isAfter(id, this.cursor)) return;
    this.cursor = id;
    this.#status = data.type === "task.deleted" ? "deleted" : (data.status ?? this.#status);
    this.#say("message", { id, data });
  }

  /** The log cannot be read: for good, or for now. */
  #cannot(error) {
    this.#mode = "behind";
    this.#held = []; // the next reading brings it
    if (REFUSALS.has(error.status)) {
      this.#refusal = { code: error.code, detail: error.message, hint: error.hint, status: error.status };
    } else {
      const failures = (this.#trouble?.failures ?? 0) + 1;
      const delay = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (failures - 1)) * (0.5 + Math.random());
      const code = error.code === "unreachable" && !navigator.onLine ? "offline" : error.code;
      this.#trouble = { reason: { code, title: error.message }, retryAt: Date.now() + delay, failures };
      this.#later(delay);
    }
    this.#say("statechange");
  }

  #later(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#mode === "behind" && this.#catchUp(), delay);
  }

  #say(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
