/** What became of each attempt, once there is more than one. The server tells them apart; this asks it when one begins or ends. */
import { ApiError, request, taskUrl } from "./api.js";
import { fromTemplate, parts, setText, setTime } from "./dom.js";
import { attemptWords } from "./words.js";

const TELLING = new Set(["task.started", "attempt.lost", "task.requeued", "task.completed", "task.failed", "task.cancelled"]);
const GATHER_MS = 300;

export class Attempts {
  #root;
  #list;
  #id;
  #timer = null;
  #first; // whether this is the first attempt, of which there is nothing to be told

  constructor(root, id, attempt) {
    this.#root = root;
    this.#list = parts(root).list;
    this.#id = id;
    this.#first = attempt < 2;
  }

  event({ type, attempt }) {
    if (attempt > 1 || type === "attempt.lost") this.#first = false;
    if (this.#first || !TELLING.has(type)) return;
    this.#timer ??= setTimeout(() => this.#ask(), GATHER_MS);
  }

  async #ask() {
    this.#timer = null;
    let attempts;
    try {
      ({ attempts } = await request(taskUrl(this.#id, "/attempts")));
    } catch (error) {
      if (error instanceof ApiError) return; // the next event asks again
      throw error;
    }
    this.#root.hidden = attempts.length < 2;
    this.#list.replaceChildren(...attempts.map(row));
  }
}

function row(attempt) {
  const item = fromTemplate("attempt-row");
  const { number, at, words } = parts(item);
  item.dataset.outcome = attempt.outcome;
  setText(number, String(attempt.attempt));
  setTime(at, attempt.started_at);
  setText(words, attemptWords(attempt));
  return item;
}
