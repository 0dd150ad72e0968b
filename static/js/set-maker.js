/** A dialog that makes many videos of one script: values are chosen or pasted, and a table shows the videos before they are submitted. */
import { basePath } from "./base-path.js";
import { ApiError, request } from "./api.js";
import { setTextWithCode } from "./dom.js";
import { element } from "./element.js";

const TYPING_MS = 400;
const YAML = /\.(ya?ml|json)$/i;

let maker = null;

/**
 * Opens the dialog.
 * @param {() => object} submission what is submitted of each video
 */
export function openSetMaker(submission) {
  maker ??= new SetMaker();
  maker.open(submission);
}

class SetMaker {
  #submission = () => ({});
  #once = "";
  #format = null; // of the values, as their file's name says it
  #timer = 0;
  #asked = 0;
  #file = element("input", { type: "file", accept: ".csv,.tsv,.txt,.yaml,.yml,.json", hidden: true });
  #values = element("textarea", { rows: 6, spellcheck: false, id: "set-values", placeholder: "name,city\nAnna,Berlin\nBo,Oslo" });
  #title = element("input", { type: "text", maxLength: 200, id: "set-title" });
  #problem = element("p", { className: "problem-message" });
  #hint = element("p");
  #faults = element("ul");
  #problems = element("section", { className: "problem", hidden: true, tabIndex: -1, ariaLabel: "Problems" }, this.#problem, this.#hint, this.#faults);
  #notice = element("p", { className: "notice", hidden: true });
  #table = element("div", { className: "table set-rows", tabIndex: 0, hidden: true });
  #status = element("p", { className: "visually-hidden" });
  #submit = element("button", { type: "button", className: "primary", disabled: true }, "Make videos");
  #dialog;

  constructor() {
    const choose = element("button", { type: "button" }, "Choose a CSV or YAML file");
    const close = element("button", { type: "button", className: "quiet-button" }, "Close");
    const intro = element("p");
    setTextWithCode(intro, "Write `{{name}}` in the script where a value belongs. Each row of the list becomes a video; its first line names the columns.");
    this.#status.setAttribute("role", "status");
    this.#table.setAttribute("role", "region");
    this.#table.setAttribute("aria-label", "Videos of the set");
    this.#dialog = element("dialog", { className: "inserter set-maker" },
      element("header", {}, element("h2", { id: "set-maker-title" }, "Many videos from a list"), close),
      intro,
      element("div", { className: "set-fields" }, choose, this.#file,
        element("label", { htmlFor: "set-title" }, "Name of the set ", this.#title)),
      element("label", { htmlFor: "set-values" }, "Values", this.#values),
      this.#problems, this.#notice, this.#table, this.#status,
      element("footer", { className: "buttons" }, this.#submit));
    this.#dialog.setAttribute("aria-labelledby", "set-maker-title");
    document.body.append(this.#dialog);
    close.addEventListener("click", () => this.#dialog.close());
    choose.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => this.#read(this.#file.files[0]));
    this.#values.addEventListener("input", () => {
      this.#format = null;
      this.#checkSoon(TYPING_MS);
    });
    this.#submit.addEventListener("click", () => this.#make());
  }

  open(submission) {
    this.#submission = submission;
    this.#dialog.showModal();
    if (this.#values.value.trim()) this.#checkSoon(0);
  }

  /** @param {File} [file] */
  async #read(file) {
    this.#file.value = "";
    if (!file) return;
    this.#values.value = await file.text();
    this.#format = YAML.test(file.name) ? "yaml" : "csv";
    this.#title.value ||= file.name.replace(/\.[^.]*$/, "");
    this.#checkSoon(0);
  }

  #body() {
    return { ...this.#submission(), values: this.#values.value, title: this.#title.value, ...(this.#format && { values_format: this.#format }) };
  }

  #checkSoon(delay) {
    this.#asked += 1; // an answer to what was there before is not shown
    this.#submit.disabled = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), delay);
  }

  async #check() {
    const asked = this.#asked;
    if (!this.#values.value.trim()) return this.#show(null, null);
    this.#status.textContent = "The list is checked.";
    try {
      const checked = await request(`${basePath}/api/sets/check`, { method: "POST", json: this.#body() });
      if (asked !== this.#asked) return;
      if (checked.problem) this.#show(null, new ApiError(checked.problem));
      else this.#show(checked, null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked === this.#asked) this.#show(null, error);
    }
  }

  /** Shows the rows of a checked set, or why there are none. */
  #show(checked, error) {
    this.#problems.hidden = !error;
    this.#notice.hidden = !checked?.warnings.length;
    this.#table.hidden = !checked;
    this.#submit.disabled = !checked;
    this.#submit.textContent = "Make videos";
    this.#status.textContent = "";
    if (error) this.#showProblem(error);
    if (!checked) return;
    const { rows, columns, warnings } = checked;
    this.#once = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
    this.#notice.textContent = warnings.join(" ");
    this.#submit.textContent = rows.length === 1 ? "Make 1 video" : `Make ${rows.length} videos`;
    this.#status.textContent = `${rows.length} videos can be made.`;
    const head = ["Row", "Title", ...columns].map((name) => element("th", { scope: "col" }, name));
    const body = rows.map(({ number, title, values }) => element("tr", {}, element("td", {}, String(number)), element("th", { scope: "row" }, title),
      ...columns.map((name) => element("td", {}, values[name] ?? ""))));
    this.#table.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)));
  }

  #showProblem({ message, hint, faults }) {
    this.#problem.textContent = message;
    setTextWithCode(this.#hint, hint);
    const places = faults.map(({ message: text, line }) => (line ? `${text} (line ${line} of the script)` : text));
    this.#faults.replaceChildren(...(faults.length > 1 || faults[0]?.line ? places.map((text) => element("li", {}, text)) : []));
    this.#status.textContent = message;
  }

  async #make() {
    this.#submit.disabled = true;
    this.#submit.textContent = "Sending";
    try {
      const set = await request(`${basePath}/api/sets`, { method: "POST", json: this.#body(), headers: { "Idempotency-Key": this.#once } });
      location.assign(`${basePath}/sets/${encodeURIComponent(set.id)}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#show(null, error);
      this.#submit.disabled = false; // the queue may have room in a moment
      this.#problems.focus();
    }
  }
}
