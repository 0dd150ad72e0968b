/** A notification when the film is done, for a person who has gone elsewhere: only if they ask for it and the browser allows it. */
const KEPT = "videogen.notify";
const TOLD = { completed: "Your video is ready.", failed: "The making failed.", cancelled: "The making was cancelled." };

export class Notifier {
  #box;
  #before;

  /** @param {HTMLElement} box with a check box, hidden until it is of use */
  constructor(box, task) {
    this.#box = box;
    this.#before = task.status;
    const check = this.#check;
    check.checked = wanted() && Notification.permission === "granted";
    check.addEventListener("change", async () => {
      if (check.checked && (await Notification.requestPermission()) !== "granted") check.checked = false;
      remember(check.checked);
      this.show(task);
    });
  }

  static get possible() {
    return "Notification" in globalThis && isSecureContext;
  }

  get #check() {
    return this.#box.querySelector("input");
  }

  /** Takes the task's state; what has just ended is told to whoever does not look. */
  show(task) {
    const ended = TOLD[task.status];
    this.#box.hidden = Boolean(ended) || Notification.permission === "denied";
    if (ended && ended !== TOLD[this.#before] && this.#check.checked && document.visibilityState !== "visible") {
      const told = new Notification(task.title, { body: ended, icon: "/static/icon.svg", tag: task.id });
      told.onclick = () => window.focus();
    }
    this.#before = task.status;
  }
}

function wanted() {
  try {
    return localStorage.getItem(KEPT) === "yes";
  } catch {
    return false;
  }
}

function remember(yes) {
  try {
    localStorage.setItem(KEPT, yes ? "yes" : "");
  } catch {
    // asked again on the next page
  }
}
