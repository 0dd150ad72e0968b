/**
 * Where a page gets its events from. A feed is an EventTarget with
 *   state, cursor, retryAt, reason      as SSEClient has them
 *   start(), close(), tryNow()
 *   "message" {id, data}, "statechange", and the frames hello, heartbeat, snapshot, reset, problem, end.
 * Whoever shows a task knows no more than this, so that a feed may as well be one connection shared by all tabs of a browser.
 */
import { taskUrl } from "./api.js";
import { SSEClient, isAfter } from "./sse-client.js";

/** The events of one task, after `cursor`; from its beginning without one. */
export function taskFeed(id, cursor = "") {
  return new SSEClient(taskUrl(id, "/stream"), {
    cursor,
    stateUrl: taskUrl(id),
    pollUrl: taskUrl(id, "/events"),
    isOver: (task, seen) => isFinished(task) && !isAfter(task.cursor, seen),
  });
}

/** The events of all tasks, after a snapshot of the unfinished ones. */
export function allTasksFeed() {
  return new SSEClient("/api/stream", { stateUrl: "/api/tasks?limit=1" });
}

export const isFinished = (task) => ["completed", "failed", "cancelled"].includes(task.status);
