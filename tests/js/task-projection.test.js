import assert from "node:assert/strict";
import { test } from "node:test";
import { standIn } from "./browser.js";

standIn();
const { project } = await import("../../static/js/task-projection.js");

const rule = (changes = {}) => ({ text: [], details: [], task: {}, stage: {}, copies: [], stage_copies: [], resets_stages: false, refresh: false, ...changes });
const LABELS = {
  states: {
    queued: { label: "Queued", allowed: ["cancel"], finished: false, summary: null, suggested: null },
    running: { label: "Rendering", allowed: ["cancel"], finished: false, summary: null, suggested: null },
    cancelling: { label: "Rendering", allowed: [], finished: false, summary: "Cancelling", suggested: null },
    failed: { label: "Failed", allowed: ["retry"], finished: true, summary: null, suggested: "retry" },
  },
  empty_messages: { running: "Starting" },
  waiting_stage: { status: "waiting", progress: 0, made: null },
  events: {
    "task.started": rule({ resets_stages: true, task: { error: null } }),
    "task.cancelling": rule({ task: { cancel_requested: true } }),
    "task.failed": rule({ task: { error: "{data}", finished_at: "{at}" } }),
    "stage.progress": rule({ stage_copies: ["remaining_s"] }),
    "stage.completed": rule({ stage: { status: "completed", progress: 1, finished_at: "{at}" }, stage_copies: ["made"] }),
  },
};
const STAGES = [{ name: "audio", label: "Speaking", status: "waiting", progress: 0 }, { name: "video", label: "Drawing", status: "running", progress: 0.4, made: 3 }];
const TASK = {
  id: "a", title: "A", status: "running", label: "Rendering", finished: false, allowed: ["cancel"], suggested: null, summary: "Drawing", message: "Drawing",
  cursor: "0a-5", progress: 0.5, attempt: 1, cancel_requested: false, stages: STAGES,
};
const event = (type, changes = {}) => ({ type, attempt: 1, at: "2026-01-01T00:00:00Z", data: {}, status: "running", ...changes });
const after = (type, changes, task = TASK) => project(LABELS, task, "0a-6", event(type, changes));

test("an event that the task includes changes nothing", () => {
  assert.equal(project(LABELS, TASK, "0a-5", event("task.failed", { status: "failed" })), TASK);
});

test("an event carries status, stage, progress, attempt and message", () => {
  const next = after("stage.progress", { stage: "video", progress: 0.6, stage_progress: 0.7, message: "Encoding", data: { remaining_s: 4 } });
  assert.deepEqual([next.progress, next.stage, next.summary, next.remaining_s, next.cursor], [0.6, "video", "Encoding", 4, "0a-6"]);
  assert.equal(next.stages[1].progress, 0.7);
  assert.equal(next.stages[0], STAGES[0]);
  assert.equal(TASK.progress, 0.5);
});

test("a rule changes the event's own stage alone, with the event's time", () => {
  const { stages } = after("stage.completed", { stage: "audio", stage_progress: 1, data: { made: 9, reused: 1 } });
  assert.deepEqual(stages[0], { ...STAGES[0], status: "completed", progress: 1, finished_at: "2026-01-01T00:00:00Z", made: 9 });
  assert.equal(stages[1], STAGES[1]);
});

test("a new attempt begins with stages that wait", () => {
  const { stages, error } = after("task.started", {}, { ...TASK, status: "queued", error: { code: "x", message: null, hint: null } });
  assert.deepEqual(stages.map(({ status, progress }) => [status, progress]), [["waiting", 0], ["waiting", 0]]);
  assert.equal(error, null);
});

test("another status brings its own label, actions and summary", () => {
  const next = after("task.failed", { status: "failed", message: "No voice", data: { code: "voice", message: "No voice" } });
  assert.deepEqual([next.label, next.allowed, next.finished, next.summary, next.suggested], ["Failed", ["retry"], true, "No voice", "retry"]);
  assert.deepEqual(next.error, { code: "voice", message: "No voice" });
});

test("a task that is being cancelled says so until its status changes", () => {
  const cancelling = after("task.cancelling");
  assert.deepEqual([cancelling.summary, cancelling.allowed], ["Cancelling", []]);
  const later = project(LABELS, cancelling, "0a-7", event("stage.progress", { message: "Encoding" }));
  assert.equal(later.summary, "Cancelling");
});

test("a type that the labels do not know only carries", () => {
  assert.equal(after("scene.sung", { progress: 0.9 }).progress, 0.9);
});
