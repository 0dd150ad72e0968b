/** /sets/ID: the videos of a set, live, and how far all of them are. */
import { basePath } from "./base-path.js";
import { request } from "./api.js";
import { showConnection } from "./connection-status.js";
import { localiseTimes, pageData, parts, setText, soon } from "./dom.js";
import { subscribeToAllTasks } from "./subscriptions.js";
import { TaskRows } from "./task-rows.js";

const { id, videos } = pageData("page-data");
const page = parts(document.querySelector("main"));
const rows = new TaskRows(document.getElementById("tasks"), videos, videos.length, {}, fetchVideos);
const subscription = subscribeToAllTasks();
const facts = parts(document.querySelector(".facts"));

/** The set as it is now; its task's own status is shown at the top. */
async function fetchVideos() {
  const set = await request(`${basePath}/api/sets/${encodeURIComponent(id)}`);
  facts.badge.dataset.status = set.task.status;
  setText(facts.badge, set.task.label);
  return { tasks: set.videos };
}

/** Shows the progress of all videos, and what can be done with them. */
const showProgress = soon(() => {
  const { tasks } = rows;
  const count = (status) => tasks.filter((task) => task.status === status).length;
  const done = tasks.reduce((sum, { status, progress }) => sum + (status === "completed" ? 1 : status === "cancelled" ? 0 : progress ?? 0), 0);
  page.progress.value = tasks.length ? done / tasks.length : 0;
  const others = [["failed", "failed"], ["cancelled", "cancelled"], ["running", "running"], ["queued", "waiting"]]
    .filter(([status]) => count(status)).map(([status, word]) => `, ${count(status)} ${word}`);
  setText(page.counts, `${count("completed")} of ${tasks.length} videos ready${others.join("")}`);
  page.download.hidden = !count("completed");
  page.cancel.hidden = !count("queued") && !count("running");
  page.retry.hidden = !count("failed") && !count("cancelled");
});

rows.addEventListener("shown", showProgress);
rows.follow(subscription);
subscription.addEventListener("message", ({ detail: { data } }) => {
  if (data.task_id === id) rows.refresh(); // the set itself has ended, or goes on
  showProgress();
});
setInterval(showConnection(page.connection, subscription), 1000);
localiseTimes();
subscription.start();
