/** Plays a sample of a voice; its button shows whether it is loading, playing, or stopped. Loaded on first use. */
import { basePath } from "./base-path.js";

export class VoiceSample {
  #button;
  #audio = null;

  /** @param {HTMLButtonElement} button */
  constructor(button) {
    this.#button = button;
  }

  /** Stops the sample that plays, or plays one of this voice. Rejects when it cannot be played. @param {string} name @param {string} language */
  async toggle(name, language) {
    if (this.#audio) return this.stop();
    const audio = (this.#audio = new Audio(`${basePath}/api/voices/${encodeURIComponent(name)}/sample?language=${encodeURIComponent(language)}`));
    this.#show("loading");
    audio.addEventListener("playing", () => this.#audio === audio && this.#show("playing"));
    audio.addEventListener("ended", () => this.stop(audio));
    try {
      await audio.play();
    } catch (error) {
      const wanted = this.#audio === audio;
      this.stop(audio);
      if (wanted && error.name !== "AbortError") throw error;
    }
  }

  stop(audio = this.#audio) {
    if (!audio || this.#audio !== audio) return;
    audio.pause();
    this.#audio = null;
    this.#show("");
  }

  #show(state) {
    this.#button.dataset.state = state;
    this.#button.setAttribute("aria-label", state ? "Stop the voice" : "Listen to the voice");
    this.#button.title = state === "loading" ? "Loading the voice" : this.#button.getAttribute("aria-label");
  }
}
