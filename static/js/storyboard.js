/** The scenes that a script makes: picture, narration, seconds. A scene that did not change keeps its element, wherever it moves to. */
import { preview } from "./api.js";
import { fromTemplate, parts, setText, setTextWithCode } from "./dom.js";
import { duration } from "./words.js";

const HEADING = /^ {0,3}#{1,6}\s/;
const NEW_SCENE = /^ {0,3}#{1,6}\s|^\s*- kind:/;
const PAGE = Math.random().toString(36).slice(2); // who asks: the server answers only the newest request of a page

export class Storyboard extends EventTarget {
  #part;
  #asking = null;
  #scenes = [];
  #begins = []; // begins[i]: the line of the script at which scene i begins, or 0
  #current = null;

  /** @param {HTMLElement} root with parts list, total, empty, warnings */
  constructor(root) {
    super();
    this.#part = parts(root);
    this.#part.list.addEventListener("click", (click) => {
      const line = click.target.closest("[data-line]")?.dataset.line;
      if (line) this.dispatchEvent(new CustomEvent("line", { detail: Number(line) }));
    });
  }

  /**
   * Asks for the scenes of this script, and again until each has its picture, or until one more request brings no more of them; then it
   * says why. The newest request wins. A scene at fault stays as it was before, or says what is wrong. Rejects with ApiError.
   * @returns {Promise<object | null>} the storyboard as the server tells it, null when a newer one was asked for
   */
  async show(body) {
    this.cancel();
    const asking = (this.#asking = new AbortController());
    if (!this.#scenes.length) {
      this.#part.empty.hidden = true;
      setText(this.#part.total, "Drawing the scenes");
    }
    try {
      for (let before = -1; ; ) {
        const board = await preview({ ...body, page: PAGE }, asking.signal);
        const drawn = board.scenes.filter(({ picture }) => picture).length;
        const goesOn = board.unfinished && (board.unfinished.reason === "drawing" || drawn > before);
        this.#draw(board, body.script, goesOn);
        if (!goesOn) return board;
        before = drawn;
        this.dispatchEvent(new CustomEvent("drawing", { detail: board }));
      }
    } catch (error) {
      if (error.name === "AbortError" || error.code === "superseded") return null;
      throw error;
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
  }

  /** Whether an answer is waited for. */
  get asking() {
    return this.#asking !== null;
  }

  /** Says why there is no storyboard just now; what was drawn before stays. */
  excuse(message) {
    this.#part.empty.hidden = this.#scenes.length > 0;
    setText(this.#part.total, this.#scenes.length ? `${message.replace(/\.$/, "")}; shown as it was before` : message);
  }

  /** What is being asked is not wanted any more: the script has changed. */
  cancel() {
    this.#asking?.abort();
    this.#asking = null;
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

  /** Scrolls the list alone: the page stays where it is under the hands of the one who types. */
  #bringIntoView(element) {
    const { list } = this.#part;
    const [box, item] = [list.getBoundingClientRect(), element.getBoundingClientRect()];
    const by = item.top < box.top ? item.top - box.top : item.bottom > box.bottom ? Math.min(item.bottom - box.bottom, item.top - box.top) : 0;
    if (by) list.scrollBy({ top: by }); // smoothly where motion is welcome: the style sheet knows
  }

  #draw({ scenes: readable, warnings = [], options = {}, problem = null, unfinished = null }, script = "", goesOn = false) {
    const { list, total, empty } = this.#part;
    const lines = script.split("\n");
    const faults = problem?.faults ?? [];
    if (problem && !readable.length && this.#scenes.length) return this.#blame(faults);
    const scenes = (this.#scenes = withFaults(readable, faults, lines));
    this.#begins = scenes.map(({ line }) => (line ? headOf(lines, line) : 0));
    empty.hidden = scenes.length > 0;
    list.dataset.shape = options.aspect ?? "";
    const count = `${readable.length} ${readable.length === 1 ? "scene" : "scenes"}`;
    const gaveUp = goesOn ? "" : unfinished?.message;
    setText(total, [(readable.length || !problem) && count, faults.length && "the script has a fault", gaveUp].filter(Boolean).join(" · "));
    const asBefore = Math.abs(list.children.length - scenes.length) < 2; // not another script
    const elements = this.#elementsFor(scenes);
    for (const left of [...list.children].filter((each) => !elements.includes(each))) left.remove();
    elements.forEach((element, index) => {
      if (scenes[index].fault && !asBefore) delete element.dataset.picture;
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
      drawScene(element, scenes[index], index + 1, this.#begins[index], goesOn);
    });
    this.#part.warnings.hidden = warnings.length === 0;
    this.#part.warnings.replaceChildren(...warnings.map(warningItem));
  }

  /** Nothing can be read just now: all stays as it was, but for the marks of the scenes in which the faults are. */
  #blame(faults) {
    const bad = new Set(faults.filter(({ line }) => line).map(({ line }) => this.#part.list.children[this.#sceneOf(line)]));
    for (const element of this.#part.list.children) element.toggleAttribute("data-fault", bad.has(element));
    this.excuse("The script has a fault");
  }

  /** An element a scene: the one that has its picture already, else the one that was in its place, else a new one. */
  #elementsFor(scenes) {
    const before = [...this.#part.list.children];
    const free = new Set(before);
    const take = (element) => (element && free.delete(element) ? element : null);
    const same = scenes.map(({ picture }) => take(picture && before.find((each) => free.has(each) && each.dataset.picture === picture)));
    return same.map((element, index) => element ?? take(before[index]) ?? fromTemplate("scene"));
  }
}

/** The line of the heading that stands right above a line, or that line itself: to whoever writes, the scene begins there. */
function headOf(lines, line) {
  let above = line - 1;
  while (above > 0 && !lines[above - 1]?.trim()) above -= 1;
  return HEADING.test(lines[above - 1] ?? "") ? above : line;
}

/** How many lines at the top of a script belong to no scene: its front matter, or what stands above `scenes:`. */
function beforeScenes(lines) {
  if (lines[0]?.trimEnd() === "---") return lines.findIndex((line, index) => index && line.trimEnd() === "---") + 1;
  return lines.findIndex((line) => /^["']?scenes["']?\s*:/.test(line)) + 1;
}

/** The scenes, and in its place by line one for each that has a fault. */
function withFaults(readable, faults, lines) {
  const scenes = [...readable];
  const before = beforeScenes(lines);
  for (const { line, message } of faults) {
    if (!line || line <= before) continue;
    const place = scenes.findLastIndex((scene) => scene.line && scene.line <= line) + 1;
    const last = scenes[place - 1];
    if (last?.fault && !lines.slice(last.line, line).some((each) => NEW_SCENE.test(each))) continue; // another fault of the same scene
    scenes.splice(place, 0, { line, fault: message });
  }
  return scenes;
}

function drawScene(element, { kind, title, narration, seconds, picture: url, fault }, number, line, goesOn) {
  const { go, picture, blank, number: count, length, title: name, narration: words } = parts(element);
  go.dataset.line = line || "";
  setText(count, String(number));
  element.toggleAttribute("data-fault", Boolean(fault));
  if (fault && element.dataset.picture) return; // as it was before
  if (url && element.dataset.picture !== url) {
    element.dataset.picture = picture.src = url; // the browser shows the old one until the new one is there
  }
  picture.hidden = !element.dataset.picture;
  blank.hidden = !picture.hidden;
  element.toggleAttribute("data-waits", !url && !fault && Boolean(goesOn));
  setText(length, fault ? "" : duration(seconds));
  setText(name, fault ? `Line ${line} has a fault` : title || kind);
  setText(words, fault || narration || "Silent");
  words.classList.toggle("quiet", !fault && !narration);
}

function warningItem({ message, hint, line }) {
  const item = document.createElement("li");
  setTextWithCode(item, [line ? `Line ${line}: ${message}` : message, hint].filter(Boolean).join(" "));
  return item;
}
