/** A small plot of the newest values of something, the newest at the right. */
import { parts, setText } from "./dom.js";

export const WIDTH = 240;
export const HEIGHT = 48;
const CAPACITY = 60;

export class Plot {
  /** @type {number[]} */
  #values = [];
  #part;
  #svg;
  #label;
  #format;
  #minimumTop;

  /**
   * @param {HTMLElement} figure with parts now and most, a caption and an empty drawing
   * @param {(value: number) => string} format a value as text
   * @param {number} minimumTop the top of the plot is never below this, so that small values look small
   */
  constructor(figure, format, minimumTop = 1) {
    this.#part = parts(figure);
    this.#svg = figure.querySelector("svg");
    this.#label = figure.querySelector("figcaption").firstChild.textContent.trim();
    this.#format = format;
    this.#minimumTop = minimumTop;
  }

  /** @param {number} value */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > CAPACITY) this.#values.shift();
    const most = Math.max(...this.#values);
    setText(this.#part.now, this.#format(value));
    setText(this.#part.most, `at most ${this.#format(most)}`);
    this.#svg.setAttribute("aria-label", `${this.#label}: ${this.#format(value)} now, at most ${this.#format(most)}`);
    const { line, area } = curve(this.#values, Math.max(most, this.#minimumTop));
    this.#svg.children[0].setAttribute("d", area);
    this.#svg.children[1].setAttribute("d", line);
  }
}

/**
 * The paths of a curve through the values and of the area below it, in a drawing of WIDTH by HEIGHT.
 * @param {readonly number[]} values at most 60, the newest last: it is drawn at the right edge
 * @param {number} top the value at the upper edge, more than 0
 */
export function curve(values, top) {
  const step = WIDTH / (CAPACITY - 1);
  const begin = WIDTH - step * (values.length - 1);
  const points = values.map((value, index) => `${(begin + index * step).toFixed(1)} ${(HEIGHT - 2 - (HEIGHT - 6) * (value / top)).toFixed(1)}`);
  const line = `M${points.join("L")}`;
  return { line, area: `${line}L${WIDTH} ${HEIGHT}L${begin.toFixed(1)} ${HEIGHT}Z` };
}
