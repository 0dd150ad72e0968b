/** What became of each attempt, once there is more than one. The server reads it from the log; this asks again when one begins or ends. */
import { ApiError, request, taskUrl } from "./api.js";
import { fromTemplate, parts, setText, setTime } from "./dom.js";

const GATHER_MS = 300;

export class AttemptList {
  #root;
  #list;
  #id;
  #timer = null;
  #status;
  #first; // whether this is the first attempt, which the list does not show alone

  /** @param {HTMLElement} root @param {string} id @param {number} attempt */
  constructor(root, id, attempt) {
    this.#root = root;
    this.#list = parts(root).list;
    this.#id = id;
    this.#first = attempt < 2;
  }

  /** Takes an event: an attempt begins or ends where the task's status changes, or the attempt does. @param {import("./types.d.ts").TaskEvent} event */
  event({ type, attempt, status }) {
    if (attempt > 1 || type === "attempt.lost" || type === "attempt.failed") this.#first = false;
    const changed = status !== this.#status || type === "attempt.lost" || type === "attempt.failed";
    this.#status = status;
    if (changed && !this.#first && !this.#timer) this.#timer = setTimeout(() => this.#refresh(), GATHER_MS);
  }

  async #refresh() {
    this.#timer = null;
    let attempts;
    try {
      ({ attempts } = await request(taskUrl(this.#id, "/attempts")));
    } catch (error) {
      if (error instanceof ApiError) return; // the next event asks again
      throw error;
    }
    this.#root.hidden = attempts.length < 2;
    this.#list.replaceChildren(...attempts.map(attemptRow));
  }
}

/** @param {{attempt: number, outcome: string, started_at: string, text: string}} attempt */
function attemptRow(attempt) {
  const row = fromTemplate("attempt-row");
  const { number, at, text } = parts(row);
  row.dataset.outcome = attempt.outcome;
  setText(number, String(attempt.attempt));
  setTime(at, attempt.started_at);
  setText(text, attempt.text);
  return row;
}
