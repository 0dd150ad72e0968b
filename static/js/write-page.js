/** /: write a script, preview its storyboard, submit the video. */
import { basePath } from "./base-path.js";
import { ApiError, submitTask } from "./api.js";
import { OptionsPanel, initialValue } from "./options-panel.js";
import { localiseTimes, pageData, parts, setText, setTextWithCode } from "./dom.js";
import { dropDraft, loadDraft, saveDraft } from "./draft.js";
import { ServerDraft } from "./server-draft.js";
import { Editor } from "./editor.js";
import { AssetList } from "./asset-list.js";
import { enableFileDrop } from "./file-drop.js";
import { Storyboard } from "./storyboard.js";
import { enableEditorKeys } from "./editor-keys.js";
import { duration } from "./formats.js";
import { enableKeyList } from "./key-list.js";

const PREVIEW_MS = 200; // between requests for the storyboard while somebody types; the first key is answered at once
const OUTDATED_MS = 2000; // how long to wait for an answer that a newer text makes out of date
const IDLE_MS = 1000; // after the last key: half a word is no problem to report
const RETRY_MS = 3000;

const { tasks, name: draftName, files: initialFiles, ignore_draft: ignoreDraft, draft: knownDraft, diagnostics } = pageData("page-data");
const page = parts(document.querySelector("main"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("script-form"));
const { format, made_from: madeFrom, priority, run_at: runAt, after, lock, once, options: submittedOptions } = /** @type {any} */ (form.elements);
const given = JSON.parse(submittedOptions.value); // options that came with the script and have no choice here
const editor = new Editor(page.editor);
const options = new OptionsPanel(page.options);
const files = new AssetList(page.files);
const storyboard = new Storyboard(document.getElementById("storyboard"));
const original = { script: editor.textarea.defaultValue, format: initialValue(format), options: options.original, files: initialFiles };
let previewTimer; // of the next request for the storyboard
let problemTimer; // of a problem, which is shown when nobody types
let changedAt = 0;
let previewedAt = -Infinity;
let previewed = 0; // `changes` as of the last request for the storyboard
let changes = 0; // how often anything was changed: what is sent again without a change is the same video
let refused = false; // whether what is shown as the problem is why the script as it stands was not taken
let findBar = null; // made when it is first asked for
let addedFiles = null; // made with the first file
let problem = null; // why the script would be refused, as far as is known

const serverDraft = new ServerDraft(submission);
let isRestoring = false; // what comes from the server is no change to be sent there

function submission() {
  return { script: editor.text, format: format.value, options: { ...given, ...options.chosen }, assets: files.assets };
}

/** Restores the draft. What was typed or chosen while this page was loading stays, and Ctrl+Z brings back the draft's text. */
function restoreDraft() {
  files.files = initialFiles;
  options.offerMusic(files.sounds);
  const stored = ignoreDraft ? null : loadDraft(draftName);
  // What the server has is newer than what this browser has sent.
  const draft = knownDraft && !(stored?.dirty && stored.server?.revision === knownDraft.revision) ? null : stored;
  const known = knownDraft ?? draft?.server;
  if (known?.id) serverDraft.resume(known, Boolean(draft?.dirty));
  const early = editor.text === original.script ? null : editor.text;
  const chosenEarly = format.value !== original.format || Object.keys(options.changed).length > 0;
  if (!draft) {
    if (early !== null || chosenEarly) storeDraft(); // nobody was there to hear of it
    return;
  }
  if (format.value === original.format) format.value = draft.format ?? "";
  files.files = draft.files;
  options.offerMusic(files.sounds);
  options.chosen = { ...draft.options, ...options.changed };
  const focused = /** @type {HTMLElement} */ (document.activeElement);
  const { selectionStart, selectionEnd } = editor.textarea;
  editor.text = draft.script;
  if (chosenEarly) storeDraft();
  if (early === null) return;
  editor.insert(early, 0, draft.script.length);
  editor.textarea.setSelectionRange(selectionStart, selectionEnd);
  focused.focus();
}

function storeDraft() {
  serverDraft.changed();
  const saved = storeHere();
  showSaved(saved ? "Saved in this browser" : "Not saved yet");
}

function storeHere() {
  const { id, revision, dirty } = serverDraft;
  const content = { script: editor.text, format: format.value, options: options.chosen, files: files.files };
  return saveDraft(draftName, { ...content, server: { id, revision }, dirty });
}

/** Says where the draft is; once the server has it that is an address. @param {string} text */
function showSaved(text) {
  setText(page.saved, text);
  page.versions.hidden = !serverDraft.id;
  if (serverDraft.id) page.saved.href = `${basePath}/?draft=${encodeURIComponent(serverDraft.id)}`;
  else page.saved.removeAttribute("href");
}

/** Shows a script that the server has, of somebody else or of another version; Ctrl+Z brings back what was here. */
function showContent({ script, format: written, options: chosen, assets }) {
  format.value = written;
  options.chosen = { ...Object.fromEntries(Object.keys(options.chosen).map((name) => [name, ""])), ...chosen };
  files.files = Object.fromEntries(assets.map(({ name, ...file }) => [name, file]));
  options.offerMusic(files.sounds);
  editor.replace(script);
}

function showTheirs(draft) {
  isRestoring = true;
  showContent(draft);
  isRestoring = false;
  page.conflict.hidden = true;
  storeHere();
  showSaved("Saved");
  announce("Somebody else has changed the draft: it is shown as it is now.");
}

/** Who else has the draft open. */
function showPresence({ others, editing }) {
  const people = (count) => (count === 1 ? "Somebody else" : `${count} others`);
  setText(page.presence, editing ? `${people(editing)} edits this draft` : others ? `${people(others)} has this draft open` : "");
}

async function openVersions() {
  const { showVersions } = await import("./draft-versions.js");
  showVersions(serverDraft, (version) => {
    showContent(version);
    announce(`Version ${version.number} is restored.`);
  });
}

function changed() {
  changedAt = performance.now();
  changes += 1;
  if (!isRestoring) storeDraft();
  editor.setFormat(format.value);
  showCount();
  refused = false;
  clearTimeout(problemTimer);
  previewSoon();
}

/** Refreshes the storyboard soon. A request under way is answered first: a storyboard one key late is better than none while somebody types. */
function previewSoon() {
  clearTimeout(previewTimer);
  previewTimer = setTimeout(preview, previewedAt + (storyboard.loading ? OUTDATED_MS : PREVIEW_MS) - performance.now());
}

function showCount() {
  const count = editor.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  setText(page.count, count ? `${count} ${count === 1 ? "word" : "words"}` : "No words yet");
  page["start-over"].hidden = editor.text === original.script;
  page.insert.disabled = editor.format === "json";
}

function showProblem(problem) {
  page.problem.hidden = !problem;
  editor.showDiagnostics((problem?.faults ?? []).filter(({ line }) => line));
  if (!problem) return;
  setText(page["problem-message"], problem.message);
  setTextWithCode(page["problem-hint"], problem.hint ?? "");
  page["problem-diagnostics"].replaceChildren(...problem.faults.map((diagnostic) => diagnosticItem(diagnostic, problem.message)));
}

function diagnosticItem({ line, column, path, message }, summary) {
  const item = document.createElement("li");
  if (line) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = `Go to line ${line}`;
    button.addEventListener("click", () => editor.goTo(line, column ?? 1));
    item.append(button, summary.includes(message) ? "" : ` ${message}`);
  } else {
    item.append(path ? `${path}: ${message}` : message);
  }
  return item;
}

async function preview() {
  clearTimeout(previewTimer);
  previewedAt = performance.now();
  const version = (previewed = changes);
  if (!editor.text.trim()) {
    problem = null;
    storyboard.clear();
    showForecast(null);
    return showProblem(null);
  }
  try {
    const board = await storyboard.show({ ...submission(), line: editor.line });
    if (!board) return;
    showBoard(board);
    if (version !== changes) previewSoon();
  } catch (error) {
    storyboard.showUnavailable(error.message);
    previewTimer = setTimeout(preview, RETRY_MS);
  }
}

function showBoard(board) {
  problem = board.problem && new ApiError(board.problem);
  files.markMissing((problem?.faults ?? []).map(({ path }) => path?.match(/^assets\.(.*)/)?.[1]).filter(Boolean));
  if (previewed === changes && !refused) showProblemWhenIdle(problem);
  if (!board.scenes.length) return showForecast(null);
  options.showInEffect(board.options);
  storyboard.mark(editor.line);
  showForecast(board);
}

/** Shows a problem, or that it is gone, when nobody types; announces it once. */
function showProblemWhenIdle(problem) {
  const show = () => {
    if (problem && page.problem.hidden) announce(problem.message);
    if (!problem && !page.problem.hidden) announce("The problem is fixed.");
    showProblem(problem);
  };
  clearTimeout(problemTimer);
  if (problem) problemTimer = setTimeout(show, Math.max(0, IDLE_MS - (performance.now() - changedAt)));
  else show();
}

function showForecast(board) {
  const warnings = board?.warnings?.length ?? 0;
  const warned = warnings ? `, ${warnings} warning${warnings > 1 ? "s" : ""}` : "";
  setText(page["switch-count"], board ? `${board.scenes.length}${warned}` : "");
  setText(page.forecast, board ? `About ${duration(board.seconds)} long${renderingTime(board.making_s)}` : "");
}

/** How long rendering will take, no more exact than it can be known; nothing when it cannot. */
function renderingTime(seconds) {
  if (!seconds) return "";
  return seconds < 8 ? ", rendered in a few seconds" : `, rendered in about ${duration(Math.round(seconds / 5) * 5)}`;
}

const announce = (text) => setText(page.announcer, text);

/** When the video starts. */
const start = () => ({
  priority: Number(priority.value),
  ...(runAt.value && { run_at: new Date(runAt.value).toISOString() }),
  ...(after.value && { after: [after.value] }),
  ...(lock.value && { lock: lock.value }),
});

async function submit() {
  if (files.uploading) return announce("A file is still being uploaded.");
  page.submit.disabled = true;
  setText(page.submit, "Sending");
  if (problem) await preview(); // it may be gone by now: a voice was installed, say
  if (problem) return showRefusal(problem);
  try {
    const task = await submitTask(
      { ...submission(), ...start(), ...(madeFrom.value && { made_from: madeFrom.value }) },
      `${once.value}-${changes}`,
    );
    await serverDraft.submitted(task.id).catch(() => {}); // the video is made all the same
    location.assign(`${basePath}/tasks/${encodeURIComponent(task.id)}`);
  } catch (error) {
    refused = true;
    showRefusal(error);
  }
}

function showRefusal(error) {
  clearTimeout(problemTimer);
  show("script");
  showProblem(error);
  page.problem.focus();
  ready();
}

function ready() {
  page.submit.disabled = false;
  setText(page.submit, "Make video");
}

/** A narrow screen shows either the script or the storyboard. */
function show(side) {
  page.workspace.dataset.show = side;
  for (const button of page.switch.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === side));
}

/** What is done with files, once its module is there. */
async function loadAddedFiles() {
  const { AddedFiles } = await import("./added-files.js");
  const setFormat = (name) => (format.value = name);
  const showFileProblem = (error) => {
    refused = true; // or the next preview, which knows nothing of the file, would hide it
    showProblem(error);
  };
  return (addedFiles ??= new AddedFiles(editor, files, options, page["import-notes"], { setFormat, announce, showProblem: showFileProblem }));
}

const addFiles = async (added) => (await loadAddedFiles()).add(added);

async function openFind() {
  const { FindBar } = await import("./find-replace.js");
  findBar ??= new FindBar(editor, page["find-bar"]);
  findBar.open();
}

form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  submit();
});
form.addEventListener("keydown", (key) => {
  const command = (key.ctrlKey || key.metaKey) && !key.altKey && !key.shiftKey;
  if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) form.requestSubmit();
  else if (command && (key.key === "h" || key.key === "f") && page.draft.contains(key.target)) {
    key.preventDefault();
    openFind();
  }
});
format.addEventListener("change", changed);
options.addEventListener("change", changed);
for (const field of [priority, runAt, after, lock]) field.addEventListener("change", () => (changes += 1));
options.addEventListener("unavailable", ({ detail }) => announce(`The voice ${detail} cannot be played just now.`));
editor.addEventListener("change", changed);
editor.addEventListener("caret", ({ detail }) => storyboard.mark(detail));
storyboard.addEventListener("drawing", ({ detail }) => {
  showBoard(detail);
  if (previewed === changes) return;
  storyboard.cancel();
  previewSoon();
});
serverDraft.addEventListener("saved", () => {
  storeHere();
  showSaved("Saved");
});
serverDraft.addEventListener("conflict", () => {
  page.conflict.hidden = false;
  showSaved("Not saved yet");
});
serverDraft.addEventListener("theirs", ({ detail }) => showTheirs(detail));
serverDraft.addEventListener("presence", ({ detail }) => showPresence(detail));
page["keep-mine"].addEventListener("click", () => {
  page.conflict.hidden = true;
  serverDraft.keepMine();
  editor.textarea.focus();
});
page["take-theirs"].addEventListener("click", () => {
  serverDraft.takeTheirs();
  editor.textarea.focus();
});
page.versions.addEventListener("click", openVersions);
page.languages.addEventListener("click", async () => {
  const { openLanguages } = await import("./languages-panel.js");
  openLanguages({
    draftId: () => serverDraft.saved(),
    submission: () => ({ ...submission(), ...start() }),
    goTo: (section) => editor.goToOffset(Math.max(0, editor.text.indexOf(section))),
    language: options.language,
    chooseLanguage: (tag) => options.chooseLanguage(tag),
  });
});
storyboard.addEventListener("play", async ({ detail }) => {
  const { playScene } = await import("./scene-player.js");
  playScene(submission, detail, (script) => editor.replace(script));
});
storyboard.addEventListener("move", async ({ detail }) => {
  const { moveScene } = await import("./scene-move.js");
  announce(await moveScene(editor, storyboard, detail));
});
storyboard.addEventListener("line", ({ detail }) => {
  show("script");
  editor.goTo(detail);
});
files.addEventListener("change", () => {
  options.offerMusic(files.sounds);
  changed();
});
files.addEventListener("added", async ({ detail }) => {
  const added = await loadAddedFiles();
  announce(`${detail.name} is added: ${added.insert(detail)}.`);
});
files.addEventListener("duplicate", ({ detail }) => announce(`${detail} is there already.`));
files.addEventListener("chosen", async ({ detail }) => (await loadAddedFiles()).goTo(detail));
files.addEventListener("refused", ({ detail }) => announce(detail));
page.switch.addEventListener("click", (click) => {
  const side = click.target.closest("[data-show]")?.dataset.show;
  if (side) show(side);
});
page.insert.addEventListener("click", async () => {
  const { openGallery } = await import("./scene-gallery.js");
  openGallery(editor, announce);
});
page["import-close"].addEventListener("click", () => {
  page["import-notes"].hidden = true;
  editor.textarea.focus();
});
page["open-find"].addEventListener("click", openFind);
page["add-files"].addEventListener("click", () => page["file-input"].click());
page.many.addEventListener("click", async () => {
  const { openSetMaker } = await import("./set-maker.js");
  openSetMaker(() => ({ ...submission(), ...start() }));
});
page.assist?.addEventListener("click", async () => {
  const { openAssistant } = await import("./assist-panel.js");
  const use = (script) => {
    editor.replace(script);
    editor.textarea.focus();
  };
  openAssistant(submission, use, page.assist.dataset);
});
page["file-input"].addEventListener("change", () => {
  addFiles([...page["file-input"].files]);
  page["file-input"].value = "";
});
enableFileDrop(page.draft, page["drop-here"], editor.textarea, addFiles);
page["start-over"].addEventListener("click", () => {
  format.value = original.format;
  options.chosen = { ...Object.fromEntries(Object.keys(options.chosen).map((name) => [name, ""])), ...original.options };
  files.files = original.files;
  options.offerMusic(files.sounds);
  editor.insert(original.script, 0, editor.text.length); // so that Ctrl+Z brings back what was there
  editor.goTo(1);
  clearTimeout(previewTimer);
  preview();
  serverDraft.leave();
  dropDraft(draftName);
  showSaved("");
});
addEventListener("keydown", (key) => {
  if (key.key !== "Escape" || !page.examples.open) return;
  if (page.examples.contains(document.activeElement)) page.examples.querySelector("summary").focus();
  page.examples.open = false;
});
addEventListener("click", (click) => {
  if (!page.examples.contains(click.target)) page.examples.open = false;
});
// A page from the back-forward cache still shows "Sending", and its text may have been restored.
addEventListener("pageshow", () => {
  changes += 1;
  ready();
  editor.refresh();
});

restoreDraft();
editor.setFormat(format.value);
enableEditorKeys(editor);
showSaved(knownDraft ? "Saved" : page.saved.textContent);
showCount();
editor.showDiagnostics(diagnostics.filter(({ line }) => line));
for (const part of ["insert", "add-files", "many", "assist", "languages", "open-find", "switch"]) if (page[part]) page[part].hidden = false;
show("script");
preview();
const line = Number(location.hash.match(/^#L(\d+)$/)?.[1]);
if (line) editor.goTo(line);

enableKeyList([
  ["Ctrl + Enter", "Make the video"],
  ["Ctrl + F", "Find and replace in the script"],
  ["Ctrl + B", "Strong"],
  ["Ctrl + I", "Emphasis"],
  ["Tab", "Indent a list or code"],
  ["Alt + ↑", "Move the scene up that has the focus"],
  ["Alt + ↓", "Move it down"],
]);
localiseTimes();
const followRecent = () => import("./recent-tasks.js").then(({ followRecentTasks }) => followRecentTasks(document.getElementById("recent"), tasks, 6));
if (document.readyState === "complete") followRecent();
else addEventListener("load", followRecent);
