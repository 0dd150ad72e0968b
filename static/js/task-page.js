/** /tasks/<id>: one model, and each thing on the page that shows a part of it. */
import { basePath } from "./base-path.js";
import { putTags } from "./api.js";
import { TaskActions } from "./task-actions.js";
import { AttemptList } from "./attempt-list.js";
import { enableCopying } from "./copy-buttons.js";
import { enableKeyList, isForPage } from "./key-list.js";
import { closeOnEscape, localiseTimes, pageData, parts, setText, setTextWithCode, soon } from "./dom.js";
import { showDownloads } from "./downloads.js";
import { subscribeToTask } from "./subscriptions.js";
import { Filmstrip } from "./filmstrip.js";
import { EventLog } from "./event-log.js";
import { Notifier } from "./notifier.js";
import { Player } from "./player.js";
import "./progress-indicator.js";
import { TaskModel } from "./task-model.js";
import { enableSharing } from "./share-panel.js";
import { Timeline } from "./timeline.js";
import { percent } from "./formats.js";

const { task, cursor } = pageData("page-data");
const page = parts(document.querySelector("main"));
const model = new TaskModel(subscribeToTask(task.id, cursor), task);
const log = new EventLog(document.getElementById("log"), task.stages);
const filmstrip = new Filmstrip(document.getElementById("filmstrip"), task.id);
const timeline = new Timeline(document.getElementById("timeline"));
const player = new Player(page.player, task, (position) => filmstrip.has(position));
const attempts = new AttemptList(document.getElementById("attempts"), task.id, task.attempt);
const notifier = Notifier.possible ? new Notifier(page.notify, task) : null;
const icon = document.querySelector("link[rel=icon]");
let shownStatus = task.status;
let shownTags = page["tags-form"].elements.tags.value;
const actions = new TaskActions(page.actions, page.notice, model);

let narration = null; // made when it is first opened

const KEYS = {
  n: () => page.narration && !page.narration.hidden && toggle(page["narration-details"]),
  p: () => player.toggle(),
  e: () => page.edit.hidden || page.edit.click(),
  s: () => toggle(page.share),
  x: () => page.export && toggle(page.export),
  l: () => toggle(page["log-details"]),
};

/** @param {HTMLDetailsElement} details */
function toggle(details) {
  details.open = !details.open;
  if (details.open) details.querySelector("summary").focus();
}

function show() {
  const { task } = model;
  page.badge.dataset.status = task.status;
  setText(page.badge, task.label);
  document.title = tabTitle(task);
  if (task.language) document.querySelector("h1").lang = task.language;
  showIcon(task);
  notifier?.show(task);
  filmstrip.show(task);
  player.show(task);
  page["video-actions"].hidden = task.status !== "completed"; // a scene can be played before
  showDownloads(page.downloads, task);
  showTags(task.tags ?? []);
  showWarnings(task.warnings ?? []);
  actions.show();
  if (page.narration) page.narration.hidden = !task.finished;
  showLog(task.status);
  page.queue.hidden = task.status !== "queued" || Boolean(task.deleted);
  showDeleted(task);
}

/** Opens what the scenes say; a scene's own field, if it is named. @param {number} [position] */
async function openNarration(position) {
  const { NarrationEditor } = await import("./narration-editor.js");
  narration ??= new NarrationEditor(page["narration-list"], task.id, (at) => filmstrip.hasPicture(at));
  page["narration-details"].open = true;
  if (position) narration.focus(position);
}

/** After success the log steps back behind the video, unless somebody reads it. @param {string} status */
function showLog(status) {
  if (status === shownStatus) return;
  if (status !== "completed") page["log-details"].open = true;
  else if (!page["log-details"].contains(document.activeElement)) page["log-details"].open = false;
  shownStatus = status;
}

/** Shows that the video was deleted, elsewhere maybe, with Undo. The text comes once the status element is there, so that it is read out. */
function showDeleted(/** @type {import("./types.d.ts").Task} */ { deleted }) {
  page.deleted.hidden = !deleted;
  setText(page["deleted-text"], deleted ? "This video was deleted." : "");
}

function tabTitle(/** @type {import("./types.d.ts").Task} */ { status, label, progress, title, deleted }) {
  if (deleted) return `Deleted: ${title}`;
  const sign = { queued: `${label}: `, running: `${percent(progress)} `, completed: "✓ ", failed: "✗ ", cancelled: "" }[status];
  return `${sign}${title}`;
}

/** The tab's icon, as a ring that fills. */
function showIcon({ status, progress }) {
  const reached = status === "running" ? Math.floor(progress * 20) * 5 : 0;
  const address = `${basePath}/icon/${status}-${reached}.svg`;
  if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}

/** Others may change them, too; what somebody types just now stays. @param {string[]} tags */
function showTags(tags) {
  const input = page["tags-form"].elements.tags;
  if (tags.join(", ") === shownTags) return;
  if (input.value === shownTags && document.activeElement !== input) input.value = tags.join(", ");
  shownTags = tags.join(", ");
}

function showWarnings(warnings) {
  page.warnings.hidden = warnings.length === 0;
  page["warning-list"].replaceChildren(
    ...warnings.map(({ message, hint, line }) => {
      const item = document.createElement("li");
      setTextWithCode(item, [line ? `Line ${line}: ${message}` : message, hint].filter(Boolean).join(" "));
      return item;
    }),
  );
}

const showSoon = soon(show);
model.addEventListener("change", () => (model.task.status === shownStatus ? showSoon() : show())); // in one frame with the progress: the page moves once
model.addEventListener("event", ({ detail: { id, data } }) => {
  log.add(id, data);
  timeline.event(id, data);
  attempts.event(data);
  if (data.type === "scene.rendered") filmstrip.scene(data);
});
model.addEventListener("reset", () => log.clear());
page["narration-details"]?.addEventListener("toggle", () => page["narration-details"].open && openNarration());
filmstrip.addEventListener("edit", ({ detail }) => openNarration(detail));
filmstrip.addEventListener("play", ({ detail: { position, title } }) => player.playScene(position, title));
player.addEventListener("next", ({ detail }) => filmstrip.play(detail));
player.addEventListener("scene", ({ detail }) => filmstrip.mark(detail));

document.querySelector("progress-indicator").follow(model);
localiseTimes();
enableCopying();
enableSharing(page.share);
page["tags-form"].addEventListener("submit", async (/** @type {SubmitEvent} */ submitted) => {
  submitted.preventDefault();
  const input = page["tags-form"].elements.tags;
  try {
    const { tags } = await putTags(task.id, input.value.split(","));
    input.value = tags.join(", ");
    setText(page["tags-status"], tags.length ? "Saved." : "Saved: it has no tags.");
  } catch (error) {
    setText(page["tags-status"], [error.message, error.hint].filter(Boolean).join(" "));
  }
});
closeOnEscape(page["video-actions"]);
enableKeyList([
  ["p", "Play or pause"],
  ["e", "Edit and make again"],
  ["s", "Share"],
  ["x", "Export"],
  ["n", "What the scenes say"],
  ["l", "Open or close the log"],
]);
addEventListener("keydown", (pressed) => {
  const act = isForPage(pressed) && !pressed.repeat && KEYS[pressed.key];
  if (!act) return;
  pressed.preventDefault();
  act();
});
show();
model.subscription.start();
