/** The files that a script uses: dropped, pasted or chosen, sent to the server at once, and listed until they are removed. */
import { fromTemplate, parts, setText } from "./dom.js";
import { bytes, percent } from "./words.js";

/**
 * Says "change" when a file has come or gone, "added" when one can be used (detail: {name, media_type, order, mark}), "same" when it was there
 * already (detail: its name), "chosen" when one is asked for (detail: {name, media_type}), and "refused" (detail: why).
 */
export class Files extends EventTarget {
  #list;
  #files = new Map(); // name -> {id, bytes, media_type}
  #sending = 0;
  #orders = new Map(); // name -> which one it was of all that were added
  #added = 0;

  /** @param {HTMLElement} list */
  constructor(list) {
    super();
    this.#list = list;
  }

  /** {name: id}, as a request for a film names its files. */
  get assets() {
    return Object.fromEntries([...this.#files].map(([name, { id }]) => [name, id]));
  }

  /** What a draft keeps of them. */
  get kept() {
    return Object.fromEntries(this.#files);
  }

  set kept(files) {
    this.#files = new Map(Object.entries(files ?? {}));
    this.#list.replaceChildren(...[...this.#files].map(([name, file]) => this.#item(name, bytes(file.bytes))));
    this.#show();
  }

  /** Whether one is still on its way. */
  get sending() {
    return this.#sending > 0;
  }

  /** Marks the files that are not on the server any more. */
  blame(names) {
    for (const item of this.#list.children) {
      const { name, words } = parts(item);
      if (!names.includes(name.textContent)) continue;
      item.classList.add("bad");
      setText(words, "No longer on the server: remove it and add it again");
    }
  }

  /** The names, in the order in which they were added. */
  get names() {
    return [...this.#files.keys()];
  }

  /** Which one of all that were added here a file was; what was there before comes first. */
  orderOf(name) {
    return this.#orders.get(name) ?? -1;
  }

  /** Sends files one after the other. `mark` is the place that they are meant for. */
  async add(files, mark = null) {
    this.#sending += 1; // on its way, from now on
    const orders = files.map(() => (this.#added += 1));
    try {
      const { nameFor, upload } = await import("./upload.js");
      for (const [index, file] of files.entries()) await this.#send(upload, file, nameFor(file, this.#names), orders[index], mark);
    } finally {
      this.#sending -= 1;
    }
  }

  get #names() {
    return new Set([...this.#list.querySelectorAll(".file:not(.bad) [data-part=name]")].map(({ textContent }) => textContent));
  }

  async #send(upload, file, name, order, mark) {
    const item = this.#item(name, bytes(file.size));
    const { words, bar, remove } = parts(item);
    this.#list.append(item);
    this.#show();
    const sending = new XMLHttpRequest();
    remove.addEventListener("click", () => sending.abort());
    bar.hidden = false;
    try {
      const asset = await upload(sending, file, name, (fraction) => {
        bar.value = fraction;
        setText(words, fraction < 1 ? percent(fraction) : "Checking");
      });
      if (!item.isConnected) return;
      const same = [...this.#files].find(([known, { id }]) => id === asset.id && stem(known) === stem(name));
      if (same) {
        item.remove();
        this.dispatchEvent(new CustomEvent("same", { detail: same[0] }));
        return;
      }
      for (const other of this.#list.querySelectorAll(".file.bad")) if (parts(other).name.textContent === name) other.remove();
      this.#orders.set(name, order);
      this.#files.set(name, { id: asset.id, bytes: asset.bytes, media_type: asset.media_type });
      setText(words, bytes(asset.bytes));
      this.dispatchEvent(new CustomEvent("added", { detail: { name, media_type: asset.media_type, order, mark } }));
      this.dispatchEvent(new CustomEvent("change"));
    } catch (error) {
      item.classList.add("bad");
      setText(words, [error.message.replace(`${name}: `, ""), error.hint].filter(Boolean).join(" "));
      this.dispatchEvent(new CustomEvent("refused", { detail: error.message.includes(name) ? error.message : `${name}: ${error.message}` }));
    } finally {
      bar.hidden = true;
    }
  }

  #item(name, said) {
    const item = fromTemplate("file");
    const { name: label, words, remove } = parts(item);
    setText(label, name);
    label.title = `Put ${name} into the script`;
    setText(words, said);
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

/** A name without the number that told it from one like it. */
const stem = (name) => name.replace(/-\d+(?=\.[^.]*$|$)/, "");
