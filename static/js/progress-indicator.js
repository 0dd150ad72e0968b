/**
 * <progress-indicator task="ID"></progress-indicator>: follows a task on any page of this server.
 *
 *   <link rel="stylesheet" href="/static/css/progress-indicator.css">
 *   <script type="module" src="/static/js/progress-indicator.js"></script>
 *
 * It shows progress, what is happening, the stages, elapsed and remaining time, what a waiting task waits for, trouble, a failure with
 * its hint, and how it is connected. On its own it opens the task's own stream; a page that has a model of the task leaves `task` out and
 * calls `follow(model)`. It dispatches "taskchange" (bubbling, `detail` is the task). `data-status` on the element is the task's status, for styling.
 */
import { basePath } from "./base-path.js";
import { showConnection } from "./connection-status.js";
import { parts, setText, setTextWithCode } from "./dom.js";
import { connectToTask } from "./subscriptions.js";
import { TaskModel } from "./task-model.js";
import { duration, percent, secondsBetween } from "./formats.js";
import { stateOf, timesText } from "./labels.js";

// templates/partials/progress.html is the same for a page without JavaScript.
const MARKUP = `
  <div class="pi-head">
    <p class="pi-now" data-part="now" role="status"></p>
    <p class="pi-percent" data-part="percent"></p>
  </div>
  <progress class="pi-bar" data-part="bar" max="1" value="0" aria-label="Overall progress"></progress>
  <div class="pi-foot">
    <p class="pi-times" data-part="times"></p>
    <p class="pi-connection" data-part="connection"></p>
  </div>
  <p class="pi-trouble" data-part="trouble" role="status" hidden></p>
  <div class="pi-error" data-part="error" role="alert" hidden><ul data-part="diagnostics"></ul><p data-part="hint"></p></div>
  <ol class="pi-stages" data-part="stages"></ol>`;

const STAGE_MARKUP = `
  <span class="pi-stage-label" data-part="label"></span>
  <progress class="pi-stage-bar" data-part="bar" max="1" value="0"></progress>
  <span class="pi-stage-note" data-part="note"></span>`;

export class ProgressIndicator extends HTMLElement {
  /** @type {TaskModel|null} */
  model = null;
  #own = null; // the subscription, when it is this element's own
  #parts;
  #stages = new Map();
  #listeners = null;
  #ticker;
  #showConnection;

  connectedCallback() {
    const id = this.getAttribute("task");
    if (id) {
      this.#own = connectToTask(id);
      this.follow(new TaskModel(this.#own));
      this.#own.start();
    } else if (this.model) {
      this.follow(this.model);
    }
  }

  disconnectedCallback() {
    this.#detach();
    this.#own?.close();
    this.#own = null;
  }

  /** Shows this task from now on. @param {TaskModel} model */
  follow(model) {
    this.#detach();
    this.model = model;
    this.innerHTML = MARKUP;
    this.#parts = parts(this);
    this.#stages.clear();
    this.#listeners = new AbortController();
    model.addEventListener("change", () => this.#show(), { signal: this.#listeners.signal });
    this.#showConnection = showConnection(this.#parts.connection, model.subscription);
    this.#ticker = setInterval(() => this.#tick(), 1000);
    this.#show();
  }

  #detach() {
    this.#listeners?.abort();
    clearInterval(this.#ticker);
  }

  #tick() {
    this.#showConnection();
    if (this.model.task) this.#showTimes();
  }

  #show() {
    const { task } = this.model;
    if (!task) return;
    const part = this.#parts;
    this.dataset.status = task.status;
    setTextWithCode(part.now, task.summary);
    const { progress } = stateOf(task); // what an earlier attempt reached is not shown of a task that waits
    setText(part.percent, progress ? percent(task.progress) : "");
    part.bar.value = progress ? task.progress : 0;
    this.#showTimes();
    this.#showError(task);
    this.#showStages(progress ? (task.stages ?? []) : (task.stages ?? []).map(asWaiting));
    this.dispatchEvent(new CustomEvent("taskchange", { detail: task, bubbles: true }));
  }

  #showError(/** @type {import("./types.d.ts").Task} */ { id, status, error, damaged }) {
    const { error: box, hint, diagnostics } = this.#parts;
    box.hidden = (status !== "failed" && !damaged?.length) || !error?.hint;
    if (box.hidden) return;
    setTextWithCode(hint, error.hint);
    diagnostics.replaceChildren(...(error.faults ?? []).map((diagnostic) => diagnosticItem(id, diagnostic, error.message ?? "")));
  }

  #showTimes() {
    const { task, elapsed_s, remaining_s, retry_in_s, starts_in_s, trouble } = this.model;
    setText(this.#parts.times, timesText(task, { elapsed_s, remaining_s, retry_in_s, starts_in_s }));
    this.#parts.trouble.hidden = !trouble;
    setText(this.#parts.trouble, trouble);
    for (const stage of task.stages ?? []) this.#showStageNote(stage);
  }

  #showStages(stages) {
    for (const stage of stages) {
      if (!this.#stages.has(stage.name)) {
        const item = document.createElement("li");
        item.innerHTML = STAGE_MARKUP;
        this.#stages.set(stage.name, { item, ...parts(item) });
        this.#parts.stages.append(item);
      }
      const { item, label, bar } = this.#stages.get(stage.name);
      item.dataset.stage = stage.name;
      item.dataset.status = stage.status;
      setText(label, stage.label);
      bar.value = stage.progress;
      bar.setAttribute("aria-label", stage.label);
    }
  }

  #showStageNote(stage) {
    const note = this.#stages.get(stage.name)?.note;
    if (note) setText(note, stageNote(stage, this.model));
  }
}

/** A diagnostic, with a link to its line in the editor. @param {string} id @param {import("./types.d.ts").Diagnostic} diagnostic @param {string} summary */
function diagnosticItem(id, { line, message }, summary) {
  const item = document.createElement("li");
  if (line) {
    const link = document.createElement("a");
    link.href = `${basePath}/?from=${encodeURIComponent(id)}#L${line}`;
    link.textContent = `Edit line ${line}`;
    item.append(link, summary.includes(message) ? "" : ": ");
  }
  if (!summary.includes(message)) item.append(message);
  return item;
}

const asWaiting = (stage) => ({ ...stage, status: "waiting", progress: 0 });

function stageNote({ status, progress, started_at, finished_at }, model) {
  if (!stateOf(model.task).progress) return "";
  if (status === "completed" && started_at && finished_at) return duration(secondsBetween(started_at, finished_at));
  if (status === "running" && model.task.status === "running") return percent(progress);
  if (status === "failed") return "failed";
  return "";
}

customElements.define("progress-indicator", ProgressIndicator);
