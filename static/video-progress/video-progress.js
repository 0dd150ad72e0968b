/**
 * <video-progress src="https://videos.example/s/LINK"></video-progress>: how far a video is, live, on any page.
 *
 *   <script type="module" src="https://videos.example/embed/v1/video-progress.js"></script>
 *
 * `src` is a share link, which needs no login, or the address of a task (`/api/tasks/ID`) on the page's own origin; `task` is the id of a
 * task of the server that this module comes from. With `player` the video itself takes the place of the bar once it is ready (share links
 * only). The element dispatches "progress" (bubbling; `detail` is its `state`), and has `data-status`. Parts for styling: `title`, `text`,
 * `percent`, `bar`, `link`, `player`; variables: `--video-progress-color`, `--video-progress-track`.
 */
import { SSEClient } from "./sse-client.js";

export const VERSION = "1.0.0";

const CATCH_UP_MS = 5000;
const FINISHED = ["completed", "failed", "cancelled"];
const STYLE = `
  :host { display: block; font: inherit; line-height: 1.4; }
  :host([hidden]) { display: none; }
  p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em; margin: 0; }
  [part="title"] { font-weight: 600; }
  [part="percent"] { font-variant-numeric: tabular-nums; }
  progress { appearance: none; display: block; width: 100%; height: 0.5em; margin: 0.35em 0; border: 0; border-radius: 1em; overflow: hidden;
    background: var(--video-progress-track, color-mix(in srgb, currentcolor 15%, transparent)); }
  progress::-webkit-progress-bar { background: transparent; }
  progress::-webkit-progress-value { background: var(--video-progress-color, #3451c7); border-radius: 1em; }
  progress::-moz-progress-bar { background: var(--video-progress-color, #3451c7); border-radius: 1em; }
  iframe { display: block; width: 100%; aspect-ratio: 16 / 9; border: 0; }
  a { color: inherit; }
  [hidden] { display: none; }
`;
const MARKUP = `
<p><span part="title"></span><span part="percent"></span></p>
<progress part="bar" max="1" value="0"></progress>
<p><span part="text" role="status"></span><a part="link" target="_blank" rel="noopener" hidden>Watch</a></p>`;

/**
 * @typedef {object} State
 * @property {string} title
 * @property {string} status queued, running, completed, failed or cancelled
 * @property {number} progress 0 to 1
 * @property {string} text what is happening, in a sentence
 * @property {number|null} remaining_s estimated seconds left, null if there is no estimate
 * @property {boolean} connected whether what is shown is live
 */

export class VideoProgress extends HTMLElement {
  static observedAttributes = ["src", "task"];

  /** @type {SSEClient|null} */
  #client = null;
  /** @type {State} */
  #state = { title: "", status: "", progress: 0, text: "", remaining_s: null, connected: false };
  #catchUp = 0;

  /** What is shown now. @returns {State} */
  get state() {
    return { ...this.#state };
  }

  connectedCallback() {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      const style = new CSSStyleSheet(); // no policy of a page forbids it, as it may a <style>
      style.replaceSync(STYLE);
      root.adoptedStyleSheets = [style];
      root.innerHTML = MARKUP;
    }
    this.#follow();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    if (this.isConnected && this.shadowRoot) this.#follow();
  }

  get #source() {
    const src = this.getAttribute("src");
    if (src) return new URL(src, document.baseURI);
    const task = this.getAttribute("task");
    return task ? new URL(`../../api/tasks/${encodeURIComponent(task)}`, import.meta.url) : null;
  }

  #stop() {
    clearInterval(this.#catchUp);
    this.#client?.close();
    this.#client = null;
  }

  #follow() {
    this.#stop();
    const source = this.#source;
    if (!source) return;
    const address = source.href.replace(/\/$/, "");
    const isShared = !source.pathname.includes("/api/");
    const stateUrl = isShared ? `${address}/progress` : address;
    const client = new SSEClient(`${address}/stream`, isShared ? { stateUrl } : { stateUrl, pollUrl: `${address}/events` });
    this.#client = client;
    const on = (/** @type {string} */ name, /** @type {(detail: any) => void} */ take) =>
      client.addEventListener(name, (/** @type {any} */ { detail }) => client === this.#client && take(detail));
    on("hello", ({ task }) => task && this.#show(ofTask(task)));
    on("message", ({ data }) => this.#show(ofEvent(data)));
    on("end", () => this.#fetch(stateUrl));
    on("statechange", () => this.#connection(client, stateUrl));
    client.start();
    this.#link(isShared ? address : "");
    // Where streams do not get through, what is shown is fetched.
    this.#catchUp = setInterval(() => client.state === "reconnecting" && client.failures > 1 && this.#fetch(stateUrl), CATCH_UP_MS);
  }

  /** @param {string} address */
  #link(address) {
    const link = /** @type {HTMLAnchorElement} */ (this.#part("link"));
    link.href = address;
    link.dataset.shared = address ? "yes" : "";
  }

  /** @param {SSEClient} client @param {string} stateUrl */
  #connection(client, stateUrl) {
    const connected = ["live", "polling", "ended"].includes(client.state);
    if (client.state === "ended") this.#fetch(stateUrl);
    if (client.state === "failed") this.#show({ connected, text: client.reason?.detail || client.reason?.title || "This cannot be followed." });
    else this.#show({ connected });
  }

  /** @param {string} url */
  async #fetch(url) {
    const client = this.#client;
    const response = await fetch(url, { cache: "no-store" }).catch(() => null);
    if (response?.ok && client === this.#client) this.#show(ofTask(await response.json()));
  }

  /** @param {Partial<State>} change */
  #show(change) {
    this.#state = { ...this.#state, ...change };
    const { title, status, progress, text, remaining_s, connected } = this.#state;
    if (status) this.dataset.status = status;
    this.toggleAttribute("data-connected", connected);
    const begun = status === "running" || status === "completed";
    set(this.#part("title"), title);
    set(this.#part("percent"), begun ? `${Math.floor(progress * 100)} %` : "");
    set(this.#part("text"), status === "running" && remaining_s ? `${text} · ${left(remaining_s)}` : text);
    const bar = /** @type {HTMLProgressElement} */ (this.#part("bar"));
    bar.value = begun ? progress : 0;
    bar.setAttribute("aria-label", title || "Progress");
    bar.hidden = FINISHED.includes(status) && status !== "completed";
    const link = /** @type {HTMLAnchorElement} */ (this.#part("link"));
    link.hidden = status !== "completed" || !link.dataset.shared;
    if (!link.hidden && this.hasAttribute("player")) this.#play(link.href, title);
    this.dispatchEvent(new CustomEvent("progress", { detail: this.state, bubbles: true, composed: true }));
  }

  /** Shows the player in place of the bar. @param {string} address @param {string} title */
  #play(address, title) {
    if (this.shadowRoot?.querySelector("iframe")) return;
    const frame = document.createElement("iframe");
    frame.setAttribute("part", "player");
    frame.allowFullscreen = true;
    frame.title = title;
    frame.src = `${address.replace(/\/$/, "")}/embed`;
    this.#part("bar").replaceWith(frame);
  }

  /** @param {string} name @returns {HTMLElement} */
  #part(name) {
    return this.shadowRoot?.querySelector(`[part="${name}"]`) ?? document.createElement("progress");
  }
}

/** @param {any} task @returns {Partial<State>} */
const ofTask = ({ title, status, progress, summary, remaining_s }) => ({
  title, status, progress: progress ?? 0, text: summary ?? "", remaining_s: remaining_s ?? null,
});

/** @param {any} event of the log @returns {Partial<State>} */
function ofEvent({ status, progress, message, data }) {
  /** @type {Partial<State>} */
  const change = { remaining_s: data?.remaining_s ?? null };
  if (status) change.status = status;
  if (progress != null) change.progress = progress;
  if (message) change.text = message;
  return change;
}

/** @param {number} seconds */
const left = (seconds) => (seconds < 60 ? `${Math.max(5, Math.ceil(seconds / 5) * 5)} s left` : `${Math.ceil(seconds / 60)} min left`);

/** @param {HTMLElement} element @param {string} text */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

if (!customElements.get("video-progress")) customElements.define("video-progress", VideoProgress);
