/** The draft beside itself in another language, section by section; what has changed in one is marked in the other. Loaded when first opened. */
import { ApiError, request } from "./api.js";
import { basePath } from "./base-path.js";
import { element } from "./element.js";
import { loadStyle } from "./load-style.js";

const PLACES = 8; // sections that a warning names
const MARKS = { missing: "No text yet", text: "The script has changed since", base: "Changed here: look at the script", "": "" };

/**
 * @param {object} page
 * @param {() => Promise<string>} page.draftId saves the draft, and gives its id
 * @param {() => any} page.submission what is submitted of the video
 * @param {(section: string) => void} page.goTo called with a section of the script that is to be changed
 * @param {HTMLSelectElement} page.language the option of the video's language, which has all there are
 * @param {(language: string) => void} page.chooseLanguage called with the language that the script is said to be in
 */
export async function openLanguages({ draftId, submission, goTo, language, chooseLanguage }) {
  loadStyle("versions.css");
  const chosen = element("select", { id: "languages-chosen" });
  const added = element("input", { type: "text", id: "languages-new", placeholder: "de", maxLength: 60, disabled: true });
  const own = element("select", { id: "languages-own", disabled: true }, ...[...language.options].slice(1).map(({ value, text }) => new Option(text, value)));
  const add = element("button", { type: "button", disabled: true }, "Add");
  const remove = element("button", { type: "button", className: "danger", hidden: true }, "Remove it");
  const make = element("button", { type: "button", className: "primary", disabled: true }, "Make videos");
  const status = element("p");
  const warning = element("p", { className: "notice", hidden: true });
  const rows = element("ol", { className: "language-rows" });
  const dialog = element("dialog", { className: "inserter set-maker languages" },
    element("header", {}, element("h2", { id: "languages-title" }, "Languages"), element("form", { method: "dialog" }, element("button", { className: "quiet-button" }, "Close"))),
    element("div", { className: "set-fields" },
      element("label", { htmlFor: "languages-own" }, "The script is in ", own), element("label", { htmlFor: "languages-chosen" }, "Beside it ", chosen),
      element("label", { htmlFor: "languages-new" }, "Another language ", added), add, remove),
    status, rows, warning, element("footer", { className: "buttons" }, make));
  status.setAttribute("role", "status");
  warning.setAttribute("role", "status");
  dialog.setAttribute("aria-labelledby", "languages-title");
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  /** @type {any[]} */
  let languages = [];
  let once = String(Math.random()).slice(2);
  const id = await draftId();
  const url = (rest = "") => `${basePath}/api/drafts/${encodeURIComponent(id)}/languages${rest}`;
  const current = () => languages.find(({ language }) => language === chosen.value);

  /** Does something, and says why where it cannot be done. */
  async function attempt(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      status.textContent = [error.message, ...error.faults.map(({ message }) => message), error.hint].filter(Boolean).join(" ");
    }
  }

  function show() {
    const before = chosen.value;
    chosen.replaceChildren(...languages.map(({ language, name, marked }) => new Option(marked ? `${name}, ${marked} to look at` : name, language)));
    if (languages.some(({ language }) => language === before)) chosen.value = before;
    chosen.parentElement.hidden = remove.hidden = !languages.length;
    make.disabled = !languages.length;
    const shown = current();
    warn();
    rows.replaceChildren(...(shown?.sections ?? []).map((section, index) => row(shown, section, index)));
    status.textContent = !shown ? "Add a language, then write each section of the script in it." : shown.marked ? `${shown.marked} of ${shown.sections.length} sections are to be looked at.` : "Both say the same.";
  }

  /** Says which videos would have words of the script's language, and where. */
  function warn() {
    const warnings = languages.map(({ name, sections }) => [name, sections.flatMap(({ mark }, at) => (mark === "missing" ? [at + 1] : []))]).filter(([, places]) => places.length);
    const texts = warnings.map(([name, places]) => {
      const more = places.length > PLACES ? ` and ${places.length - PLACES} more` : "";
      return `${name}: section${places.length > 1 ? "s" : ""} ${places.slice(0, PLACES).join(", ")}${more} will be in ${own.selectedOptions[0].text}, as in the script.`;
    });
    warning.hidden = !texts.length;
    warning.textContent = texts.join(" ");
  }

  function row({ language: tag, name }, { base, text, mark }, index) {
    const field = element("textarea", { className: "narration-text", value: text, rows: 3, lang: tag, ariaLabel: `Section ${index + 1} in ${name}` });
    field.addEventListener("change", () => save(index, field.value));
    const item = element("li", {}, element("pre", {}, base), field);
    if (mark) {
      item.dataset.mark = mark;
      const note = element("p", { className: "language-mark" }, mark === "missing" ? `${MARKS[mark]}: the video has this section in ${own.selectedOptions[0].text}` : MARKS[mark]);
      if (mark !== "missing") note.append(" ", linkButton("It is right as it is", () => save(index, null, [index])));
      if (mark === "base") {
        const change = () => {
          dialog.close();
          goTo(base);
        };
        note.append(" ", linkButton("Change the script", change));
      }
      item.append(note);
    }
    return item;
  }

  const linkButton = (label, act) => {
    const button = element("button", { type: "button", className: "link" }, label);
    button.addEventListener("click", act);
    return button;
  };

  const replace = (changed) => {
    const at = languages.findIndex(({ language }) => language === changed.language);
    if (at < 0) languages.push(changed);
    else languages[at] = changed;
  };

  function save(index, text, confirmed = []) {
    const texts = current().sections.map((_, at) => (at === index ? text : null));
    return attempt(async () => {
      replace(await request(url(`/${encodeURIComponent(chosen.value)}`), { method: "PUT", json: { texts, confirmed } }));
      once = String(Math.random()).slice(2);
      const focused = [...rows.querySelectorAll("textarea")].indexOf(/** @type {any} */ (document.activeElement));
      show();
      rows.querySelectorAll("textarea")[focused]?.focus({ preventScroll: true });
    });
  }

  add.addEventListener("click", () => attempt(async () => {
    const made = await request(url(`/${encodeURIComponent(added.value.trim() || "-")}`), { method: "PUT", json: { texts: [] } });
    replace(made);
    added.value = "";
    show();
    chosen.value = made.language;
    show();
    rows.querySelector("textarea")?.focus();
  }));
  own.addEventListener("change", () => {
    chooseLanguage(own.value);
    once = String(Math.random()).slice(2);
    show();
  });
  added.addEventListener("keydown", (key) => key.key === "Enter" && add.click());
  chosen.addEventListener("change", show);
  remove.addEventListener("click", () => attempt(async () => {
    if (!confirm(`Remove ${current().name}, with its texts?`)) return;
    await request(url(`/${encodeURIComponent(chosen.value)}`), { method: "DELETE" });
    languages = languages.filter(({ language }) => language !== chosen.value);
    show();
  }));
  make.addEventListener("click", () => attempt(async () => {
    make.disabled = true;
    status.textContent = "Sending";
    try {
      const scripts = Object.fromEntries(languages.map(({ language, script }) => [language, script]));
      const json = { ...submission(), language: own.value, languages: scripts };
      const set = await request(`${basePath}/api/languages`, { method: "POST", json, headers: { "Idempotency-Key": once } });
      location.assign(`${basePath}/sets/${encodeURIComponent(set.id)}`);
    } finally {
      make.disabled = false;
    }
  }));
  await attempt(async () => {
    const draft = await request(url());
    ({ languages } = draft);
    if (![...own.options].some(({ value }) => value === draft.language)) own.add(new Option(draft.name, draft.language));
    own.value = draft.language;
    added.disabled = add.disabled = own.disabled = false;
    show();
    added.focus();
  });
}
