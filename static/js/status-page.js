/** /status, refreshed every few seconds while the tab is visible; warnings come first. */
import { basePath } from "./base-path.js";
import { ApiError, request } from "./api.js";
import { elements, fromTemplate, localiseTimes, parts, setText, setTextWithCode, setTime } from "./dom.js";
import { Plot } from "./plot.js";
import { size } from "./formats.js";
import { goToLogin } from "./login-redirect.js";

const REFRESH_MS = 3000;
const ROWS = 12;

const page = parts(document.querySelector("main"));
const count = (value) => String(Math.round(value));
const milliseconds = (value) => `${(value * 1000).toFixed(value < 0.0995 ? 1 : 0)} ms`;
const rate = (value) => value.toFixed(value < 9.95 ? 1 : 0);
const plots = {
  streams: plot("streams", count, 4),
  events: plot("events", rate),
  waiting: plot("waiting", count, 4),
  wake: plot("wake", milliseconds, 0.02),
  hub: plot("hub", milliseconds, 0.02),
  wal: plot("wal", size, 1_000_000),
};
let before = null; // {head, at} of the last refresh
let timer;

/** @param {string} name @param {(value: number) => string} format @param {number} [minimumTop] */
function plot(name, format, minimumTop) {
  return new Plot(document.querySelector(`[data-plot="${name}"]`), format, minimumTop);
}

async function refresh() {
  clearTimeout(timer);
  if (document.visibilityState !== "visible") return;
  try {
    const [status, { streams }, metrics] = await Promise.all([request(`${basePath}/api/status`), request(`${basePath}/api/streams`), readMetrics()]);
    show(status, streams);
    draw(status, streams, metrics);
    showConnection("live", "Live");
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "not_logged_in") return goToLogin();
    showWarnings([{ message: error.message, hint: error.hint }]);
    showConnection("gone", `${error.message} Trying again`);
  }
  timer = setTimeout(refresh, REFRESH_MS);
}

/** The values of /metrics by name; those with labels added up, but quantiles: of these the median. */
async function readMetrics() {
  const values = {};
  let response;
  try {
    response = await fetch(`${basePath}/metrics`, { cache: "no-store" });
    for (const [, name, labels = "", value] of (await response.text()).matchAll(/^(\w+)(\{.*\})? (\S+)$/gm)) {
      if (!labels.includes("quantile") || labels.includes('"0.5"')) values[name] = (values[name] ?? 0) + Number(value);
    }
  } catch {
    throw new ApiError({ code: "unreachable", title: "The server does not answer.", hint: "Check that it is running." });
  }
  return response.ok ? values : {};
}

function show(status, streams) {
  showWarnings(status.warnings);
  for (const element of elements(document, "[data-fact]")) {
    const [name, inner] = element.dataset.fact.split(".");
    const value = inner ? status[name][inner] : status[name];
    setText(element, name.endsWith("_bytes") ? size(value) : String(value));
  }
  page["workers-table"].hidden = status.workers.length === 0;
  page["no-worker"].hidden = status.workers.length > 0;
  page.workers.replaceChildren(...status.workers.map(workerRow));
  page["streams-section"].hidden = streams.length === 0;
  page.streams.replaceChildren(...streams.slice(-ROWS).map(streamRow));
  setText(page.more, streams.length > ROWS ? `and ${streams.length - ROWS} more` : "");
}

function showWarnings(warnings) {
  const json = JSON.stringify(warnings);
  document.title = `${warnings.length ? `⚠ ${warnings[0].message} · ` : ""}Status · videogen`;
  page.problem.hidden = warnings.length === 0;
  page.normal.hidden = warnings.length > 0;
  if (page.problem.dataset.json === json) return; // a screen reader reads an alert again at every touch
  page.problem.dataset.json = json;
  page.warnings.replaceChildren(
    ...warnings.map(({ message, hint, task_id }) => {
      const item = fromTemplate("warning");
      const part = parts(item);
      setText(part.message, message);
      setTextWithCode(part.hint, hint ?? "");
      linkTask(part.task, task_id);
      return item;
    }),
  );
}

function workerRow({ pid, task_id, seen_at }) {
  const row = fromTemplate("worker");
  const part = parts(row);
  setText(part.pid, String(pid));
  linkTask(part.task, task_id);
  setText(part.task, task_id ?? "");
  part.idle.hidden = Boolean(task_id);
  setTime(part.at, seen_at);
  return row;
}

function streamRow({ tasks, client, since, lag, bytes }) {
  const row = fromTemplate("stream");
  const part = parts(row);
  setText(part.reads, tasks === null ? "all videos" : tasks.length > 1 ? `${tasks.length} videos` : tasks[0]);
  setText(part.client, client);
  setTime(part.at, since);
  setText(part.lag, lag ? `${lag} events` : "–");
  setText(part.bytes, size(bytes));
  return row;
}

function linkTask(link, id) {
  link.hidden = !id;
  if (id) link.href = `${basePath}/tasks/${encodeURIComponent(id)}`;
}

function draw(status, streams, metrics) {
  const at = performance.now();
  if (before && status.head >= before.head) plots.events.add(((status.head - before.head) / (at - before.at)) * 1000);
  before = { head: status.head, at };
  plots.streams.add(streams.length);
  plots.waiting.add(status.tasks.queued);
  plots.wal.add(status.wal_bytes);
  plots.wake.add(metrics.videogen_wake_seconds ?? 0);
  plots.hub.add(metrics.videogen_hub_delay_seconds ?? 0);
  page.plots.hidden = false;
}

function showConnection(kind, text) {
  page.connection.dataset.connection = kind;
  setText(page.connection, text);
}

document.addEventListener("visibilitychange", refresh);
localiseTimes();
refresh();
