/**
 * The draft of a page on the server: kept from the first change on, saved as one types, and shared with everybody who has it open.
 *
 * Dispatches "created" {id}, "saved", "unsaved" (the server does not take it just now), "conflict" (somebody else has saved meanwhile),
 * "theirs" (a draft that somebody else has saved, and nothing was changed here), and "presence" {others, editing}.
 */
import { basePath } from "./base-path.js";
import { ApiError, request } from "./api.js";

const TYPING_MS = 1000; // after the last key
const RETRY_MS = 5000;
const MEET_MS = 5000;
const EDITS_MS = 20000; // how long after a change somebody is taken to edit

const url = (/** @type {string} */ id, rest = "") => `${basePath}/api/drafts${id ? `/${encodeURIComponent(id)}` : ""}${rest}`;

export class ServerDraft extends EventTarget {
  id = "";
  revision = 0;
  /** Whether something was changed that the server has not taken yet. */
  dirty = false;
  #content;
  #page = Math.random().toString(36).slice(2);
  #timer;
  #saving = false;
  #conflict = false;
  #changedAt = -Infinity;

  /** @param {() => object} content what is saved: script, format, options, assets */
  constructor(content) {
    super();
    this.#content = content;
    setInterval(() => document.hidden || this.#meet(), MEET_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.#meet());
  }

  /** Goes on with a draft that the server has. @param {{id: string, revision: number}} known */
  resume({ id, revision }, dirty = false) {
    Object.assign(this, { id, revision, dirty });
    if (dirty) this.#saveSoon(0);
    this.#meet();
  }

  /** Forgets the draft: the next change begins another one. */
  leave() {
    clearTimeout(this.#timer);
    Object.assign(this, { id: "", revision: 0, dirty: false });
    this.#conflict = false;
  }

  /** Saves soon. */
  changed() {
    this.dirty = true;
    this.#changedAt = performance.now();
    this.#saveSoon(TYPING_MS);
  }

  /** Saves what is here over what somebody else has saved; that becomes a version. */
  keepMine() {
    this.#conflict = false;
    return this.#save(true);
  }

  /** What somebody else has saved is the draft from now on. @param {() => boolean} isWanted whether it still is, once it is here */
  async takeTheirs(isWanted = () => true) {
    const { id } = this;
    const draft = await request(url(id));
    if (id !== this.id || !isWanted()) return;
    this.#conflict = false;
    this.dirty = false;
    this.revision = draft.revision;
    this.#dispatch("theirs", draft);
  }

  /** Keeps what was submitted as a version. @param {string} taskId */
  async submitted(taskId) {
    if (this.#conflict) return;
    if (this.dirty || !this.id) await this.#save();
    if (this.id) await request(url(this.id, "/versions"), { method: "POST", json: { task_id: taskId } });
  }

  /** Saves what is not saved yet. @returns {Promise<string>} the draft's id */
  async saved() {
    if (!this.#conflict && (this.dirty || !this.id)) await this.#save();
    return this.id;
  }

  /** @returns {Promise<{number: number, words: number, task_id: string | null, created_at: string}[]>} the newest first */
  async versions() {
    return this.id ? (await request(url(this.id, "/versions"))).versions : [];
  }

  /** @param {number} number */
  version(number) {
    return request(url(this.id, `/versions/${number}`));
  }

  #saveSoon(/** @type {number} */ wait) {
    clearTimeout(this.#timer);
    if (!this.#conflict) this.#timer = setTimeout(() => this.#save(), wait);
  }

  async #save(replace = false) {
    clearTimeout(this.#timer);
    if (this.#saving) return this.#saveSoon(TYPING_MS);
    this.#saving = true;
    this.dirty = false;
    try {
      const { id } = this;
      const change = id ? { revision: this.revision, ...(replace && { replace }) } : {};
      const saved = await request(url(id), { method: id ? "PUT" : "POST", json: { ...this.#content(), ...change } });
      if (id !== this.id) return; // it was left meanwhile
      Object.assign(this, { id: saved.id, revision: saved.revision });
      if (!id) this.#dispatch("created", { id: saved.id });
      this.#dispatch("saved");
      if (!id) this.#meet();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refused(error);
    } finally {
      this.#saving = false;
    }
  }

  #refused(/** @type {ApiError} */ error) {
    this.dirty = true;
    if (error.code === "draft_changed") {
      this.#conflict = true;
      return this.#dispatch("conflict");
    }
    if (error.code === "draft_not_found") {
      this.id = ""; // it was removed: what is here is kept as another one
      return this.#saveSoon(0);
    }
    this.#dispatch("unsaved", error);
    if (error.status >= 500 || !error.status) this.#saveSoon(RETRY_MS);
  }

  /** Tells that this page has the draft open, and hears who else has. */
  async #meet() {
    const { id } = this;
    if (!id || this.#saving) return;
    try {
      const edits = performance.now() - this.#changedAt < EDITS_MS;
      const { revision, ...presence } = await request(url(id, "/presence"), { method: "POST", json: { page: this.#page, edits } });
      if (id !== this.id) return;
      this.#dispatch("presence", presence);
      // What is typed while theirs is on its way stays: saving it is refused then, and the person asked.
      const isUntouched = () => !this.dirty && !this.#saving && !this.#conflict;
      if (revision > this.revision && isUntouched()) await this.takeTheirs(isUntouched);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // whether the server answers is shown elsewhere
    }
  }

  #dispatch(/** @type {string} */ type, /** @type {any} */ detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
