/**
 * Where a page gets its events from. A subscription (types.d.ts) is an EventTarget with
 *   state, cursor, retryAt, reason, failures      as SSEClient has them
 *   start(), close(), tryNow()
 *   "message" {id, data}, "statechange", and the frames hello, heartbeat, snapshot, reset, problem, end.
 * Whether it is a connection of its own or the one that all tabs share is decided here alone.
 */
import { basePath } from "./base-path.js";
import { goToLogin } from "./login-redirect.js";
import { taskUrl } from "./api.js";
import { SharedStream } from "./shared-stream.js";
import { SSEClient, isAfter } from "./sse-client.js";
import { TaskSubscription } from "./task-subscription.js";

const shared = SharedStream.possible ? leavesWhenLoggedOut(new SharedStream()) : null;

/** The events of one task, after `cursor`; from its beginning without one. @param {string} id */
export function subscribeToTask(id, cursor = "") {
  return shared ? new TaskSubscription(id, cursor, shared) : connectToTask(id, cursor);
}

/** The same over the task's own stream: for a page that may not read other tasks, or is somebody else's. @param {string} id */
export function connectToTask(id, cursor = "") {
  return leavesWhenLoggedOut(new SSEClient(taskUrl(id, "/stream"), {
    cursor,
    stateUrl: taskUrl(id),
    pollUrl: taskUrl(id, "/events"),
    isOver: (task, seen) => task.finished && !isAfter(task.cursor, seen),
  }));
}

/** The events of all tasks from now on; after "snapshot" or "gap" the state has to be fetched. */
export function subscribeToAllTasks() {
  if (shared) return shared;
  return leavesWhenLoggedOut(new SSEClient(`${basePath}/api/stream`, { stateUrl: `${basePath}/api/tasks?limit=1`, pollUrl: `${basePath}/api/events` }));
}

/**
 * The subscription, of which the page goes to the login when its session has ended.
 * @template {SharedStream | SSEClient} T
 * @param {T} subscription
 * @returns {T}
 */
function leavesWhenLoggedOut(subscription) {
  subscription.addEventListener("statechange", () => subscription.reason?.code === "not_logged_in" && goToLogin());
  return subscription;
}
