/**
 * Where a page gets its events from. A feed is an EventTarget with
 *   state, cursor, retryAt, reason, failures      as SSEClient has them
 *   start(), close(), tryNow()
 *   "message" {id, data}, "statechange", and the frames hello, heartbeat, snapshot, reset, problem, end.
 * Whoever shows a task knows no more than this: whether it is a connection of its own or the one that all tabs share is decided here.
 */
import { taskUrl } from "./api.js";
import { SharedStream } from "./shared-stream.js";
import { SSEClient, isAfter } from "./sse-client.js";
import { TaskFeed } from "./task-feed.js";
import { isFinished } from "./task-state.js";

const shared = SharedStream.possible ? new SharedStream() : null;

/** The events of one task, after `cursor`; from its beginning without one. */
export function taskFeed(id, cursor = "") {
  return shared ? new TaskFeed(id, cursor, shared) : ownTaskFeed(id, cursor);
}

/** The same by the task's own stream: for a page that may not read other tasks, or is somebody else's. */
export function ownTaskFeed(id, cursor = "") {
  return new SSEClient(taskUrl(id, "/stream"), {
    cursor,
    stateUrl: taskUrl(id),
    pollUrl: taskUrl(id, "/events"),
    isOver: (task, seen) => isFinished(task) && !isAfter(task.cursor, seen),
  });
}

/** The events of all tasks from now on; "snapshot" or "gap" says that the state has to be looked at. */
export function allTasksFeed() {
  return shared ?? new SSEClient("/api/stream", { stateUrl: "/api/tasks?limit=1", pollUrl: "/api/events" });
}
