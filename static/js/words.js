/**
 * Times, sizes and states in words. videogen/web/words.py says the same for what the server draws; a test holds them together.
 */

export const STATUS = { queued: "Queued", running: "Rendering", completed: "Done", failed: "Failed", cancelled: "Cancelled" };

const OUTCOMES = { running: "goes on", completed: "completed", failed: "failed", cancelled: "cancelled", requeued: "put back", lost: "lost" };

/** What a running task says when nothing is heard of its maker. */
export const STALLED = "Nothing new for over a minute, though the worker is alive. If the step hangs it is stopped and you are told why.";

/** What a list without a row says. */
export function nothing(status, q) {
  if (q) return `No ${status ? `video that is “${STATUS[status]}”` : "video"} has “${q}” in its title or script.`;
  return status ? `No video is “${STATUS[status]}”.` : "No videos yet. Write a script, and make the first one.";
}

/** Seconds as 0.4 s, 12 s, 1 min 12 s, 2 h 05 min. */
export function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** Seconds as on a player: 0:07, 1:12, 1:02:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** What is left, no more exact than it can be known. */
export function remaining(seconds) {
  if (seconds < 5) return "a few seconds left";
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  if (seconds < 3600) return `about ${Math.ceil(seconds / 60)} min left`;
  return `about ${(seconds / 3600).toFixed(1)} h left`;
}

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  for (const unit of ["kB", "MB", "GB"]) {
    count /= 1000;
    if (count < 999.5) return `${count < 9.95 ? count.toFixed(1) : Math.round(count)} ${unit}`;
  }
  return `${Math.round(count / 1000)} TB`;
}

export function ordinal(n) {
  const teen = n % 100 > 10 && n % 100 < 14;
  return `${n}${(!teen && ["", "st", "nd", "rd"][n % 10]) || "th"}`;
}

export const percent = (fraction) => `${Math.floor(fraction * 100)} %`;

/** What a waiting task says when it could be started and the disk has no room. */
export const NO_ROOM = "The disk is nearly full, so no video is started. Free some space or delete old videos: this one then starts by itself.";
export const HELD_BACK = "Waiting for room on the disk";
const WAITING = "Waiting for a worker";

/** What a waiting task waits for. */
export function waiting(task) {
  if (task.workers_alive === 0) return `No worker is running: start one with \`${document.documentElement.dataset.program} worker\``;
  if (task.message && task.message !== WAITING) return task.message; // why it waits, or waits again
  if (task.queue_position === 1) return "Next in line";
  if (task.queue_position > 1) return `${ordinal(task.queue_position)} in line`;
  return WAITING;
}

/** When a task that was lost is tried again. */
export const nextTry = (seconds) => `next try in ${seconds > 60 ? duration(Math.ceil(seconds)) : `${Math.ceil(seconds)} s`}`;

/** What is happening, in one sentence. */
export function now(task) {
  if (task.damaged?.length) return task.error?.message;
  if (task.status === "queued") return waiting(task);
  if (task.status === "completed") return "Your video is ready";
  if (task.status === "failed") return task.error?.message ?? "The making failed";
  if (task.status === "cancelled") return "Cancelled";
  if (task.cancel_requested) return "Cancelling";
  return task.message || "Starting";
}

/** An event in a few words: [what happened, details]. Its own `message` is the task's as of the event, so only some types are told by it. */
export function eventWords({ type, message, attempt, data = {} }) {
  if (data.damaged) return ["A damaged entry", type];
  switch (type) {
    case "task.submitted":
      return ["Submitted", ""];
    case "task.started":
      return ["Started", attempt > 1 ? `attempt ${attempt}` : ""];
    case "task.requeued":
      return ["Put back into the queue", data.reason ?? ""];
    case "task.stalled":
      return ["Nothing new for a while", ""];
    case "task.retried":
      return ["Put into the queue again", ""];
    case "task.warning":
      return [data.message ?? message ?? "Warning", data.hint ?? ""];
    case "task.deleted":
      return ["Deleted", ""];
    case "task.undeleted":
      return ["Deletion undone", ""];
    case "attempt.lost":
      return [`Attempt ${data.attempt ?? attempt} lost`, data.reason ?? ""];
    case "stage.started":
      return ["Begun", ""];
    case "stage.progress":
      return [message ?? "Going on", data.done != null && data.of ? `${data.done} of ${data.of}` : ""];
    case "stage.completed":
      return ["Done", madeAndReused(data)];
    case "stage.failed":
      return [data.message ?? message ?? "Failed", ""];
    case "scene.rendered":
      return [`Scene ${data.position ?? ""}${data.of ? ` of ${data.of}` : ""}`, [data.title, data.reused && "reused"].filter(Boolean).join(", ")];
    case "artifact.created":
      return [`File ready: ${(data.kind ?? data.files?.[0]?.kind ?? "").replaceAll("_", " ")}`, ""];
    default:
      return [message ?? type, ""];
  }
}

/** How an attempt went: {outcome, reason, started_at, ended_at, progress}. */
export function attemptWords({ outcome, reason, started_at, ended_at, progress }) {
  const seconds = ended_at ? secondsBetween(started_at, ended_at) : null;
  const after = seconds == null ? "" : ` ${outcome === "completed" ? "in" : "after"} ${duration(seconds)}`;
  const at = progress && outcome !== "completed" && outcome !== "running" ? `, at ${percent(progress)}` : "";
  return `${OUTCOMES[outcome]}${after}${at}${reason ? `: ${reason}` : ""}`;
}

function madeAndReused({ made, reused }) {
  return [made && `${made} made`, reused && `${reused} reused`].filter(Boolean).join(", ");
}

/** Seconds from one moment to a later one, never less than 0: the server's clock may have been set back in between. */
export const secondsBetween = (start, end) => Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);

const pad = (n) => String(n).padStart(2, "0");
