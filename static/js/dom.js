/** Small helpers for the page. */

/** The JSON that the server put into the page as `<script type="application/json" id="...">`. */
export const pageData = (id) => JSON.parse(document.getElementById(id).textContent);

/** A copy of the one element in `<template id="...">`. */
export const fromTemplate = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/** The parts of an element: `data-part="name"` -> element. The server and the modules agree on these names alone. */
export const parts = (element) =>
  Object.fromEntries([...element.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));

/** Sets the text only when it changes: a screen reader reads a live region again at every touch. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** As `setText`, with `...` between backticks as code. */
export function setTextWithCode(element, text) {
  if (element.dataset.said === text) return;
  element.dataset.said = text;
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
 * A function that has `draw` called soon, once for many calls: with the next frame, but a tab that is hidden draws none, so not later
 * than in a moment.
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

/** A `<time>` with the clock time of this browser's zone; the date too when it is not today. */
export function setTime(element, iso) {
  const at = new Date(iso);
  const sameDay = at.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit" };
  element.dateTime = iso;
  element.title = iso;
  setText(element, "seconds" in element.dataset ? at.toLocaleTimeString([], { ...time, second: "2-digit", hour12: false })
    : sameDay ? at.toLocaleTimeString([], time) : at.toLocaleString([], { ...time, day: "numeric", month: "short" }));
}

/** Times that the server wrote in UTC, in this browser's zone. */
export function localiseTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) setTime(element, element.dateTime);
}
