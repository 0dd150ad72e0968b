/** Lets a voice be heard; its button says whether it is loading, speaking, or silent. Loaded when somebody first asks for it. */

export class Listening {
  #button;
  #sound = null;

  /** @param {HTMLButtonElement} button */
  constructor(button) {
    this.#button = button;
  }

  /** Stops the voice that speaks, or has that one speak. Rejects when it cannot be heard. */
  async toggle(name, language) {
    if (this.#sound) return this.stop();
    const sound = (this.#sound = new Audio(`/api/voices/${encodeURIComponent(name)}/sample?language=${encodeURIComponent(language)}`));
    this.#show("loading");
    sound.addEventListener("playing", () => this.#sound === sound && this.#show("playing"));
    sound.addEventListener("ended", () => this.stop(sound));
    try {
      await sound.play();
    } catch (error) {
      const wanted = this.#sound === sound;
      this.stop(sound);
      if (wanted && error.name !== "AbortError") throw error;
    }
  }

  stop(sound = this.#sound) {
    if (!sound || this.#sound !== sound) return;
    sound.pause();
    this.#sound = null;
    this.#show("");
  }

  #show(state) {
    this.#button.dataset.state = state;
    this.#button.setAttribute("aria-label", state ? "Stop the voice" : "Listen to the voice");
    this.#button.title = state === "loading" ? "The voice is being loaded" : this.#button.getAttribute("aria-label");
  }
}
