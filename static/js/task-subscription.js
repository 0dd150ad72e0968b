/**
 * The events of one task out of the stream that all tabs share: first what its log has after the cursor, then what the stream brings.
 *
 * It misses no event: it listens first, reads the log after its cursor second, and takes what came meanwhile last, each event once. It does
 * so again whenever the shared stream dispatches "gap". A task that had ended goes on when it is tried again.
 */
import { ApiError, fetchTask, request, taskUrl } from "./api.js";
import { isAfter } from "./sse-client.js";
import { isFinal } from "./labels.js";

const PAGE = 500;
const CATCH_UP_MS = 1000; // how long the shared stream may take to report its cursor, before the log is read all the same
const REFUSALS = new Set([401, 404, 410]);
const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

export class TaskSubscription extends EventTarget {
  /** Id of the last event of this task that was taken. */
  cursor;
  #id;
  #stream;
  #status = ""; // the task's, as of the cursor
  #mode = "behind"; // behind: the log has to be read; reading; current: the stream brings all there is
  #wasCurrent = false;
  #again = false; // whether there was another gap while the log was read
  #buffer = []; // messages that came while the log was read
  #refusal = null;
  #failure = null; // {reason, retryAt, failures} of a log that cannot be read now
  #timer = null;
  #listeners = null;

  /** @param {string} id @param {string} cursor @param {import("./shared-stream.js").SharedStream} stream */
  constructor(id, cursor, stream) {
    super();
    this.#id = id;
    this.#stream = stream;
    this.cursor = cursor;
  }

  get state() {
    if (this.#refusal) return "failed";
    if (this.#mode === "current" && this.#ended) return "ended";
    if (!this.#connected) return this.#stream.state;
    if (this.#failure) return "reconnecting";
    return this.#wasCurrent ? this.#stream.state : "connecting";
  }

  get reason() {
    return this.#refusal ?? this.#source.reason;
  }

  get retryAt() {
    return this.#source.retryAt;
  }

  get failures() {
    return this.#source.failures;
  }

  start() {
    if (this.#listeners) return;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const on = (name, listener) => this.#stream.addEventListener(name, listener, { signal });
    on("gap", () => this.#catchUp());
    on("reset", () => this.#catchUp());
    on("message", ({ detail }) => detail.data.task_id === this.#id && this.#receive(detail));
    on("hello", ({ detail }) => this.#dispatch("hello", { now: detail.now }));
    on("heartbeat", ({ detail }) => this.#dispatch("heartbeat", detail));
    on("statechange", () => {
      if (this.#failure && this.#connected) this.#catchUp();
      this.#dispatch("statechange");
    });
    this.#catchUpIn(CATCH_UP_MS);
    this.#stream.start();
  }

  close() {
    this.#listeners?.abort();
    this.#listeners = null;
    clearTimeout(this.#timer);
    this.#mode = "behind";
  }

  tryNow() {
    this.#refusal = null;
    this.#stream.tryNow();
    this.#catchUp();
  }

  get #ended() {
    return this.#status === "deleted" || isFinal(this.#status);
  }

  get #connected() {
    return this.#stream.state === "live" || this.#stream.state === "polling";
  }

  get #source() {
    return this.#connected && this.#failure ? this.#failure : this.#stream;
  }

  #receive(message) {
    if (this.#mode === "reading") this.#buffer.push(message);
    else if (this.#mode === "current") this.#takeLive([message]);
    else if (this.#refusal) this.tryNow(); // the deletion was undone
  }

  /** Reads the log after the cursor until nothing is missing. */
  async #catchUp() {
    this.#again = true;
    if (this.#mode === "reading" || !this.#listeners) return;
    clearTimeout(this.#timer);
    this.#mode = "reading";
    try {
      while (this.#again) {
        this.#again = false;
        await this.#readLog();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#fail(error);
    }
    this.#mode = "current";
    this.#wasCurrent = true;
    this.#failure = this.#refusal = null;
    const buffered = this.#buffer;
    this.#buffer = [];
    this.#takeLive(buffered);
    this.#dispatch("statechange");
  }

  async #readLog() {
    const task = await fetchTask(this.#id);
    this.#dispatch("hello", { task });
    if (!isAfter(this.cursor, task.cursor)) this.#status = task.status;
    let page;
    do {
      page = await request(taskUrl(this.#id, `/events?limit=${PAGE}&after=${encodeURIComponent(this.cursor)}`));
      if (page.reset) {
        this.cursor = "";
        this.#dispatch("reset", { reason: page.reset });
      }
      for (const { id, ...data } of page.events) this.#take({ id, data });
    } while (page.events.length === PAGE);
  }

  #takeLive(messages) {
    const before = this.#ended;
    for (const message of messages) this.#take(message);
    if (this.#ended === before) return;
    if (this.#ended) this.#dispatch("end", { status: this.#status });
    this.#dispatch("statechange");
  }

  #take({ id, data }) {
    if (!isAfter(id, this.cursor)) return;
    this.cursor = id;
    this.#status = data.type === "task.deleted" ? "deleted" : (data.status ?? this.#status);
    this.#dispatch("message", { id, data });
  }

  /** The log cannot be read: for good, or for now. */
  #fail(error) {
    this.#mode = "behind";
    this.#buffer = []; // the next reading brings them
    if (REFUSALS.has(error.status)) {
      this.#refusal = { code: error.code, detail: error.message, hint: error.hint, status: error.status };
    } else {
      const failures = (this.#failure?.failures ?? 0) + 1;
      const delay = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (failures - 1)) * (0.5 + Math.random());
      const code = error.code === "unreachable" && !navigator.onLine ? "offline" : error.code;
      this.#failure = { reason: { code, title: error.message }, retryAt: Date.now() + delay, failures };
      this.#catchUpIn(delay);
    }
    this.#dispatch("statechange");
  }

  #catchUpIn(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#mode === "behind" && this.#catchUp(), delay);
  }

  #dispatch(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
