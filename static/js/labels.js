/**
 * What the server calls statuses, actions and events, and how tasks of each status are shown: the answer of `GET /api/labels`, which most
 * pages carry. No label and no rule of the server is written down in JavaScript.
 */
import { basePath } from "./base-path.js";
import { request } from "./api.js";
import { clock, countdown, duration, percent, remaining } from "./formats.js";
import { fill } from "./phrases.js";
import { stateOf as stateIn } from "./task-projection.js";

/** @typedef {import("./types.d.ts").Task} Task */
/** @typedef {import("./types.d.ts").TaskEvent} TaskEvent */

/** @type {import("./types.d.ts").Labels} */
export const labels = carried() ?? (await request(`${basePath}/api/labels`));

const FORMATS = { clock, countdown, duration, percent, remaining, artifact: (/** @type {string} */ kind) => labels.artifacts[kind] ?? kind };

function carried() {
  const element = document.getElementById("labels");
  return element && completed(JSON.parse(element.textContent ?? ""));
}

/**
 * The labels of a page with the defaults in their place, as `GET /api/labels` has them.
 * @param {any} carried @returns {import("./types.d.ts").Labels}
 */
export function completed({ event_defaults, ...carried }) {
  for (const type of Object.keys(carried.events)) carried.events[type] = { ...event_defaults, ...carried.events[type] };
  for (const { states } of Object.values(carried.kinds)) {
    for (const status of Object.keys(states)) states[status] = { ...carried.states[status], ...states[status] };
  }
  return carried;
}

/** How tasks like this one are shown. @param {Task} task */
export const stateOf = (task) => stateIn(labels, task);

/** @param {string} status */
export const isFinal = (status) => Boolean(labels.states[status]?.finished);

/** What a row of a list says beside the task's status. @param {Task} task */
export const rowText = (task) => fill(task.damaged?.length ? ["{summary}"] : stateOf(task).row, task, FORMATS).join(" · ");

/** The times below a task's progress bar. @param {Task} task @param {Record<string, number | null>} now seconds as of now */
export const timesText = (task, now) => fill(stateOf(task).times, { ...task, ...now }, FORMATS).join(" · ");

/**
 * What is wrong with a running task, as far as its signs of life tell; null when nothing is.
 * @param {Record<string, number | null | undefined>} signs seconds since the last one of each kind
 */
export function troubleText(signs) {
  const trouble = labels.troubles.find(({ field, over_s }) => (signs[field] ?? 0) > over_s);
  return trouble ? fill([trouble.text], signs, FORMATS)[0] : null;
}

/** The text for a running task whose renderer is silent. */
export const stalledText = () => labels.troubles.find(({ field }) => field === "since_event_s")?.text ?? "";

/** An event in a few words: [what happened, details]. @param {TaskEvent} event @returns {[string, string]} */
export function eventText(event) {
  const data = event.data ?? {};
  const { text, details } = data.damaged ? labels.damaged_event : (labels.events[event.type] ?? labels.other_event);
  const values = { ...event, ...Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)) };
  return [fill(text, values, FORMATS)[0] ?? event.type, fill(details, values, FORMATS).join(", ")];
}
