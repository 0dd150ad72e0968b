/**
 * The film, as soon as it is there, with its captions, chapters and speed; before that, each scene that is made already.
 *
 * Dispatches "scene" (`detail` is the position of the scene that is shown, or null) for whoever marks it.
 */
import { request, taskUrl } from "./api.js";
import { parts, setText } from "./dom.js";
import { clock } from "./words.js";

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const KEPT_SPEED = "videogen.speed";

export class Player extends EventTarget {
  #root;
  #parts;
  #task;
  #video = null;
  #film = false; // whether what is shown is the film
  #scene = null; // the position of the scene that is shown by itself
  #hasScene = () => false;
  #scenes = []; // of the film: {position, title, start, duration_s}
  #marked = null;

  /** @param {(position: number) => boolean} hasScene whether a scene can be played by itself yet */
  constructor(root, task, hasScene) {
    super();
    this.#root = root;
    this.#parts = parts(root);
    this.#task = task;
    this.#hasScene = hasScene;
    this.#video = root.querySelector("video");
    this.#film = this.#video !== null;
    this.#root.dataset.aspect = task.options?.aspect ?? "";
    const { speed } = this.#parts;
    speed.replaceChildren(...SPEEDS.map((value) => new Option(`${value}×`, value, value === 1, value === kept())));
    speed.addEventListener("change", () => {
      keep(speed.value);
      this.#setSpeed();
    });
    speed.closest("label").hidden = false;
    if (this.#video) this.#watch();
  }

  /** Takes the task's state. */
  show(task) {
    this.#task = task;
    if (task.status !== "completed" && this.#film) this.#put(null);
    // A scene that somebody is looking at is not taken away in the middle.
    const there = task.status === "completed" && this.#has("video"); // its captions and poster are told with it
    if (there && !this.#film && (this.#video === null || this.#video.paused)) this.#showFilm();
    this.#root.hidden = this.#video === null;
    if (this.#film && !this.#scenes.length) this.#askScenes();
  }

  /** Plays a scene: by itself, or in the film when that is there. */
  async playScene(position, title) {
    if (this.#task.status === "completed") {
      if (!this.#film) this.#showFilm();
      await this.#askScenes();
      const scene = this.#scenes.find((each) => each.position === position);
      if (scene) this.#video.currentTime = scene.start + 0.001;
    } else {
      const video = document.createElement("video");
      video.src = taskUrl(this.#task.id, `/scenes/${position}.mp4`);
      this.#scene = position;
      this.#put(video, false);
      setText(this.#parts.playing, `Scene ${position}${title ? `: ${title}` : ""}`);
      video.addEventListener("ended", () => this.#sceneEnded(position));
      video.addEventListener("pause", () => video === this.#video && !video.ended && this.show(this.#task));
    }
    this.#root.hidden = false;
    this.#root.scrollIntoView({ block: "nearest" });
    this.#video.play().catch(() => {}); // a browser may want to be asked by a press on the player itself
  }

  #sceneEnded(position) {
    if (this.#scene !== position) return;
    if (this.#task.status === "completed") this.show(this.#task);
    else if (this.#hasScene(position + 1)) this.dispatchEvent(new CustomEvent("next", { detail: position + 1 }));
  }

  #showFilm() {
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
    this.#put(video, true);
    setText(this.#parts.playing, "");
    this.#askScenes();
  }

  #has(kind) {
    return (this.#task.artifacts ?? []).some((file) => file.kind === kind);
  }

  #put(video, film = false) {
    this.#video?.pause();
    this.#video = video;
    this.#film = film;
    this.#parts.screen.replaceChildren(...(video ? [video] : []));
    if (!film) this.#parts.chapters.hidden = true;
    this.#mark(film ? null : this.#scene);
    if (!video) return;
    video.controls = true;
    video.playsInline = true;
    video.preload = "metadata";
    this.#watch();
  }

  #watch() {
    this.#setSpeed();
    this.#video.addEventListener("timeupdate", () => this.#film && this.#moved());
    if (this.#film) this.#askScenes();
  }

  #setSpeed() {
    if (!this.#video) return;
    this.#video.defaultPlaybackRate = this.#video.playbackRate = Number(this.#parts.speed.value) || 1;
  }

  /** Where the film's scenes and chapters begin. */
  async #askScenes() {
    if (this.#scenes.length || !this.#has("metadata")) return;
    let metadata;
    try {
      metadata = await request(taskUrl(this.#task.id, "/metadata"));
    } catch {
      return; // the film plays without its chapters
    }
    this.#scenes = metadata.scenes;
    this.#parts.chapters.hidden = !metadata.chapters.length || !this.#film;
    this.#parts["chapter-list"].replaceChildren(...metadata.chapters.map((chapter) => this.#chapter(chapter)));
    this.#moved();
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

  #moved() {
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

function kept() {
  try {
    return Number(localStorage.getItem(KEPT_SPEED)) || 1;
  } catch {
    return 1;
  }
}

function keep(speed) {
  try {
    localStorage.setItem(KEPT_SPEED, speed);
  } catch {
    // a browser that keeps nothing plays on at this speed all the same
  }
}
