/**
 * A stream of events that survives what happens to connections.
 *
 *   const client = new SSEClient("/api/tasks/abc/stream", { stateUrl: "/api/tasks/abc", pollUrl: "/api/tasks/abc/events" });
 *   client.addEventListener("message", ({ detail: { id, data } }) => ...);   // each event of the log once, in order
 *   client.addEventListener("statechange", () => show(client.state, client.retryAt, client.reason));
 *   client.start();
 *
 * States: connecting, live, reconnecting (`retryAt` is when; null while a try is under way), polling, ended, failed.
 * Frames that are not in the log are dispatched under their own names with their data as `detail`: hello, heartbeat, snapshot,
 * reset, problem, end.
 *
 * The browser's own reconnecting is not used: EventSource gives up for good at any status but 200, never backs off, and does not
 * say when it tries next. So every error closes the EventSource, and a new one is opened from `cursor`.
 */

const FRAMES = ["hello", "heartbeat", "snapshot", "reset", "problem", "end"];
const FATAL = new Set([401, 404, 410]);
const FAILURES_BEFORE_POLLING = 3;
const STEADY_MS = 10_000;
const DIAGNOSE_TIMEOUT_MS = 8_000;
const SILENCES_BEFORE_POLLING = 2;
const MAX_RETRY_AFTER_MS = 300_000;
const POLL_WAIT_S = 25;

/**
 * @typedef {object} Options
 * @property {string} [cursor] where to begin; empty for the stream's own beginning
 * @property {string} [stateUrl] fetched to learn why a connection was refused; its JSON is also what `hello` carries while polling
 * @property {(state: any, cursor: string) => boolean} [isOver] whether nothing comes after the cursor
 * @property {string} [pollUrl] takes ?after=&wait=, for when streams do not get through
 * @property {number} [maxRetries] failures in a row after which the client gives up; none by default, since laptops sleep
 * @property {number} [baseDelay] milliseconds of the first back-off
 * @property {number} [maxDelay] milliseconds of the longest back-off
 * @property {number} [helloTimeout] milliseconds a new connection may be silent
 * @property {number} [silence] milliseconds an open one may be silent (a `hello` with heartbeat_s sets it)
 */

export class SSEClient extends EventTarget {
  /** @type {"connecting"|"live"|"reconnecting"|"polling"|"ended"|"failed"} */
  state = "connecting";
  /** Id of the last event taken: where the next connection goes on. */
  cursor = "";
  /** Time (ms, as Date.now) of the next try, or null. */
  retryAt = null;
  /** Why it is not live: {code, title?, detail?, hint?}. Codes of our own: offline, unreachable, foreign, busy, interrupted, silent, gave_up. */
  reason = null;
  /** Failures in a row. */
  failures = 0;

  #url;
  /** @type {Required<Pick<Options, "maxRetries" | "baseDelay" | "maxDelay" | "helloTimeout" | "silence">> & Options} */
  #options;
  #source = null;
  #firstFrameAt = 0; // when the present connection sent its first frame; 0 before
  #silences = 0; // connections in a row that sent frames when opened, and then none: a proxy buffers what is small
  #problem = null; // what the server sent before it closed the connection
  #generation = 0; // an answer to a request of an earlier generation is dropped
  #timers = new Map();
  #lastFrameAt = 0;
  #silence_ms;
  #polling = null; // AbortController of the long-poll under way
  #running = null; // AbortController of the listeners on window and document
  #suspended = false;

  /** @param {string} url the stream @param {Options} options */
  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = { maxRetries: Infinity, baseDelay: 1000, maxDelay: 30_000, helloTimeout: 10_000, silence: 40_000, ...options };
    this.#silence_ms = this.#options.silence;
    this.cursor = options.cursor ?? "";
  }

  start() {
    if (this.#running) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    addEventListener("online", () => this.#wake(), { signal });
    addEventListener("pageshow", () => this.#wake(), { signal });
    addEventListener("pagehide", () => this.#suspend(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#wake(), { signal });
    this.#begin("connecting");
  }

  /** Stops for good; `start` begins again from the cursor. */
  close() {
    this.#running?.abort();
    this.#running = null;
    this.#stop();
  }

  /** Goes on from the cursor at once, whatever it was waiting for; also revives one that has ended or failed. */
  tryNow() {
    if (!this.#running) return this.start();
    if (this.state === "live") return this.#wake();
    if (this.state === "polling") return this.#tryStream();
    this.#begin(this.state === "connecting" ? "connecting" : "reconnecting");
  }

  #begin(state) {
    this.#stop();
    this.#become(state);
    if ((this.failures >= FAILURES_BEFORE_POLLING && this.#options.pollUrl) || this.#buffered) this.#poll();
    else this.#open();
  }

  #stop() {
    this.#generation += 1;
    this.#closeSource();
    this.#polling?.abort();
    this.#polling = null;
    for (const name of [...this.#timers.keys()]) this.#unset(name);
    this.retryAt = null;
  }

  #become(state, reason = this.reason) {
    this.state = state;
    this.reason = state === "live" || state === "ended" ? null : reason;
    this.dispatchEvent(new CustomEvent("statechange", { detail: { state, reason: this.reason, retryAt: this.retryAt } }));
  }

  // The stream

  #open() {
    const source = new EventSource(withQuery(this.#url, { last_event_id: this.cursor }));
    this.#source = source;
    this.#firstFrameAt = 0;
    this.#problem = null;
    this.#set("hello", this.#options.helloTimeout, () => this.#lost("silent"));
    source.onmessage = (frame) => {
      if (source !== this.#source) return;
      this.#received();
      this.#deliver(frame.lastEventId, parsed(frame.data));
    };
    for (const name of FRAMES) {
      source.addEventListener(name, (frame) => {
        if (source !== this.#source) return;
        this.#received(name === "heartbeat");
        this.#frame(name, parsed(frame.data), frame.lastEventId);
      });
    }
    source.onerror = () => source === this.#source && this.#lost("interrupted");
  }

  #closeSource() {
    this.#source?.close();
    this.#source = null;
    this.#unset("hello");
    this.#unset("silence");
    this.#unset("steady");
  }

  /** The connection is alive. An open one without a frame need not be: a proxy that buffers opens it too. */
  #received(heartbeat = false) {
    this.#lastFrameAt = Date.now();
    if (!this.#firstFrameAt) {
      this.#firstFrameAt = Date.now();
      this.#unset("hello");
      this.#watch();
    }
    if (heartbeat || Date.now() - this.#firstFrameAt > STEADY_MS) this.#silences = 0;
    if (this.state === "live" || this.#buffered) return;
    this.#unset("upgrade");
    if (this.#polling) {
      this.#generation += 1;
      this.#polling.abort();
      this.#polling = null;
    }
    // Only a connection that lasts, or that brought something new, clears the failures: else one that is cut
    // right after each hello would be tried for ever at full speed, and long-polling never.
    this.#set("steady", STEADY_MS, () => (this.failures = 0));
    this.retryAt = null;
    this.#become("live");
  }

  /** Whether the first frames of streams get through and none after them: the next stream has to prove itself before it is trusted. */
  get #buffered() {
    return this.#silences >= SILENCES_BEFORE_POLLING && Boolean(this.#options.pollUrl);
  }

  /** Compares with the clock rather than trusting one long timer: a timer sleeps with the laptop. */
  #watch() {
    this.#set("silence", 2000, () => {
      if (Date.now() - this.#lastFrameAt > this.#silence_ms) this.#lost("silent");
      else this.#watch();
    });
  }

  /** Takes each event once: a stream that is opened while a long-poll is under way repeats what the poll brought. */
  #deliver(id, data) {
    if (!isAfter(id, this.cursor)) return;
    this.cursor = id;
    this.failures = 0;
    this.dispatchEvent(new CustomEvent("message", { detail: { id, data } }));
  }

  #frame(name, data, lastEventId) {
    if (name === "hello" && data?.heartbeat_s) this.#silence_ms = Math.max(2.5 * data.heartbeat_s, data.heartbeat_s + 10) * 1000;
    if (name === "heartbeat") this.failures = 0;
    if (name === "reset") this.cursor = "";
    // A frame without an id repeats the last one of the connection: so id-only frames, which JavaScript never sees, count too.
    else if (lastEventId && isAfter(lastEventId, this.cursor)) this.cursor = lastEventId;
    this.dispatchEvent(new CustomEvent(name, { detail: data }));
    if (name === "problem") this.#problem = data;
    if (name === "end") this.#end();
  }

  #end() {
    this.#stop();
    this.failures = 0;
    this.#become("ended");
  }

  // When it breaks

  async #lost(code) {
    const wasOpen = this.#firstFrameAt > 0;
    this.#closeSource();
    if (this.state === "polling") return this.#planUpgrade();
    this.#stop();
    this.failures += 1;
    if (wasOpen && code === "silent") this.#silences += 1;
    if (wasOpen) return this.#retry(this.#problem ?? { code });
    this.#become("reconnecting", { code });
    const generation = this.#generation;
    const answer = await this.#diagnose();
    if (generation !== this.#generation) return;
    if (answer.over) this.#end();
    else if (answer.fatal) this.#fail(answer.reason);
    else this.#retry(answer.reason ?? { code }, answer.retryAfter_ms);
  }

  /** EventSource shows no status to JavaScript, so other requests ask for it: of the state, and then of the stream itself. */
  async #diagnose() {
    const { stateUrl, isOver } = this./** @type {Required<Pick<Options, "maxRetries" | "baseDelay" | "maxDelay" | "helloTimeout" | "silence">> & Options} */
  #options;
    try {
      const response = stateUrl ? await ask(stateUrl) : null;
      if (response && !response.ok) return await refusal(response);
      if (response && !isJson(response)) return { reason: { code: "foreign" } };
      if (response && this.cursor && isOver?.(await response.json(), this.cursor)) return { over: true };
    } catch {
      return { reason: { code: navigator.onLine ? "unreachable" : "offline" } };
    }
    try {
      const response = await ask(withQuery(this.#url, { last_event_id: this.cursor }), "HEAD");
      return response.ok ? { over: response.status === 204 } : await refusal(response);
    } catch {
      return {}; // it does not get through: the reason is known
    }
  }

  #retry(reason, least_ms = 0) {
    if (this.failures > this.#options.maxRetries) return this.#fail({ code: "gave_up" });
    const { baseDelay, maxDelay } = this./** @type {Required<Pick<Options, "maxRetries" | "baseDelay" | "maxDelay" | "helloTimeout" | "silence">> & Options} */
  #options;
    const backoff = Math.min(maxDelay, baseDelay * 2 ** (this.failures - 1));
    // Jitter, so that a thousand tabs do not come back in the same moment.
    const delay = Math.max(least_ms, Math.min(maxDelay, backoff * (0.5 + Math.random())));
    this.retryAt = Date.now() + delay;
    this.#set("retry", delay, () => this.#begin("reconnecting"));
    this.#become("reconnecting", reason);
  }

  #fail(reason) {
    this.#stop();
    this.#become("failed", reason);
  }

  // When streams do not get through

  async #poll() {
    const generation = this.#generation;
    const polling = new AbortController();
    this.#polling = polling;
    let wait = 0;
    try {
      while (generation === this.#generation) {
        const url = withQuery(this.#options.pollUrl, { after: this.cursor, wait: String(wait) });
        const timeout = AbortSignal.timeout((wait + 10) * 1000);
        const response = await fetch(url, { cache: "no-store", signal: AbortSignal.any([polling.signal, timeout]) });
        if (generation !== this.#generation) return;
        if (!response.ok) {
          const { fatal, reason, retryAfter_ms } = await refusal(response);
          return fatal ? this.#fail(reason) : this.#failPoll(reason, retryAfter_ms);
        }
        if (!isJson(response)) return this.#failPoll({ code: "foreign" });
        const page = await response.json();
        if (generation !== this.#generation) return;
        if (wait === 0) await this.#startPolling(polling.signal);
        if (generation !== this.#generation) return;
        if (page.reset) this.#frame("reset", { reason: page.reset });
        for (const event of page.events) this.#deliver(event.id, event);
        if (page.cursor && isAfter(page.cursor, this.cursor)) this.cursor = page.cursor;
        if (page.ended) {
          this.#frame("end", { status: page.status });
          return;
        }
        wait = POLL_WAIT_S;
      }
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#failPoll({ code: error.name === "TimeoutError" ? "silent" : navigator.onLine ? "unreachable" : "offline" });
    }
  }

  async #startPolling(signal) {
    this.#become("polling");
    if (this.#options.stateUrl) {
      const response = await fetch(this.#options.stateUrl, { cache: "no-store", signal });
      if (response.ok) this.#frame("hello", { task: await response.json() });
    }
    this.#planUpgrade(0);
  }

  #failPoll(reason, retryAfter_ms) {
    this.#stop();
    this.failures += 1;
    this.#retry(reason, retryAfter_ms);
  }

  #planUpgrade(delay = this.#options.maxDelay) {
    this.#set("upgrade", delay, () => this.#tryStream());
  }

  /** Opens the stream beside the long-poll; the first frame of it ends the polling. */
  #tryStream() {
    this.#closeSource();
    this.#open();
  }

  // When the page sleeps and wakes

  #wake() {
    if (this.#suspended) {
      this.#suspended = false;
      this.#begin("reconnecting");
    } else if (this.state === "live" && Date.now() - this.#lastFrameAt > this.#silence_ms) {
      this.#begin("reconnecting");
    } else if (this.state === "reconnecting" && this.retryAt !== null) {
      this.#begin("reconnecting");
    } else if (this.state === "polling") {
      this.#tryStream();
    }
  }

  /** A page with an open connection may be kept out of the back-forward cache. */
  #suspend() {
    if (this.state === "ended" || this.state === "failed") return;
    this.#suspended = true;
    this.#stop();
  }

  #set(name, delay, action) {
    this.#unset(name);
    this.#timers.set(name, setTimeout(() => (this.#timers.delete(name), action()), delay));
  }

  #unset(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

/**
 * Milliseconds to wait after so many failures in a row: twice as long each time, with jitter, so that a thousand tabs do not come back in
 * the same moment.
 * @param {number} failures from 1
 * @param {{baseDelay: number, maxDelay: number}} limits
 */
export function backoff_ms(failures, { baseDelay, maxDelay }, random = Math.random()) {
  return Math.min(maxDelay, Math.min(maxDelay, baseDelay * 2 ** (failures - 1)) * (0.5 + random));
}

/** Whether id `a` (`<epoch>-<seq>`) may follow `b`: of another epoch, or later in the same one. */
export function isAfter(a, b) {
  if (!a) return false;
  if (!b) return true;
  const [epochA, seqA] = split(a);
  const [epochB, seqB] = split(b);
  return epochA !== epochB || seqA > seqB;
}

function split(id) {
  const at = id.lastIndexOf("-");
  return [id.slice(0, at), Number(id.slice(at + 1))];
}

function ask(url, method = "GET") {
  return fetch(url, { method, cache: "no-store", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(DIAGNOSE_TIMEOUT_MS) });
}

const isJson = (response) => (response.headers.get("Content-Type") ?? "").includes("json");

/** The refusal in a response: {fatal, reason: problem+json, retryAfter_ms}. */
async function refusal(response) {
  const problem = isJson(response) ? await response.json().catch(() => ({})) : {}; // the answer to HEAD has no body
  const code = problem.code ?? (response.status === 503 || response.status === 429 ? "busy" : `http_${response.status}`);
  const retryAfter = Number(response.headers.get("Retry-After"));
  return {
    fatal: FATAL.has(response.status),
    reason: { title: `The server answered ${response.status}`, ...problem, code, status: response.status },
    retryAfter_ms: Number.isFinite(retryAfter) ? Math.min(retryAfter * 1000, MAX_RETRY_AFTER_MS) : 0,
  };
}

function withQuery(url, query) {
  const address = new URL(url, document.baseURI);
  for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
  return address.href;
}

function parsed(text) {
  return text ? JSON.parse(text) : null;
}
