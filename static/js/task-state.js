/** A task and its events: the state after an event, from the state before it. Pure, so that every view folds alike. */
import { isAfter } from "./sse-client.js";

export const isFinished = (task) => ["completed", "failed", "cancelled"].includes(task.status);

/** @returns {object} the task after `event`; the same object when the state already includes it. */
export function fold(task, id, event) {
  if (!isAfter(id, task.cursor)) return task;
  const next = { ...task, cursor: id, last_event_at: event.at };
  for (const field of ["status", "stage", "progress", "attempt"]) if (event[field] != null) next[field] = event[field];
  if (event.message != null) next.message = event.message;
  const { data = {} } = event;
  if (data.remaining_s !== undefined) next.remaining_s = data.remaining_s;
  next.stalled = event.type === "task.stalled";
  if (next.status !== "running") next.cancel_requested = false;
  next.stages = stagesAfter(task.stages ?? [], event);
  return { ...next, ...(ON[event.type]?.(next, event, data) ?? {}) };
}

const fresh = (task) => ({
  not_before: null, progress: 0, stage: null, remaining_s: null, finished_at: null, error: null, warnings: [],
  stages: task.stages.map(({ name, label }) => ({ name, label, status: "waiting", progress: 0, started_at: null, finished_at: null })),
});

/** What an event changes beyond the fields that all of them carry. */
const ON = {
  "task.submitted": () => ({ status: "queued" }),
  "task.retried": fresh,
  "task.started": (task, event) => ({ ...fresh(task), started_at: task.started_at ?? event.at }),
  "attempt.lost": (task, event, data) => ({
    not_before: data.wait_s ? new Date(Date.parse(event.at) + 1000 * data.wait_s).toISOString() : null,
  }),
  "task.cancelling": () => ({ cancel_requested: true }),
  "task.completed": (task, event) => ({ progress: 1, finished_at: event.at, remaining_s: null }),
  "task.cancelled": (task, event) => ({ finished_at: event.at, remaining_s: null }),
  "task.failed": (task, event, data) => ({
    finished_at: event.at, remaining_s: null, error: { stage: event.stage, message: event.message, ...data },
  }),
  "task.deleted": () => ({ deleted: true }),
  "task.undeleted": () => ({ deleted: false }),
  "stage.completed": (task, event, data) => (typeof data.language === "string" ? { language: data.language } : {}),
  "task.warning": (task, event, data) => ({ warnings: [...(task.warnings ?? []), { message: event.message, ...data }] }),
};

function stagesAfter(stages, event) {
  if (!event.stage || !stages.length) return stages;
  return stages.map((stage) => {
    if (stage.name !== event.stage) return stage;
    const changed = { ...stage };
    if (event.stage_progress != null) changed.progress = event.stage_progress;
    if (event.type === "stage.started") Object.assign(changed, { status: "running", started_at: event.at, progress: 0 });
    if (event.type === "stage.completed") Object.assign(changed, { status: "completed", finished_at: event.at, progress: 1 });
    if (event.type === "stage.failed" || event.type === "task.failed") Object.assign(changed, { status: "failed", finished_at: event.at });
    return changed;
  });
}
