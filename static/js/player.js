/** The finished film: appears when it is there, with its captions. */
import { taskUrl } from "./api.js";

export class Player {
  #root;
  #id;
  #language;

  constructor(root, task) {
    this.#root = root;
    this.#id = task.id;
    this.#language = task.options?.language ?? "en";
  }

  show(task) {
    const there = task.status === "completed";
    this.#root.hidden = !there;
    if (!there) this.#root.replaceChildren();
    else if (!this.#root.querySelector("video")) this.#root.replaceChildren(this.#video(task));
  }

  #video(task) {
    const video = document.createElement("video");
    video.controls = true;
    video.preload = "metadata";
    video.playsInline = true;
    video.src = taskUrl(this.#id, "/video");
    const kinds = new Set((task.artifacts ?? []).map(({ kind }) => kind));
    if (kinds.has("thumbnail")) video.poster = taskUrl(this.#id, "/thumbnail");
    if (kinds.has("captions_vtt")) {
      const track = document.createElement("track");
      Object.assign(track, { kind: "captions", src: taskUrl(this.#id, "/captions.vtt"), srclang: this.#language, label: "Captions" });
      video.append(track);
    }
    return video;
  }
}
