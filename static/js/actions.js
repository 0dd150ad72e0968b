/** Cancel, retry and delete: the page's forms, sent without leaving the page. */
import { cancelTask, retryTask } from "./api.js";

/** Which of them make sense for a task. videogen/web/pages.py decides the same for the page as it is first drawn. */
export const ALLOWED = {
  cancel: (task) => (task.status === "queued" || task.status === "running") && !task.cancel_requested,
  retry: (task) => task.status === "failed" || task.status === "cancelled",
  delete: (task) => task.status !== "queued" && task.status !== "running",
};

/** Takes over `<form data-action="cancel|retry|delete">` in `root`; what goes wrong is said in `notice`. */
export class Actions {
  #root;
  #model;

  constructor(root, notice, model) {
    this.#root = root;
    this.#model = model;
    for (const form of root.querySelectorAll("form[data-action]")) {
      if (form.dataset.action === "delete") continue; // the server's answer to that form offers to undo it
      form.addEventListener("submit", async (submitted) => {
        submitted.preventDefault();
        const button = form.querySelector("button");
        button.disabled = true;
        notice.hidden = true;
        try {
          await DO[form.dataset.action](model.task.id);
          model.acted();
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

  show() {
    const { status, error, deleted } = this.#model.task;
    const editFirst = status === "failed" && error?.retryable === false; // as it stands it would fail again
    this.#root.querySelector("[data-part=again]").classList.toggle("primary", editFirst);
    this.#root.querySelector("[data-action=retry] button").classList.toggle("primary", !editFirst);
    for (const form of this.#root.querySelectorAll("form[data-action]")) {
      const away = deleted || !ALLOWED[form.dataset.action](this.#model.task);
      if (away && form.contains(document.activeElement)) document.querySelector("h1").focus();
      form.hidden = away;
    }
  }
}

const DO = { cancel: cancelTask, retry: retryTask };
