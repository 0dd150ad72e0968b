/** The scenes that a script makes: picture, narration, seconds. */
import { preview } from "./api.js";
import { fromTemplate, parts, setText, setTextWithCode } from "./dom.js";
import { duration } from "./words.js";

const PAGE = Math.random().toString(36).slice(2); // who asks: the server answers only the newest request of a page

export class Storyboard extends EventTarget {
  #part;
  #asking = null;

  /** @param {HTMLElement} root with parts list, total, empty, warnings */
  constructor(root) {
    super();
    this.#part = parts(root);
    this.#part.list.addEventListener("click", (click) => {
      const line = click.target.closest("[data-line]")?.dataset.line;
      if (line) this.dispatchEvent(new CustomEvent("line", { detail: Number(line) }));
    });
  }

  /** Asks for the scenes of this script; the newest request wins. Rejects with ApiError. @returns whether it is the one shown now */
  async show(body) {
    this.cancel();
    const asking = (this.#asking = new AbortController());
    this.#part.list.ariaBusy = "true";
    try {
      const board = await preview({ ...body, page: PAGE }, asking.signal);
      this.#draw(board);
      return true;
    } catch (error) {
      if (error.name === "AbortError" || error.code === "superseded") return false;
      throw error;
    } finally {
      if (this.#asking === asking) this.#part.list.ariaBusy = "false";
    }
  }

  /** Says why there is no storyboard just now; what was drawn before stays. */
  excuse(message) {
    setText(this.#part.total, message);
  }

  /** What is being asked is not wanted any more: the script has changed. */
  cancel() {
    this.#asking?.abort();
  }

  clear() {
    this.cancel();
    this.#draw({ scenes: [], seconds: 0 });
    setText(this.#part.total, "");
  }

  #draw({ scenes, seconds, warnings = [] }) {
    const { list, total, empty } = this.#part;
    empty.hidden = scenes.length > 0;
    setText(total, `${scenes.length} ${scenes.length === 1 ? "scene" : "scenes"}, about ${duration(seconds)}`);
    while (list.children.length > scenes.length) list.lastElementChild.remove();
    scenes.forEach((scene, index) => this.#drawScene(list.children[index] ?? list.appendChild(fromTemplate("scene")), scene, index + 1));
    this.#part.warnings.hidden = warnings.length === 0;
    this.#part.warnings.replaceChildren(...warnings.map(warningItem));
  }

  #drawScene(element, { kind, title, narration, seconds, line, picture: url }, number) {
    const { go, picture, number: count, length, title: name, narration: words } = parts(element);
    if (line) go.dataset.line = line;
    if (url && picture.getAttribute("src") !== url) picture.src = url;
    picture.hidden = !url;
    setText(count, String(number));
    setText(length, duration(seconds));
    setText(name, title || kind);
    setText(words, narration || "Silent");
    words.classList.toggle("quiet", !narration);
  }
}

function warningItem({ message, hint, line }) {
  const item = document.createElement("li");
  setTextWithCode(item, [line ? `Line ${line}: ${message}` : message, hint].filter(Boolean).join(" "));
  return item;
}
