/** The drawing of a task's life. It is drawn anew while somebody looks at it, when something in it has changed. */

const PAUSE_MS = 2000;

export class Timeline {
  #details;
  #picture;
  #address;
  #drawn = ""; // the cursor of the drawing that is shown
  #cursor = "";
  #timer = null;

  /** @param {HTMLElement} root a section with `details`, and in it the picture as the server gave it */
  constructor(root) {
    this.#details = root.querySelector("details");
    this.#picture = root.querySelector("img");
    this.#address = this.#picture.getAttribute("src");
    this.#details.addEventListener("toggle", () => this.#draw());
  }

  /** Takes an event; those between a stage's start and its end change nothing here. */
  event(id, { type }) {
    if (type === "stage.progress") return;
    this.#cursor = id;
    this.#draw();
  }

  #draw() {
    if (!this.#details.open || this.#cursor === this.#drawn || this.#timer) return;
    this.#drawn = this.#cursor;
    this.#picture.src = `${this.#address}?at=${encodeURIComponent(this.#cursor)}`;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, PAUSE_MS);
  }
}
