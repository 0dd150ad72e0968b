/** The options beside the script: voice, theme, shape, size. One that is not chosen is as the script says, or the default. */
import { elements, parts, setText } from "./dom.js";

const USUAL = { brand: "none", captions: "none", music: "none", transition_sound: "none", pace: "usual", speed: "1" }; // left out of the summary as such
const NARROW = matchMedia("(max-width: 61.99rem)");

/** The value with which a `<select>` came with the page. @param {HTMLSelectElement} select */
export const initialValue = ({ options }) => ([...options].find((option) => option.defaultSelected) ?? options[0]).value;

/** {name: value} of those selects that have one. @param {HTMLSelectElement[]} selects @param {(select: HTMLSelectElement) => string} valueOf */
const chosen = (selects, valueOf) =>
  Object.fromEntries(selects.map((select) => [select.name, valueOf(select)]).filter(([, value]) => value).map(([name, value]) => [name, /^[\d.]+$/.test(value) ? Number(value) : value]));

export class OptionsPanel extends EventTarget {
  #selects;
  #part;
  #swatches; // a button with a picture for each theme
  #sample = null; // the VoiceSample, once it was loaded
  #language = "en";

  /** @param {HTMLDetailsElement} root holds a `<select data-option>` for each option */
  constructor(root) {
    super();
    this.#part = parts(root);
    this.#selects = /** @type {HTMLSelectElement[]} */ (elements(root, "select[data-option]"));
    this.#swatches = /** @type {HTMLButtonElement[]} */ (elements(root, "button[data-theme]"));
    this.#part.swatches.hidden = false;
    this.#part.swatches.addEventListener("click", ({ target }) => {
      const swatch = /** @type {Element} */ (target).closest("button");
      if (swatch) this.#chooseTheme(/** @type {string} */ (swatch.dataset.theme));
    });
    root.open = !NARROW.matches;
    this.#part.listen.hidden = false;
    this.#part.listen.addEventListener("click", () => this.#playSample());
    root.addEventListener("change", () => {
      this.#sample?.stop();
      this.#showSummary();
      this.dispatchEvent(new CustomEvent("change"));
    });
    this.#showSummary();
  }

  /** {name: value} of what is chosen. */
  get chosen() {
    return chosen(this.#selects, ({ value }) => value);
  }

  /** What was chosen in the page as it came. */
  get original() {
    return chosen(this.#selects, initialValue);
  }

  /** What differs from the page as it came. */
  get changed() {
    return chosen(this.#selects, (select) => (select.value === initialValue(select) ? "" : select.value));
  }

  set chosen(options) {
    for (const select of this.#selects) {
      const value = String(options[select.name] ?? "");
      if ([...select.options].some((option) => option.value === value && !option.disabled)) select.value = value;
    }
    this.#showSummary();
  }

  /** Shows what each option is where it is not chosen here. @param {Record<string, any>} options those of the video as it would be rendered now */
  showInEffect(options) {
    this.#language = options.language === "auto" ? "en" : options.language;
    for (const select of this.#selects) {
      const unset = select.options[0];
      const value = options[select.name] === "auto" ? "" : String(options[select.name] ?? "");
      const label = [...select.options].slice(1).find((option) => option.value === value)?.text ?? value;
      if (select.value) continue;
      unset.dataset.effective = value;
      setText(unset, label || unset.dataset.default);
    }
    this.#showSummary();
  }

  /** The name of the voice in effect. */
  get #voice() {
    const { value, options } = this.#selects.find(({ name }) => name === "voice");
    return value || options[0].dataset.effective || options[0].dataset.default;
  }

  /** The option of the video's language. */
  get language() {
    return /** @type {HTMLSelectElement} */ (this.#selects.find(({ name }) => name === "language"));
  }

  /** Chooses the language of the script, one of those that are offered. @param {string} tag */
  chooseLanguage(tag) {
    this.language.value = tag;
    this.language.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Chooses a theme by its picture. A theme pressed again is no longer chosen here. @param {string} name */
  #chooseTheme(name) {
    const select = this.#theme;
    select.value = select.value === name ? "" : name;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Offers a theme that was added, or changed, and chooses it. @param {{name: string, picture: string}} theme */
  addTheme({ name, picture }) {
    const select = this.#theme;
    if (![...select.options].some(({ value }) => value === name)) select.add(new Option(name, name));
    let swatch = this.#swatches.find(({ dataset }) => dataset.theme === name);
    if (!swatch) {
      swatch = /** @type {HTMLButtonElement} */ (this.#swatches[0].cloneNode(true));
      swatch.dataset.theme = name;
      /** @type {Text} */ (swatch.lastChild).data = name;
      this.#swatches.push(swatch);
      this.#part.swatches.append(swatch);
    }
    swatch.querySelector("img").src = `${picture}?${Date.now()}`; // it may have looked otherwise before
    select.value = name;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Offers the sound files of the script as music, beside the pieces that come with videogen. @param {string[]} names */
  offerMusic(names) {
    const select = /** @type {HTMLSelectElement} */ (this.#selects.find(({ name }) => name === "music"));
    for (const option of [...select.options]) if (option.dataset.file && !names.includes(option.value)) option.remove();
    for (const name of names) {
      if ([...select.options].some(({ value }) => value === name)) continue;
      const option = new Option(name, name);
      option.dataset.file = "yes";
      select.add(option);
    }
    this.#showSummary();
  }

  get #theme() {
    return /** @type {HTMLSelectElement} */ (this.#selects.find(({ name }) => name === "theme"));
  }

  #showSummary() {
    const { value, options } = this.#theme;
    const theme = value || options[0].dataset.effective || options[0].dataset.default;
    for (const swatch of this.#swatches) swatch.setAttribute("aria-pressed", String(swatch.dataset.theme === theme));
    const shown = this.#selects.filter(({ name, value, options: [unset] }) => !(name in USUAL) || ![undefined, "", USUAL[name]].includes(value || unset.dataset.effective));
    const words = shown.map(({ name, selectedOptions: [{ text }] }) => text.replace(name === "aspect" ? / .*/ : /,.*| \(.*/, ""));
    setText(this.#part["options-summary"], words.map((word) => `\u2068${word}\u2069`).join(" · ")); // each in its own direction
    this.#part.listen.disabled = this.#voice === "none";
  }

  async #playSample() {
    const name = this.#voice;
    try {
      const { VoiceSample } = await import("./voice-sample.js");
      this.#sample ??= new VoiceSample(this.#part.listen);
      await this.#sample.toggle(name, this.#language);
    } catch {
      this.dispatchEvent(new CustomEvent("unavailable", { detail: name }));
    }
  }
}
