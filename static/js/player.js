/**
 * The video, as soon as it is rendered, with its captions, chapters and speed; before that, each scene that is rendered already.
 *
 * Dispatches "scene" when another scene is shown (`detail` is its position, or null).
 */
import { request, taskUrl } from "./api.js";
import { parts, setText } from "./dom.js";
import { clock } from "./formats.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const SPEED_KEY = "videogen.speed";

export class Player extends EventTarget {
  #root;
  #parts;
  #task;
  #video = null; // the element
  #whole = false; // whether it plays the whole video
  #awaited = false; // whether the task has just completed, and its files are about to be told of
  #scene = null; // the position of the scene that is shown by itself
  /** @type {(position: number) => boolean} */
  #hasScene;
  #scenes = []; // of the whole video: {position, title, start, duration_s}
  #marked = null;

  /** @param {(position: number) => boolean} hasScene whether a scene can be played by itself yet */
  constructor(root, task, hasScene) {
    super();
    this.#root = root;
    this.#parts = parts(root);
    this.#task = task;
    this.#hasScene = hasScene;
    this.#video = root.querySelector("video");
    this.#whole = this.#video !== null;
    this.#root.dataset.aspect = task.options?.aspect ?? "";
    const { speed } = this.#parts;
    speed.replaceChildren(...SPEEDS.map((value) => new Option(`${value}×`, String(value), value === 1, value === storedSpeed())));
    speed.addEventListener("change", () => {
      storeSpeed(speed.value);
      this.#setSpeed();
    });
    speed.closest("label").hidden = false;
    if (this.#video) this.#listen();
  }

  /** Takes the task's state. */
  show(task) {
    const completed = this.#task.status === "running" && task.status === "completed";
    this.#awaited = task.kind === "video" && task.status === "completed" && (completed || this.#awaited);
    this.#task = task;
    if (task.status !== "completed" && this.#whole) this.#replace(null);
    // A scene that is playing is not taken away in the middle.
    const rendered = task.status === "completed" && this.#has("video"); // its captions and poster come with it
    if (rendered && !this.#whole && (this.#video === null || this.#video.paused)) this.#showWhole();
    this.#root.hidden = this.#video === null && !this.#awaited; // its place is there at once, so that the page moves once
    if (this.#whole && !this.#scenes.length) this.#loadScenes();
  }

  /** Plays a scene: by itself, or in the whole video once that is rendered. @param {number} position @param {string} title */
  async playScene(position, title) {
    if (this.#task.status === "completed") {
      if (!this.#whole) this.#showWhole();
      await this.#loadScenes();
      const scene = this.#scenes.find((scene) => scene.position === position);
      if (scene) this.#video.currentTime = scene.start + 0.001;
    } else {
      const video = document.createElement("video");
      video.src = taskUrl(this.#task.id, `/scenes/${position}.mp4`);
      this.#scene = position;
      this.#replace(video, false);
      setText(this.#parts.playing, `Scene ${position}${title ? `: ${title}` : ""}`);
      video.addEventListener("ended", () => this.#sceneEnded(position));
      video.addEventListener("pause", () => video === this.#video && !video.ended && this.show(this.#task));
    }
    this.#root.hidden = false;
    this.#root.scrollIntoView({ block: "nearest" });
    this.#video.play().catch(() => {}); // a browser may want to be asked by a press on the player itself
  }

  /** Plays or pauses what is shown. */
  toggle() {
    if (this.#video?.paused) this.#video.play().catch(() => {});
    else this.#video?.pause();
  }

  #sceneEnded(position) {
    if (this.#scene !== position) return;
    if (this.#task.status === "completed") this.show(this.#task);
    else if (this.#hasScene(position + 1)) this.dispatchEvent(new CustomEvent("next", { detail: position + 1 }));
  }

  #showWhole() {
    const video = document.createElement("video");
    video.src = taskUrl(this.#task.id, "/video");
    if (this.#has("thumbnail")) video.poster = taskUrl(this.#task.id, "/thumbnail");
    if (this.#has("captions_vtt")) {
      const track = document.createElement("track");
      const srclang = this.#task.language ?? "en";
      Object.assign(track, { kind: "captions", src: taskUrl(this.#task.id, "/captions.vtt"), srclang, label: "Captions" });
      video.append(track);
    }
    this.#scene = null;
    this.#replace(video, true);
    setText(this.#parts.playing, "");
    this.#loadScenes();
  }

  #has(kind) {
    return (this.#task.artifacts ?? []).some((file) => file.kind === kind);
  }

  #replace(video, whole = false) {
    this.#video?.pause();
    this.#video = video;
    this.#whole = whole;
    this.#parts.screen.replaceChildren(...(video ? [video] : []));
    if (!whole) this.#parts.chapters.hidden = true;
    this.#mark(whole ? null : this.#scene);
    if (!video) return;
    video.controls = true;
    video.playsInline = true;
    video.preload = "metadata";
    this.#listen();
  }

  #listen() {
    this.#setSpeed();
    this.#video.addEventListener("timeupdate", () => this.#whole && this.#timeChanged());
    if (this.#whole) this.#loadScenes();
  }

  #setSpeed() {
    if (!this.#video) return;
    this.#video.defaultPlaybackRate = this.#video.playbackRate = Number(this.#parts.speed.value) || 1;
  }

  /** Loads when the video's scenes and chapters begin. */
  async #loadScenes() {
    if (this.#scenes.length || !this.#has("metadata")) return;
    let metadata;
    try {
      metadata = await request(taskUrl(this.#task.id, "/metadata"));
    } catch {
      return; // the video plays without its chapters
    }
    this.#scenes = metadata.scenes;
    this.#parts.chapters.hidden = !metadata.chapters.length || !this.#whole;
    this.#parts["chapter-list"].replaceChildren(...metadata.chapters.map((chapter) => this.#chapter(chapter)));
    this.#timeChanged();
  }

  #chapter({ title, start, end }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const time = document.createElement("span");
    time.textContent = clock(start);
    button.type = "button";
    button.append(time, title);
    Object.assign(item.dataset, { start, end });
    button.addEventListener("click", () => {
      this.#video.currentTime = start + 0.001;
      this.#video.play().catch(() => {});
    });
    item.append(button);
    return item;
  }

  #timeChanged() {
    const now = this.#video.currentTime;
    for (const item of this.#parts["chapter-list"].children) {
      const here = now >= Number(item.dataset.start) && now < Number(item.dataset.end);
      if (here) item.firstChild.setAttribute("aria-current", "true");
      else item.firstChild.removeAttribute("aria-current");
    }
    const scene = this.#video.played.length ? this.#scenes.findLast(({ start }) => start <= now) : null;
    this.#mark(scene?.position ?? null);
  }

  #mark(position) {
    if (position === this.#marked) return;
    this.#marked = position;
    this.dispatchEvent(new CustomEvent("scene", { detail: position }));
  }
}

function storedSpeed() {
  try {
    return Number(localStorage.getItem(SPEED_KEY)) || 1;
  } catch {
    return 1;
  }
}

function storeSpeed(speed) {
  try {
    localStorage.setItem(SPEED_KEY, speed);
  } catch {
    // a browser that stores nothing plays at this speed all the same
  }
}
