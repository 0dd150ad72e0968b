/** The pictures of the scenes, each as soon as it is rendered; a press on one plays it: dispatches "play" {position, title}, and "edit" {position}. */
import { taskUrl } from "./api.js";
import { fromTemplate, parts, setText } from "./dom.js";
import { duration } from "./formats.js";

export class Filmstrip extends EventTarget {
  #root;
  #list;
  #count;
  #id;
  #frames = new Map(); // position -> element
  #of = 0;

  constructor(root, id) {
    super();
    const { list, count } = parts(root);
    this.#root = root;
    this.#list = list;
    this.#count = count;
    this.#of = Number(count.dataset.of);
    this.#id = id;
    for (const frame of list.children) this.#frames.set(Number(frame.dataset.position), frame);
    list.addEventListener("click", (clicked) => {
      const edited = clicked.target.closest("[data-part=edit]")?.closest("li");
      if (edited) return this.dispatchEvent(new CustomEvent("edit", { detail: Number(edited.dataset.position) }));
      const link = clicked.target.closest("a[href]");
      if (!link || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
      clicked.preventDefault();
      this.play(Number(link.closest("li").dataset.position));
    });
  }

  play(position) {
    const { name } = parts(this.#frames.get(position));
    this.dispatchEvent(new CustomEvent("play", { detail: { position, title: name.textContent } }));
  }

  /** Whether there is a picture of a scene. @param {number} position */
  hasPicture(position) {
    return this.#frames.has(position);
  }

  /** Whether a scene can be played by itself. */
  has(position) {
    const frame = this.#frames.get(position);
    return Boolean(frame && parts(frame).link.getAttribute("href"));
  }

  /** Marks the scene that is played. */
  mark(position) {
    for (const [key, frame] of this.#frames) {
      if (key === position) frame.setAttribute("aria-current", "true");
      else frame.removeAttribute("aria-current");
    }
  }

  /** Takes the task's artifacts. @param {import("./types.d.ts").Task} task */
  show(task) {
    for (const { kind, position } of task.artifacts ?? []) {
      if (kind === "scene_picture") this.#frame(position);
      else if (kind === "scene") this.#playable(position);
    }
    if (!("hasScript" in this.#root.dataset)) return;
    for (const frame of this.#frames.values()) parts(frame).edit.hidden = !task.finished;
  }

  /** Takes a scene.rendered event. */
  scene(event) {
    const { position, of, title, seconds } = event.data;
    this.#of = of ?? this.#of;
    const { name, seconds: length, picture } = parts(this.#frame(position, event.attempt));
    if (title) {
      setText(name, title);
      picture.alt = `Scene ${position}: ${title}`;
    }
    if (seconds) setText(length, duration(seconds));
    if (event.data.files?.some(({ kind }) => kind === "scene")) this.#playable(position);
    this.#showCount();
  }

  #playable(position) {
    const frame = this.#frames.get(position);
    if (frame) parts(frame).link.href = taskUrl(this.#id, `/scenes/${position}.mp4`);
  }

  #frame(position, attempt) {
    const known = this.#frames.get(position);
    if (known && (attempt === undefined || attempt === Number(known.dataset.attempt || attempt))) return known;
    const frame = known ?? fromTemplate("frame");
    const { picture, number } = parts(frame);
    const url = taskUrl(this.#id, `/scenes/${position}.png`);
    frame.dataset.position = position;
    if (attempt !== undefined) frame.dataset.attempt = attempt;
    // A later attempt may have drawn the scene again: another address, so that the browser does not show the cached picture.
    picture.src = attempt > 1 ? `${url}?attempt=${attempt}` : url;
    if (!known) {
      picture.alt = `Scene ${position}`;
      setText(number, String(position));
      parts(frame).edit.setAttribute("aria-label", `Edit what scene ${position} says`);
      this.#frames.set(position, frame);
      const following = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
      const next = [...this.#list.children].find((other) => Number(other.dataset.position) > position);
      this.#list.insertBefore(frame, next ?? null);
      if (following) this.#list.scrollTop = this.#list.scrollHeight; // stays with the newest, unless somebody scrolled up to look
    }
    this.#showCount();
    return frame;
  }

  #showCount() {
    this.#root.hidden = this.#frames.size === 0;
    setText(this.#count, this.#of > this.#frames.size ? `${this.#frames.size} of ${this.#of}` : String(this.#frames.size));
  }
}
