/** What is chosen beside the script: voice, theme, shape, size. What is not chosen is as the script says, or the default. */
import { parts, setText } from "./dom.js";

const NARROW = matchMedia("(max-width: 61.99rem)");

export class Choices extends EventTarget {
  #selects;
  #part;
  #sound = null;
  #language = "en";

  /** @param {HTMLDetailsElement} root holds a `<select data-choice>` an option */
  constructor(root) {
    super();
    this.#part = parts(root);
    this.#selects = [...root.querySelectorAll("select[data-choice]")];
    root.open = !NARROW.matches;
    this.#part.listen.hidden = false;
    this.#showSound("");
    this.#part.listen.addEventListener("click", () => (this.#sound ? this.#stop() : this.#listen()));
    root.addEventListener("change", () => {
      this.#stop();
      this.#summarise();
      this.dispatchEvent(new CustomEvent("change"));
    });
    this.#summarise();
  }

  /** {name: value} of what is chosen. */
  get chosen() {
    return Object.fromEntries(this.#selects.filter(({ value }) => value).map(({ name, value }) => [name, /^[\d.]+$/.test(value) ? Number(value) : value]));
  }

  set chosen(options) {
    for (const select of this.#selects) {
      const value = String(options[select.name] ?? "");
      if ([...select.options].some((each) => each.value === value && !each.disabled)) select.value = value;
    }
    this.#summarise();
  }

  /** Shows what each option is when it is not chosen here: these are the options of the film as it stands. */
  showInEffect(options) {
    this.#language = options.language;
    for (const select of this.#selects) {
      const unset = select.options[0];
      const value = String(options[select.name] ?? "");
      const label = [...select.options].slice(1).find((each) => each.value === value)?.text ?? value;
      if (select.value) continue;
      unset.dataset.is = value;
      setText(unset, label || unset.dataset.default);
    }
    this.#summarise();
  }

  /** The name of the voice that will speak. */
  get #voice() {
    const { value, options } = this.#selects.find(({ name }) => name === "voice");
    return value || options[0].dataset.is || options[0].dataset.default;
  }

  #summarise() {
    setText(this.#part["choices-now"], this.#selects.map(({ selectedOptions }) => selectedOptions[0].text.replace(/,? .*/, "")).join(" · "));
    this.#part.listen.disabled = this.#voice === "none";
  }

  async #listen() {
    const name = this.#voice;
    const sound = (this.#sound = new Audio(`/api/voices/${encodeURIComponent(name)}/sample?language=${encodeURIComponent(this.#language)}`));
    this.#showSound("loading");
    sound.addEventListener("playing", () => this.#sound === sound && this.#showSound("playing"));
    sound.addEventListener("ended", () => this.#stop(sound));
    try {
      await sound.play();
    } catch (error) {
      if (this.#sound === sound && error.name !== "AbortError") this.dispatchEvent(new CustomEvent("silent", { detail: name }));
      this.#stop(sound);
    }
  }

  #stop(sound = this.#sound) {
    if (!sound || this.#sound !== sound) return;
    sound.pause();
    this.#sound = null;
    this.#showSound("");
  }

  #showSound(state) {
    const { listen } = this.#part;
    listen.dataset.state = state;
    listen.setAttribute("aria-label", state ? "Stop the voice" : "Listen to the voice");
    listen.title = state === "loading" ? "The voice is being loaded" : listen.getAttribute("aria-label");
  }
}
