/** What is chosen beside the script: voice, theme, shape, size. What is not chosen is as the script says, or the default. */
import { parts, setText } from "./dom.js";

const NARROW = matchMedia("(max-width: 61.99rem)");

/** The value with which a `<select>` came with the page. */
export const delivered = ({ options }) => ([...options].find((each) => each.defaultSelected) ?? options[0]).value;

/** {name: value} of those selects that have one. */
const chosen = (selects, valueOf) =>
  Object.fromEntries(selects.map((each) => [each.name, valueOf(each)]).filter(([, value]) => value).map(([name, value]) => [name, /^[\d.]+$/.test(value) ? Number(value) : value]));

export class Choices extends EventTarget {
  #selects;
  #part;
  #listening = null;
  #language = "en";

  /** @param {HTMLDetailsElement} root holds a `<select data-choice>` an option */
  constructor(root) {
    super();
    this.#part = parts(root);
    this.#selects = [...root.querySelectorAll("select[data-choice]")];
    root.open = !NARROW.matches;
    this.#part.listen.hidden = false;
    this.#part.listen.addEventListener("click", () => this.#listen());
    root.addEventListener("change", () => {
      this.#listening?.stop();
      this.#summarise();
      this.dispatchEvent(new CustomEvent("change"));
    });
    this.#summarise();
  }

  /** {name: value} of what is chosen. */
  get chosen() {
    return chosen(this.#selects, ({ value }) => value);
  }

  /** What was chosen as the page came. */
  get original() {
    return chosen(this.#selects, delivered);
  }

  /** What is chosen and was not as the page came. */
  get touched() {
    return chosen(this.#selects, (select) => (select.value === delivered(select) ? "" : select.value));
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
    this.#language = options.language === "auto" ? "en" : options.language;
    for (const select of this.#selects) {
      const unset = select.options[0];
      const value = options[select.name] === "auto" ? "" : String(options[select.name] ?? "");
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
    try {
      const { Listening } = await import("./listening.js");
      this.#listening ??= new Listening(this.#part.listen);
      await this.#listening.toggle(name, this.#language);
    } catch {
      this.dispatchEvent(new CustomEvent("silent", { detail: name }));
    }
  }
}
