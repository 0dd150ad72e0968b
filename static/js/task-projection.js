/**
 * A task and its events: the task after an event, from the task before it. Pure; what each event changes is in the server's labels.
 *
 * An event carries the task's status, stage, progress, attempt and message as of that event. Beyond these it changes what its rule says.
 */
import { isAfter } from "./sse-client.js";

/** @typedef {import("./types.d.ts").Task} Task */
/** @typedef {import("./types.d.ts").TaskEvent} TaskEvent */
/** @typedef {import("./types.d.ts").Labels} Labels */

const CARRIED = ["status", "stage", "progress", "attempt", "message"];

/** How tasks like this one are shown: as tasks of its kind, or else as any. @param {Labels} labels @param {Task} task */
export function stateOf({ states, kinds }, { kind, status, cancel_requested }) {
  const name = status === "running" && cancel_requested ? "cancelling" : status;
  return kinds?.[kind]?.states?.[name] ?? states[name];
}

/**
 * @param {Labels} labels
 * @param {Task} task
 * @param {string} id the event's cursor
 * @param {TaskEvent} event
 * @returns {Task} the task after the event; the same object when it includes the event already
 */
export function project(labels, task, id, event) {
  if (!isAfter(id, task.cursor)) return task;
  const rule = labels.events[event.type];
  /** @type {Task} */
  const next = { ...task, cursor: id, last_event_at: event.at };
  for (const field of CARRIED) if (event[field] != null) next[field] = event[field];
  if (next.status !== task.status) next.cancel_requested = false;
  if (!rule) return next;
  const stages = task.stages ?? [];
  next.stages = rule.resets_stages ? stages.map((stage) => ({ ...stage, ...labels.waiting_stage })) : stages.map((stage) => stageAfter(rule, stage, event));
  // The estimate is that of the stage that is shown.
  if (event.stage) next.remaining_s = next.stages.find(({ name }) => name === next.stage)?.remaining_s ?? null;
  Object.assign(next, filled(rule.task, event), picked(rule.copies, event.data));
  return Object.assign(next, shownAs(labels, next, task));
}

/**
 * What says how a task is shown, after an event.
 * @param {Labels} labels
 * @param {Task} task after the event
 * @param {Task} before
 */
function shownAs(labels, task, before) {
  const state = stateOf(labels, task);
  const summary = state.summary ?? (task.message || (labels.kinds?.[task.kind]?.empty_messages?.[task.status] ?? labels.empty_messages[task.status]));
  if (task.status === before.status && task.cancel_requested === before.cancel_requested) {
    // What a waiting task waits for depends on others, which its own events do not tell.
    return { summary: task.message === before.message ? before.summary : summary };
  }
  const { label, allowed, finished, suggested } = state;
  return { label, allowed, finished, suggested, summary, trouble: null };
}

/**
 * @param {import("./types.d.ts").EventRule} rule
 * @param {import("./types.d.ts").Stage} stage
 * @param {TaskEvent} event
 */
function stageAfter(rule, stage, event) {
  if (stage.name !== event.stage) return stage;
  const progress = event.stage_progress ?? stage.progress;
  return { ...stage, progress, ...filled(rule.stage, event), ...picked(rule.stage_copies, event.data) };
}

/** What a rule changes, with the event's own time and data in their places. @param {Record<string, any>} changes @param {TaskEvent} event */
function filled(changes, event) {
  const own = { "{at}": event.at, "{data}": event.data };
  return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, typeof value === "string" && value in own ? own[/** @type {"{at}"} */ (value)] : value]));
}

/** @param {readonly string[]} names @param {Record<string, any>} data */
function picked(names, data = {}) {
  return Object.fromEntries(names.filter((name) => data[name] !== undefined).map((name) => [name, data[name]]));
}
