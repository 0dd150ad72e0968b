/** The newest videos below the editor, live. Loaded when the page is there: whoever comes to write waits for none of it. */
import { subscribeToAllTasks } from "./subscriptions.js";
import { TaskRows } from "./task-rows.js";

/** @param {HTMLElement} root the list @param {object[]} tasks those that it shows @param {number} limit rows at most */
export function followRecentTasks(root, tasks, limit) {
  const subscription = subscribeToAllTasks();
  new TaskRows(root, tasks, limit).follow(subscription);
  subscription.start();
}
