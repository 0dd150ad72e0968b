/** Cancel, retry and delete: the page's forms, sent without leaving the page. */
import { cancelTask, retryTask } from "./api.js";
import { elements, parts } from "./dom.js";

const REQUESTS = { cancel: cancelTask, retry: retryTask };

/** Takes over `<form data-action="cancel|retry|delete">` in `root`; what goes wrong is shown in `notice`. */
export class TaskActions {
  #root;
  #model;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} notice
   * @param {import("./task-model.js").TaskModel} model
   */
  constructor(root, notice, model) {
    this.#root = root;
    this.#model = model;
    for (const form of this.#forms) {
      const { action } = form.dataset;
      if (!(action in REQUESTS)) continue; // the server's answer to a deletion offers to undo it
      form.addEventListener("submit", async (submitted) => {
        submitted.preventDefault();
        const button = form.querySelector("button");
        button.disabled = true;
        notice.hidden = true;
        try {
          await REQUESTS[action](model.task.id);
          model.resume();
        } catch (error) {
          notice.hidden = false;
          notice.textContent = [error.message, error.hint].filter(Boolean).join(" ");
          await model.refresh();
        } finally {
          button.disabled = false;
        }
      });
    }
  }

  /** @returns {HTMLFormElement[]} */
  get #forms() {
    return elements(this.#root, "form[data-action]");
  }

  show() {
    const { allowed, suggested, finished, deleted, format, status } = this.#model.task;
    const { edit, open } = parts(this.#root);
    if (open) open.hidden = status !== "completed" || Boolean(deleted); // only the page of an import has it
    edit.hidden = !finished || Boolean(deleted) || !format; // only a task with a script can be edited
    edit.classList.toggle("primary", suggested === "edit");
    for (const form of this.#forms) {
      const forbidden = deleted || !allowed.includes(form.dataset.action);
      if (form.dataset.action === "retry") form.querySelector("button").classList.toggle("primary", suggested === "retry");
      if (forbidden && form.contains(document.activeElement)) document.querySelector("h1").focus();
      form.hidden = forbidden;
    }
  }
}
