/** Small helpers for the page. */

/** The JSON that the server put into the page as `<script type="application/json" id="...">`. */
export const pageData = (/** @type {string} */ id) => JSON.parse(document.getElementById(id).textContent);

/** A copy of the one element in `<template id="...">`. */
export function fromTemplate(/** @type {string} */ id) {
  const { content } = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (content.firstElementChild.cloneNode(true));
}

/** The elements that match. @param {ParentNode} root @param {string} selector @returns {any[]} */
export const elements = (root, selector) => [...root.querySelectorAll(selector)];

/**
 * The parts of an element: `data-part="name"` -> element. Templates and modules share these names alone.
 * @param {ParentNode} element
 * @returns {Record<string, any>}
 */
export const parts = (element) => Object.fromEntries(elements(element, "[data-part]").map((part) => [part.dataset.part, part]));

/** Sets the text only when it changes: a screen reader reads a live region again at every touch. @param {Node} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** As `setText`, with `...` between backticks as code. @param {HTMLElement} element @param {string} text */
export function setTextWithCode(element, text) {
  if (element.dataset.text === text) return;
  element.dataset.text = text;
  element.replaceChildren(
    ...text.split("`").map((piece, index) => {
      if (index % 2 === 0) return piece;
      const code = document.createElement("code");
      code.textContent = piece;
      return code;
    }),
  );
}

/**
 * A function that has `draw` called soon, once for many calls: with the next frame, or after 200 ms in a hidden tab, which has no frames.
 * @param {() => void} draw
 */
export function soon(draw) {
  let frame = 0;
  let timer = 0;
  const run = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = 0;
    draw();
  };
  return () => {
    if (timer) return;
    frame = requestAnimationFrame(run);
    timer = setTimeout(run, 200);
  };
}

/** A `<time>` with the clock time of this browser's zone; the date too when it is not today. @param {HTMLTimeElement} element @param {string} iso */
export function setTime(element, iso) {
  const at = new Date(iso);
  const sameDay = at.toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const time = { hour: "2-digit", minute: "2-digit" };
  element.dateTime = iso;
  element.title = iso;
  setText(element, "seconds" in element.dataset ? at.toLocaleTimeString([], { ...time, second: "2-digit", hour12: false })
    : sameDay ? at.toLocaleTimeString([], time) : at.toLocaleString([], { ...time, day: "numeric", month: "short" }));
}

/** Times that the server wrote in UTC, in this browser's zone. */
export function localiseTimes(root = document) {
  for (const element of elements(root, "time[datetime]")) setTime(element, element.dateTime);
}

/** Closes the open `<details>` in `root` on Escape, and on a press beside it. @param {HTMLElement} root */
export function closeOnEscape(root) {
  const openOnes = () => elements(root, "details[open]");
  addEventListener("keydown", (key) => {
    if (key.key !== "Escape") return;
    for (const details of openOnes()) {
      if (details.contains(document.activeElement)) details.querySelector("summary").focus();
      details.open = false;
    }
  });
  addEventListener("click", (/** @type {any} */ click) => {
    for (const details of openOnes()) if (!details.contains(click.target)) details.open = false;
  });
}
