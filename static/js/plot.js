/** A small plot of the newest values of something, the newest at the right. */
import { parts, setText } from "./dom.js";

const WIDTH = 240;
const HEIGHT = 48;
const KEPT = 60;

export class Plot {
  #values = [];
  #part;
  #svg;
  #label;
  #say;
  #least;

  /**
   * @param {HTMLElement} figure with parts now and most, a caption and an empty drawing
   * @param {(value: number) => string} say a value in words
   * @param {number} least the top of the plot is never below this, so that small values look small
   */
  constructor(figure, say, least = 1) {
    this.#part = parts(figure);
    this.#svg = figure.querySelector("svg");
    this.#label = figure.querySelector("figcaption").firstChild.textContent.trim();
    this.#say = say;
    this.#least = least;
  }

  add(value) {
    this.#values.push(value);
    if (this.#values.length > KEPT) this.#values.shift();
    const most = Math.max(...this.#values);
    setText(this.#part.now, this.#say(value));
    setText(this.#part.most, `at most ${this.#say(most)}`);
    this.#svg.setAttribute("aria-label", `${this.#label}: ${this.#say(value)} now, at most ${this.#say(most)}`);
    this.#draw(Math.max(most, this.#least));
  }

  #draw(top) {
    const step = WIDTH / (KEPT - 1);
    const begin = WIDTH - step * (this.#values.length - 1);
    const points = this.#values.map((value, index) => `${(begin + index * step).toFixed(1)} ${(HEIGHT - 2 - (HEIGHT - 6) * (value / top)).toFixed(1)}`);
    const [area, line] = this.#svg.children;
    line.setAttribute("d", `M${points.join("L")}`);
    area.setAttribute("d", `M${points.join("L")}L${WIDTH} ${HEIGHT}L${begin.toFixed(1)} ${HEIGHT}Z`);
  }
}
