/** The draft beside itself in another language, section by section; what has changed in one is marked in the other. Loaded when first opened. */
import { ApiError, request } from "./api.js";
import { basePath } from "./base-path.js";
import { element } from "./element.js";
import { loadStyle } from "./load-style.js";

const MARKS = { missing: "No text yet", text: "The script has changed since", base: "Changed here: look at the script", "": "" };

/**
 * @param {() => Promise<string>} draftId saves the draft, and gives its id @param {() => any} submission what is submitted of the video
 * @param {(section: string) => void} goTo called with a section of the script that is to be changed
 */
export async function openLanguages(draftId, submission, goTo) {
  loadStyle("versions.css");
  const chosen = element("select", { id: "languages-chosen" });
  const added = element("input", { type: "text", id: "languages-new", placeholder: "de", maxLength: 60, disabled: true });
  const own = element("input", { type: "text", id: "languages-own", placeholder: "en", maxLength: 60, value: "en" });
  const add = element("button", { type: "button", disabled: true }, "Add");
  const remove = element("button", { type: "button", className: "danger", hidden: true }, "Remove it");
  const make = element("button", { type: "button", className: "primary", disabled: true }, "Make videos");
  const status = element("p");
  const rows = element("ol", { className: "language-rows" });
  const dialog = element("dialog", { className: "inserter set-maker languages" },
    element("header", {}, element("h2", { id: "languages-title" }, "Languages"), element("form", { method: "dialog" }, element("button", { className: "quiet-button" }, "Close"))),
    element("div", { className: "set-fields" },
      element("label", { htmlFor: "languages-own" }, "The script is in ", own), element("label", { htmlFor: "languages-chosen" }, "Beside it ", chosen),
      element("label", { htmlFor: "languages-new" }, "Another language ", added), add, remove),
    status, rows, element("footer", { className: "buttons" }, make));
  status.setAttribute("role", "status");
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
    rows.replaceChildren(...(shown?.sections ?? []).map((section, index) => row(shown, section, index)));
    status.textContent = !shown ? "Add a language, then write each section of the script in it." : shown.marked ? `${shown.marked} of ${shown.sections.length} sections are to be looked at.` : "Both say the same.";
  }

  function row({ language, name }, { base, text, mark }, index) {
    const field = element("textarea", { className: "narration-text", value: text, rows: 3, lang: language, ariaLabel: `Section ${index + 1} in ${name}` });
    field.addEventListener("change", () => save(index, field.value));
    const item = element("li", {}, element("pre", {}, base), field);
    if (mark) {
      item.dataset.mark = mark;
      const note = element("p", { className: "language-mark" }, MARKS[mark]);
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
    ({ languages } = await request(url()));
    added.disabled = add.disabled = false;
    show();
  });
}
