/**
 * One stream for all tabs of a browser: a browser opens six connections to a server and no more, and the seventh tab would hang.
 *
 * The tab that holds a Web Lock leads: it reads the stream of all tasks and passes it on to every tab, itself too, over a BroadcastChannel. Each
 * message has the leader's cursor before it (`before`) and after it (`cursor`). So a tab knows when it has missed one (it was just opened,
 * it slept, the leader was closed in the middle): it dispatches "gap", and subscriptions to single tasks read the log. A new leader resumes
 * from its own cursor; the others drop what they have already.
 *
 * A subscription (see subscriptions.js) to all tasks, with one event more, "gap": messages before it may have been missed.
 */
import { basePath } from "./base-path.js";
import { SSEClient, isAfter } from "./sse-client.js";

const NAME = `videogen-stream${basePath}`; // two servers may share an origin, each below a path of its own
const FRAMES = ["message", "hello", "heartbeat", "snapshot", "reset", "problem"];
const ALIVE_MS = 10_000;
const TICK_MS = 5_000;
const SILENT_TICKS = 8; // counted, not timed: a laptop that wakes has had no message for hours, and the leader is well

export class SharedStream extends EventTarget {
  state = "connecting";
  reason = null;
  retryAt = null;
  failures = 0;
  /** The cursor after the last message of the leader; empty while it is unknown. */
  cursor = "";

  #client = null; // the connection, in the leading tab
  #sent = ""; // the cursor after the last message that this leader sent
  #channel = null;
  #active = null; // AbortController of the time from start (or return) to close (or hiding)
  #lockRequest = null; // its AbortController
  #steals = false; // whether to take the lock from a leader that sends nothing
  #silentTicks = 0;

  static get possible() {
    return "locks" in navigator && "BroadcastChannel" in globalThis;
  }

  start() {
    if (this.#active) return;
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", () => this.#join());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.tryNow());
    this.#join();
  }

  /** Whether this tab holds the connection. */
  get leading() {
    return this.#client !== null;
  }

  /** Goes on at once, whatever the leader is waiting for. */
  tryNow() {
    if (this.state === "connecting") return;
    if (this.#client) this.#client.tryNow();
    else this.#channel?.postMessage({ kind: "try" });
  }

  #join() {
    if (this.#active && !this.#active.signal.aborted) return;
    this.#active = new AbortController();
    const { signal } = this.#active;
    this.cursor = "";
    this.#become({ state: "connecting", reason: null, retryAt: null, failures: 0 }); // whatever it was when the page was left
    this.#channel = openChannel((message) => this.#receive(message));
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    signal.addEventListener("abort", () => clearInterval(ticking));
    this.#channel?.postMessage({ kind: "ask" });
    this.#compete(signal);
  }

  /** A page that holds a lock or a channel may be kept out of the back-forward cache, and one in the cache can lead nobody. */
  #leave() {
    this.#active?.abort();
    this.#channel?.close();
  }

  /** Waits for its turn to lead, leads until it has to give the lock up, and waits again. */
  async #compete(alive) {
    while (!alive.aborted) {
      this.#lockRequest = new AbortController();
      const options = this.#steals ? { steal: true } : { signal: AbortSignal.any([alive, this.#lockRequest.signal]) };
      this.#steals = false;
      try {
        if (this.#channel) await navigator.locks.request(NAME, options, () => this.#lead(alive));
        else await this.#lead(alive);
      } catch (error) {
        // Else taken by another tab, or the wait was given up. A browser that stores nothing for the page may refuse locks as well.
        if (error.name !== "AbortError") await this.#lead(alive);
      }
      this.#client?.close();
      this.#client = null;
    }
  }

  /** Reads the stream until the page is left, and passes it on. */
  #lead(alive) {
    return new Promise((resolve) => {
      if (alive.aborted) return resolve();
      this.#sent = this.cursor;
      const client = new SSEClient(`${basePath}/api/stream`, {
        cursor: this.cursor,
        stateUrl: `${basePath}/api/tasks?limit=1`,
        pollUrl: `${basePath}/api/events`,
      });
      this.#client = client;
      for (const name of FRAMES) client.addEventListener(name, ({ detail }) => this.#send(client, name, detail));
      client.addEventListener("statechange", () => this.#send(client, "alive"));
      const reporting = setInterval(() => this.#send(client, "alive"), ALIVE_MS);
      alive.addEventListener("abort", () => {
        clearInterval(reporting);
        client.close();
        resolve();
      });
      client.start();
    });
  }

  #send(client, kind, detail = null) {
    if (client !== this.#client) return;
    const { cursor, state, reason, retryAt, failures } = client;
    const message = { kind, detail, before: this.#sent, cursor, connection: { state, reason, retryAt, failures } };
    this.#sent = cursor;
    this.#channel?.postMessage(message);
    this.#take(message);
  }

  /** A message of another tab. */
  #receive(message) {
    if (message.kind === "ask") {
      if (this.#client) this.#send(this.#client, "alive");
    } else if (message.kind === "try") {
      if (this.#client) this.tryNow();
    } else if (!this.#client) {
      this.#take(message);
    }
  }

  #take({ kind, detail, before, cursor, connection }) {
    this.#silentTicks = 0;
    const known = kind === "message" && !isAfter(detail.id, this.cursor);
    const gap = cursor && (!before || !this.cursor || isAfter(before, this.cursor));
    if (kind === "reset") this.cursor = "";
    else if (isAfter(cursor, this.cursor)) this.cursor = cursor;
    if (gap) this.dispatchEvent(new CustomEvent("gap"));
    this.#become(connection);
    if (kind !== "alive" && !known) this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  #become(connection) {
    const { state, reason, retryAt, failures } = this;
    Object.assign(this, connection);
    if (state !== this.state || reason?.code !== this.reason?.code || retryAt !== this.retryAt || failures !== this.failures) {
      this.dispatchEvent(new CustomEvent("statechange"));
    }
  }

  /** A leader may be frozen by its browser, or stuck: a visible tab does not wait for it for ever. */
  #tick() {
    if (this.#client || document.visibilityState !== "visible") this.#silentTicks = 0;
    else this.#silentTicks += 1;
    if (this.#silentTicks < SILENT_TICKS) return;
    this.#silentTicks = 0;
    this.#steals = true;
    this.#lockRequest.abort();
  }
}

/** Null in a browser that stores nothing for the page: such a tab leads itself alone. */
function openChannel(receive) {
  try {
    const channel = new BroadcastChannel(NAME);
    channel.onmessage = ({ data }) => receive(data);
    return channel;
  } catch {
    return null;
  }
}
