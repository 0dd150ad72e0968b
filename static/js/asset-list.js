/** The files that a script uses: dropped, pasted or chosen, uploaded at once, and listed until they are removed. */
import { cancelTask } from "./api.js";
import { fromTemplate, parts, setText } from "./dom.js";
import { percent, size } from "./formats.js";

/**
 * Dispatches "change" when a file was added or removed, "added" when one can be used (detail: {name, media_type, order, mark}), "duplicate" when
 * it was there already (detail: its name), "chosen" when one is clicked (detail: {name, media_type}), and "refused" (detail: why).
 */
export class AssetList extends EventTarget {
  #list;
  #files = new Map(); // name -> {id, bytes, media_type}
  #uploads = 0; // under way
  #orders = new Map(); // name -> its number in the order of adding
  #added = 0;

  /** @param {HTMLElement} list */
  constructor(list) {
    super();
    this.#list = list;
  }

  /** {name: id}, as a submission names its files. */
  get assets() {
    return Object.fromEntries([...this.#files].map(([name, { id }]) => [name, id]));
  }

  /** What a draft stores of them. */
  get files() {
    return Object.fromEntries(this.#files);
  }

  set files(files) {
    this.#files = new Map(Object.entries(files ?? {}));
    this.#list.replaceChildren(...[...this.#files].map(([name, file]) => this.#item(name, size(file.bytes))));
    this.#show();
  }

  /** Whether one is still being uploaded. */
  get uploading() {
    return this.#uploads > 0;
  }

  /** Marks the files that are not on the server any more. @param {string[]} names */
  markMissing(names) {
    for (const item of this.#list.children) {
      const { name, status } = parts(item);
      if (!names.includes(name.textContent)) continue;
      item.classList.add("failed");
      setText(status, "No longer on the server: remove it and add it again");
    }
  }

  /** The names, in the order in which they were added. */
  get names() {
    return [...this.#files.keys()];
  }

  /** The names of those that are sound. */
  get sounds() {
    return this.names.filter((name) => this.#files.get(name).media_type?.startsWith("audio/"));
  }

  /** A file's number in the order of adding; -1 for one that came with the page. @param {string} name */
  orderOf(name) {
    return this.#orders.get(name) ?? -1;
  }

  /** Uploads files one after the other. @param {File[]} files @param {{at: number} | null} mark the position that they are meant for */
  async add(files, mark = null) {
    this.#uploads += 1; // from now on
    const orders = files.map(() => (this.#added += 1));
    try {
      const { nameFor, upload } = await import("./upload.js");
      for (const [index, file] of files.entries()) await this.#send(upload, file, nameFor(file, this.#names), orders[index], mark);
    } finally {
      this.#uploads -= 1;
    }
  }

  /**
   * Uploads a document, which a task turns into a script with files; those are added to the list.
   * @param {File} file
   * @returns {Promise<{script: string, warnings: {message: string, place: string | null}[]} | null>} null if it was refused or removed
   */
  async import(file) {
    this.#uploads += 1;
    const item = this.#item(file.name, size(file.size));
    const { status, bar, remove } = parts(item);
    this.#list.append(item);
    this.#show();
    bar.hidden = false;
    try {
      const { submitImport } = await import("./upload.js");
      const { importedScript } = await import("./document-import.js");
      const sending = new XMLHttpRequest();
      const following = new AbortController();
      let task = null;
      remove.addEventListener("click", () => {
        sending.abort();
        following.abort();
        if (task) cancelTask(task.id).catch(() => {}); // it may have ended
      });
      task = await submitImport(sending, file, (fraction) => {
        bar.value = fraction;
        setText(status, fraction < 1 ? percent(fraction) : "Waiting");
      });
      bar.value = 0;
      const imported = await importedScript(task, (text, fraction) => {
        bar.value = fraction;
        setText(status, text);
      }, following.signal);
      if (!item.isConnected) return null;
      item.remove();
      const added = Object.fromEntries(imported.assets.map(({ name, id, bytes, media_type }) => [name, { id, bytes, media_type }]));
      for (const other of [...this.#list.children]) if (parts(other).name.textContent in added) other.remove();
      for (const [name, asset] of Object.entries(added)) {
        this.#files.set(name, asset);
        this.#list.append(this.#item(name, size(asset.bytes)));
      }
      this.#show();
      this.dispatchEvent(new CustomEvent("change"));
      return imported;
    } catch (error) {
      if (!item.isConnected) return null;
      item.classList.add("failed");
      setText(status, [error.message, error.hint].filter(Boolean).join(" "));
      this.dispatchEvent(new CustomEvent("refused", { detail: `${file.name}: ${error.message}` }));
      return null;
    } finally {
      bar.hidden = true;
      this.#uploads -= 1;
    }
  }

  get #names() {
    return new Set([...this.#list.querySelectorAll(".file:not(.failed) [data-part=name]")].map(({ textContent }) => textContent));
  }

  async #send(upload, file, name, order, mark) {
    const item = this.#item(name, size(file.size));
    const { status, bar, remove } = parts(item);
    this.#list.append(item);
    this.#show();
    const sending = new XMLHttpRequest();
    remove.addEventListener("click", () => sending.abort());
    bar.hidden = false;
    try {
      const asset = await upload(sending, file, name, (fraction) => {
        bar.value = fraction;
        setText(status, fraction < 1 ? percent(fraction) : "Checking");
      });
      if (!item.isConnected) return;
      const duplicate = [...this.#files].find(([known, { id }]) => id === asset.id && stem(known) === stem(name));
      if (duplicate) {
        item.remove();
        this.dispatchEvent(new CustomEvent("duplicate", { detail: duplicate[0] }));
        return;
      }
      for (const other of this.#list.querySelectorAll(".file.failed")) if (parts(other).name.textContent === name) other.remove();
      this.#orders.set(name, order);
      this.#files.set(name, { id: asset.id, bytes: asset.bytes, media_type: asset.media_type });
      setText(status, size(asset.bytes));
      this.dispatchEvent(new CustomEvent("added", { detail: { name, media_type: asset.media_type, order, mark } }));
      this.dispatchEvent(new CustomEvent("change"));
    } catch (error) {
      item.classList.add("failed");
      setText(status, [error.message.replace(`${name}: `, ""), error.hint].filter(Boolean).join(" "));
      this.dispatchEvent(new CustomEvent("refused", { detail: error.message.includes(name) ? error.message : `${name}: ${error.message}` }));
    } finally {
      bar.hidden = true;
    }
  }

  #item(name, text) {
    const item = fromTemplate("file");
    const { name: label, status, remove } = parts(item);
    setText(label, name);
    label.title = `Insert ${name} into the script`;
    setText(status, text);
    remove.setAttribute("aria-label", `Remove ${name}`);
    label.addEventListener("click", () => {
      const media_type = this.#files.get(name)?.media_type;
      if (media_type) this.dispatchEvent(new CustomEvent("chosen", { detail: { name, media_type } }));
    });
    remove.addEventListener("click", () => {
      item.remove();
      this.#show();
      if (this.#files.delete(name)) this.dispatchEvent(new CustomEvent("change"));
    });
    return item;
  }

  #show() {
    this.#list.hidden = this.#list.children.length === 0;
  }
}

/** A name without the number that tells it apart from one like it. @param {string} name */
const stem = (name) => name.replace(/-\d+(?=\.[^.]*$|$)/, "");
