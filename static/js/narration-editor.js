/**
 * What the scenes of a video say, each in a field of its own; a new version is made of what was changed. Loaded when it is first opened.
 */
import { ApiError, request, taskUrl } from "./api.js";
import { basePath } from "./base-path.js";
import { loadStyle } from "./load-style.js";
import { setText } from "./dom.js";

export class NarrationEditor {
  #root;
  #id;
  /** @type {(position: number) => boolean} */
  #hasPicture;
  /** @type {{scene: any, field: HTMLTextAreaElement}[]} */
  #fields = [];
  #status = document.createElement("p");
  #make = button("Make new version", "primary");
  #reset = button("Put back", "");
  #key = String(Math.random()).slice(2);
  #changeCount = 0; // what is sent again without a change is the same version
  /** @type {Promise<void>} */
  #loaded;

  /**
   * @param {HTMLElement} root an empty element @param {string} id of the video
   * @param {(position: number) => boolean} hasPicture whether there is a picture of a scene
   */
  constructor(root, id, hasPicture) {
    this.#root = root;
    this.#id = id;
    this.#hasPicture = hasPicture;
    this.#loaded = this.#load();
  }

  /** Puts the focus into the field of a scene. @param {number} position */
  async focus(position) {
    await this.#loaded;
    const field = this.#fields.find(({ scene }) => scene.position === position)?.field;
    field?.scrollIntoView({ block: "center" });
    field?.focus();
  }

  async #load() {
    setText(this.#status, "The narration is being read.");
    this.#status.setAttribute("role", "status");
    this.#root.replaceChildren(this.#status);
    try {
      const [{ scenes }] = await Promise.all([request(taskUrl(this.#id, "/narration")), loadStyle("versions.css")]);
      this.#show(scenes);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setText(this.#status, [error.message, error.hint].filter(Boolean).join(" "));
    }
  }

  #show(scenes) {
    const list = document.createElement("ol");
    list.className = "narration-list";
    list.append(...scenes.map((scene) => this.#row(scene)));
    const foot = document.createElement("div");
    foot.className = "narration-foot";
    foot.append(this.#status, this.#reset, this.#make);
    this.#make.addEventListener("click", () => this.#submit());
    this.#reset.addEventListener("click", () => {
      for (const { scene, field } of this.#fields) field.value = scene.text;
      this.#changed();
    });
    this.#root.replaceChildren(list, foot);
    this.#changed();
  }

  #row(scene) {
    const item = document.createElement("li");
    const picture = document.createElement(this.#hasPicture(scene.position) ? "img" : "span");
    const label = document.createElement("label");
    const field = document.createElement("textarea");
    if (picture instanceof HTMLImageElement) {
      Object.assign(picture, { src: taskUrl(this.#id, `/scenes/${scene.position}.png`), alt: "", width: 320, height: 180, loading: "lazy" });
    } else {
      picture.className = "narration-blank";
    }
    label.htmlFor = field.id = `says-${scene.position}`;
    const note = document.createElement("small");
    note.textContent = scene.editable ? "" : " is added to the script, and cannot be changed here";
    label.append(`${scene.position}. ${scene.title || scene.kind}`, note);
    Object.assign(field, { className: "narration-text", value: scene.text, disabled: !scene.editable, maxLength: 20000, rows: 2, placeholder: "Silent" });
    field.addEventListener("input", () => this.#changed());
    item.append(picture, label, field);
    this.#fields.push({ scene, field });
    return item;
  }

  get #changes() {
    return this.#fields.filter(({ scene, field }) => field.value.trim() !== scene.text);
  }

  #changed() {
    this.#changeCount += 1;
    const changes = this.#changes;
    for (const { field } of this.#fields) field.closest("li").toggleAttribute("data-changed", changes.some((change) => change.field === field));
    this.#make.disabled = this.#reset.disabled = !changes.length;
    const count = changes.length === 1 ? "One scene says" : `${changes.length} scenes say`;
    setText(this.#status, changes.length ? `${count} something else. Only what changed is rendered again; this video stays.` : "Change what a scene says to make a new version.");
  }

  async #submit() {
    const scenes = Object.fromEntries(this.#changes.map(({ scene, field }) => [scene.position, field.value]));
    this.#make.disabled = true;
    setText(this.#status, "Sending");
    try {
      const key = `${this.#key}-${this.#changeCount}`;
      const made = await request(taskUrl(this.#id, "/narration"), { method: "POST", json: { scenes }, headers: { "Idempotency-Key": key } });
      location.assign(`${basePath}/tasks/${encodeURIComponent(made.id)}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#make.disabled = false;
      setText(this.#status, [error.message, error.hint].filter(Boolean).join(" "));
    }
  }
}

/** @param {string} label @param {string} look */
function button(label, look) {
  return Object.assign(document.createElement("button"), { type: "button", className: look, textContent: label });
}
