/** The files that a script uses: dropped, pasted or chosen, sent to the server at once, and listed until they are removed. */
import { ApiError } from "./api.js";
import { fromTemplate, parts, setText } from "./dom.js";
import { bytes, percent } from "./words.js";

const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif" };

/** Says "change" when a file has come or gone, "added" when one can be used, "chosen" when one is asked for (detail: {name, media_type}), and "refused" (detail: why). */
export class Files extends EventTarget {
  #list;
  #files = new Map(); // name -> {id, bytes, media_type}
  #sending = 0;

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

  /** Sends files one after the other. */
  async add(files) {
    for (const file of files) await this.#send(file, this.#nameFor(file));
  }

  async #send(file, name) {
    const item = this.#item(name, bytes(file.size));
    const { words, bar, remove } = parts(item);
    this.#list.append(item);
    this.#show();
    const sending = new XMLHttpRequest();
    remove.addEventListener("click", () => sending.abort());
    bar.hidden = false;
    this.#sending += 1;
    try {
      const asset = await upload(sending, file, name, (fraction) => {
        bar.value = fraction;
        setText(words, fraction < 1 ? percent(fraction) : "Checking");
      });
      if (!item.isConnected) return;
      this.#files.set(name, { id: asset.id, bytes: asset.bytes, media_type: asset.media_type });
      setText(words, bytes(asset.bytes));
      this.dispatchEvent(new CustomEvent("added", { detail: { name, media_type: asset.media_type } }));
      this.dispatchEvent(new CustomEvent("change"));
    } catch (error) {
      item.classList.add("bad");
      setText(words, [error.message.replace(`${name}: `, ""), error.hint].filter(Boolean).join(" "));
      this.dispatchEvent(new CustomEvent("refused", { detail: error.message.includes(name) ? error.message : `${name}: ${error.message}` }));
    } finally {
      bar.hidden = true;
      this.#sending -= 1;
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

  /** A name that no other file has, and that needs no quoting in a script. A picture out of the clipboard has no name of its own. */
  #nameFor(file) {
    const pasted = !file.name || /^image\.\w+$/.test(file.name);
    const name = pasted ? `picture.${ENDINGS[file.type] ?? "png"}` : file.name.normalize("NFC").replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+/, "").slice(-80) || "file";
    const [, stem, ending = ""] = name.match(/^(.*?)(\.[^.]*)?$/);
    const taken = new Set([...this.#list.querySelectorAll(".file:not(.bad) [data-part=name]")].map(({ textContent }) => textContent));
    for (let number = 1; ; number += 1) {
      const free = number === 1 ? name : `${stem}-${number}${ending}`;
      if (!taken.has(free)) return free;
    }
  }
}

/** The asset that the server keeps. Only XMLHttpRequest tells how much of a body has been sent. */
function upload(sending, file, name, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    form.append("file", file, name);
    sending.responseType = "json";
    sending.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    sending.addEventListener("load", () => {
      const asset = sending.response?.assets?.[0];
      if (sending.status === 201 && asset) resolve(asset);
      else reject(new ApiError({ title: `The server answered ${sending.status}.`, ...sending.response, status: sending.status }));
    });
    sending.addEventListener("error", () => reject(new ApiError({ code: "unreachable", title: "It could not be sent: the server does not answer." })));
    sending.addEventListener("abort", () => reject(new ApiError({ code: "removed", title: "Removed." })));
    sending.open("POST", "/api/assets");
    sending.setRequestHeader("Accept", "application/json");
    sending.send(form);
  });
}
