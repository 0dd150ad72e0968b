/** A notification when the task has ended, for a person who has gone elsewhere: only if they ask for it and the browser allows it. */
import { basePath } from "./base-path.js";
import { isFinal } from "./labels.js";

const STORAGE_KEY = "videogen.notify";

export class Notifier {
  #box;
  #before;

  /** @param {HTMLElement} box with a check box, hidden until it is of use @param {import("./types.d.ts").Task} task */
  constructor(box, task) {
    this.#box = box;
    this.#before = task.status;
    const check = this.#check;
    check.checked = isWanted() && Notification.permission === "granted";
    check.addEventListener("change", async () => {
      if (check.checked && (await Notification.requestPermission()) !== "granted") check.checked = false;
      storeWanted(check.checked);
      this.show(task);
    });
  }

  static get possible() {
    return "Notification" in globalThis && isSecureContext;
  }

  get #check() {
    return this.#box.querySelector("input");
  }

  /** Takes the task's state; an end is notified to a person who does not look at the page. @param {import("./types.d.ts").Task} task */
  show(task) {
    this.#box.hidden = task.finished || Notification.permission === "denied";
    if (task.finished && !isFinal(this.#before) && this.#check.checked && document.visibilityState !== "visible") {
      const notification = new Notification(task.title, { body: task.summary, icon: `${basePath}/static/icon.svg`, tag: task.id });
      notification.onclick = () => window.focus();
    }
    this.#before = task.status;
  }
}

function isWanted() {
  try {
    return localStorage.getItem(STORAGE_KEY) === "yes";
  } catch {
    return false;
  }
}

/** @param {boolean} wanted */
function storeWanted(wanted) {
  try {
    localStorage.setItem(STORAGE_KEY, wanted ? "yes" : "");
  } catch {
    // asked again on the next page
  }
}
