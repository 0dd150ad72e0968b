/** The scenes that a script makes: picture, narration, seconds. A scene that did not change keeps its element, wherever it moves to. */
import { preview } from "./api.js";
import { fromTemplate, parts, setText, setTextWithCode } from "./dom.js";
import { duration } from "./formats.js";

const HEADING = /^ {0,3}#{1,6}\s/;
const NEW_SCENE = /^ {0,3}#{1,6}\s|^\s*- kind:/;
const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
const PAGE = Math.random().toString(36).slice(2); // the server answers only the newest request of a page

export class Storyboard extends EventTarget {
  #part;
  #request = null; // AbortController of the one under way
  #scenes = [];
  #script = ""; // that the scenes are of
  #begins = []; // begins[i]: the line of the script at which scene i begins, or 0
  #current = null;

  /** @param {HTMLElement} root with parts list, total, empty, warnings */
  constructor(root) {
    super();
    this.#part = parts(root);
    this.#part.list.addEventListener("click", (click) => {
      const play = click.target.closest("[data-part=play]");
      if (play) return this.dispatchEvent(new CustomEvent("play", { detail: [...this.#part.list.children].indexOf(play.closest("li")) }));
      const line = click.target.closest("[data-line]")?.dataset.line;
      if (line) this.dispatchEvent(new CustomEvent("line", { detail: Number(line) }));
    });
    const move = (from, to) => this.dispatchEvent(new CustomEvent("move", { detail: { from, to, of: this.#part.list.children.length } }));
    this.#part.list.addEventListener("keydown", (key) => {
      const from = [...this.#part.list.children].indexOf(key.target.closest("li"));
      const to = from + (STEPS[key.key] ?? 0);
      if (!key.altKey || key.ctrlKey || key.metaKey || from < 0 || to === from) return;
      key.preventDefault();
      if (this.#part.list.children[to]) move(from, to);
    });
    // Only who is about to drag a scene needs to be able to.
    const enable = () => import("./scene-mover.js").then(({ enableMoving }) => enableMoving(this.#part.list, move));
    this.#part.list.addEventListener("pointerenter", enable, { once: true });
  }

  /**
   * Fetches the scenes of this script, and again until each has its picture, or until one more request brings no more of them; then it
   * shows why. The newest request wins. A scene with a diagnostic stays as it was before, or shows the diagnostic. Rejects with ApiError.
   * @param {{script: string, [field: string]: any}} body
   * @returns {Promise<any>} the storyboard of the server, null when a newer request replaced this one
   */
  async show(body) {
    this.cancel();
    const request = (this.#request = new AbortController());
    if (!this.#scenes.length) {
      this.#part.empty.hidden = true;
      setText(this.#part.total, "Drawing the scenes");
    }
    try {
      for (let before = -1; ; ) {
        const board = await preview({ ...body, page: PAGE }, request.signal);
        const drawn = board.scenes.filter(({ picture }) => picture).length;
        const continues = board.unfinished && (board.unfinished.reason === "drawing" || drawn > before);
        this.#draw(board, body.script, continues);
        if (!continues) return board;
        before = drawn;
        this.dispatchEvent(new CustomEvent("drawing", { detail: board }));
      }
    } catch (error) {
      if (error.name === "AbortError" || error.code === "superseded") return null;
      throw error;
    } finally {
      if (this.#request === request) this.#request = null;
    }
  }

  /** The lines at which the scenes of a script begin; null while they are those of another text. @param {string} script */
  beginsIn(script) {
    return script === this.#script ? this.#begins : null;
  }

  /** Puts the scenes into another order, before the server has drawn them so. @param {import("./script-order.js").Moved} moved */
  reorder({ text, begins, order }) {
    this.cancel(); // what is on its way has them in the order before
    const { list } = this.#part;
    const focused = list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    const items = order.map((index) => /** @type {HTMLElement} */ (list.children[index]));
    this.#scenes = order.map((index) => this.#scenes[index]);
    this.#begins = begins;
    this.#script = text;
    list.append(...items);
    items.forEach((item, index) => {
      const { go, number } = parts(item);
      go.dataset.line = begins[index] || "";
      setText(number, String(index + 1));
    });
    focused?.focus({ preventScroll: true });
    if (focused) this.#bringIntoView(focused.closest("li"));
  }

  /** Whether a request is under way. */
  get loading() {
    return this.#request !== null;
  }

  /** Shows why there is no storyboard just now; what was drawn before stays. @param {string} message */
  showUnavailable(message) {
    this.#part.empty.hidden = this.#scenes.length > 0;
    setText(this.#part.total, this.#scenes.length ? `${message.replace(/\.$/, "")}; shown as it was before` : message);
  }

  /** Aborts the request under way: the script has changed. */
  cancel() {
    this.#request?.abort();
    this.#request = null;
  }

  clear() {
    this.cancel();
    this.#draw({ scenes: [] });
    setText(this.#part.total, "");
  }

  /** Marks the scene that this line belongs to. */
  mark(line) {
    const element = this.#part.list.children[this.#sceneOf(line)] ?? null;
    if (element !== this.#current) {
      this.#current?.firstElementChild.removeAttribute("aria-current");
      element?.firstElementChild.setAttribute("aria-current", "true");
      this.#current = element;
      if (element) this.#bringIntoView(element);
    }
  }

  /** The index of the scene that a line belongs to, -1 if there is none: of one that goes on over several pictures the first. */
  #sceneOf(line) {
    const last = this.#begins.findLastIndex((begins) => begins && begins <= line);
    return this.#begins.indexOf(this.#begins[last]);
  }

  /** Scrolls the list alone: the page stays where it is while somebody types. */
  #bringIntoView(element) {
    const { list } = this.#part;
    const [box, item] = [list.getBoundingClientRect(), element.getBoundingClientRect()];
    const by = item.top < box.top ? item.top - box.top : item.bottom > box.bottom ? Math.min(item.bottom - box.bottom, item.top - box.top) : 0;
    if (by) list.scrollBy({ top: by }); // smoothly where motion is welcome: the style sheet knows
  }

  #draw(/** @type {any} */ { scenes: readable, warnings = [], options = {}, problem = null, unfinished = null }, script = "", continues = false) {
    const { list, total, empty } = this.#part;
    const lines = script.split("\n");
    const diagnostics = problem?.faults ?? [];
    if (problem && !readable.length && this.#scenes.length) return this.#markOnly(diagnostics);
    const scenes = (this.#scenes = withDiagnostics(readable, diagnostics, lines));
    this.#begins = scenes.map(({ line }) => (line ? headOf(lines, line) : 0));
    this.#script = script;
    empty.hidden = scenes.length > 0;
    const focused = list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    list.dataset.shape = options.aspect ?? "";
    const count = `${readable.length} ${readable.length === 1 ? "scene" : "scenes"}`;
    const gaveUp = continues ? "" : unfinished?.message;
    setText(total, [(readable.length || !problem) && count, diagnostics.length && "the script has a problem", gaveUp].filter(Boolean).join(" · "));
    const asBefore = Math.abs(list.children.length - scenes.length) < 2; // else it is another script
    const elements = this.#elementsFor(scenes);
    for (const left of [...list.children].filter((element) => !elements.includes(element))) left.remove();
    elements.forEach((element, index) => {
      if (scenes[index].diagnostic && !asBefore) delete element.dataset.picture;
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
      drawScene(element, scenes[index], index + 1, this.#begins[index], continues);
    });
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    this.#part.warnings.hidden = warnings.length === 0;
    this.#part.warnings.replaceChildren(...warnings.map(warningItem));
  }

  /** No scene can be read just now: all stays as it was, but for the marks of the scenes with diagnostics. */
  #markOnly(diagnostics) {
    const marked = new Set(diagnostics.filter(({ line }) => line).map(({ line }) => this.#part.list.children[this.#sceneOf(line)]));
    for (const element of this.#part.list.children) element.toggleAttribute("data-diagnostic", marked.has(element));
    this.showUnavailable("The script has a problem");
  }

  /** An element for each scene: the one that has its picture already, else the one at its index before, else a new one. */
  #elementsFor(scenes) {
    const before = [...this.#part.list.children];
    const free = new Set(before);
    const take = (element) => (element && free.delete(element) ? element : null);
    const same = scenes.map(({ picture }) => take(picture && before.find((element) => free.has(element) && element.dataset.picture === picture)));
    return same.map((element, index) => element ?? take(before[index]) ?? fromTemplate("scene"));
  }
}

/** The line of the heading right above a line, or that line itself: for the author the scene begins there. */
function headOf(lines, line) {
  let above = line - 1;
  while (above > 0 && !lines[above - 1]?.trim()) above -= 1;
  return HEADING.test(lines[above - 1] ?? "") ? above : line;
}

/** How many lines at the top of a script belong to no scene: its front matter, or what is above `scenes:`. */
function beforeScenes(lines) {
  if (lines[0]?.trimEnd() === "---") return lines.findIndex((line, index) => index && line.trimEnd() === "---") + 1;
  return lines.findIndex((line) => /^["']?scenes["']?\s*:/.test(line)) + 1;
}

/** The scenes, with one inserted by line for each that has a diagnostic. */
function withDiagnostics(readable, diagnostics, lines) {
  const scenes = [...readable];
  const before = beforeScenes(lines);
  for (const { line, message } of diagnostics) {
    if (!line || line <= before) continue;
    const index = scenes.findLastIndex((scene) => scene.line && scene.line <= line) + 1;
    const last = scenes[index - 1];
    if (last?.diagnostic && !lines.slice(last.line, line).some((text) => NEW_SCENE.test(text))) continue; // another one of the same scene
    scenes.splice(index, 0, { line, diagnostic: message });
  }
  return scenes;
}

function drawScene(element, { kind, title, narration, seconds, picture: url, diagnostic }, number, line, continues) {
  const { go, play, picture, blank, number: count, length, title: name, narration: text } = parts(element);
  go.dataset.line = line || "";
  setText(count, String(number));
  play.setAttribute("aria-label", `Play scene ${number}`);
  play.hidden = Boolean(diagnostic);
  element.toggleAttribute("data-diagnostic", Boolean(diagnostic));
  if (diagnostic && element.dataset.picture) return; // as it was before
  if (url && element.dataset.picture !== url) {
    element.dataset.picture = picture.src = url; // the browser shows the old one until the new one is there
  }
  picture.hidden = !element.dataset.picture;
  blank.hidden = !picture.hidden;
  element.toggleAttribute("data-waits", !url && !diagnostic && Boolean(continues));
  setText(length, diagnostic ? "" : duration(seconds));
  setText(name, diagnostic ? `Problem in line ${line}` : title || kind);
  setText(text, diagnostic || narration || "Silent");
  text.classList.toggle("quiet", !diagnostic && !narration);
}

function warningItem({ message, hint, line }) {
  const item = document.createElement("li");
  setTextWithCode(item, [line ? `Line ${line}: ${message}` : message, hint].filter(Boolean).join(" "));
  return item;
}
