/** /: write a script, preview its storyboard, submit the video. */
import { basePath } from "./base-path.js";
import { ApiError, submitTask } from "./api.js";
import { OptionsPanel, initialValue } from "./options-panel.js";
import { localiseTimes, pageData, parts, setText, setTextWithCode } from "./dom.js";
import { dropDraft, loadDraft, saveDraft } from "./draft.js";
import { ServerDraft } from "./server-draft.js";
import { Editor } from "./editor.js";
import { AssetList } from "./asset-list.js";
import { Storyboard } from "./storyboard.js";
import { enableEditorKeys } from "./editor-keys.js";
import { duration } from "./formats.js";
import { enableKeyList } from "./key-list.js";

const PREVIEW_MS = 200; // between requests for the storyboard while somebody types; the first key is answered at once
const OUTDATED_MS = 2000; // how long to wait for an answer that a newer text makes out of date
const IDLE_MS = 1000; // after the last key: half a word is no problem to report
const RETRY_MS = 3000;
const DOCUMENTS = /\.(pptx|pptm|ppsx|ppsm|potx|odp|pdf|docx|ipynb|html?)$/i;
const THEMES = /\.ya?ml$/i;
const SCRIPTS = /\.(md|markdown|ya?ml|json)$/i;

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
let placement = null; // the module, once it was needed
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
  replaceScript(script);
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
  setText(page["switch-count"], board ? String(board.scenes.length) : "");
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

/** A document becomes the script, with its pictures as files; Ctrl+Z brings back the text that was there. */
async function importDocument(file) {
  announce(`${file.name} is being imported.`);
  const imported = await files.import(file);
  if (!imported) return;
  format.value = "markdown";
  editor.insert(imported.script, 0, editor.text.length);
  editor.goTo(1);
  const { warnings } = imported;
  page["import-notes"].hidden = false;
  setText(page["import-summary"], `${file.name} is the script now. Ctrl + Z brings back what was here.${warnings.length ? " Not shown as it was:" : ""}`);
  page["import-warnings"].replaceChildren(...warnings.map(({ place, message }) => {
    const item = document.createElement("li");
    item.textContent = place ? `${place}: ${message}` : message;
    return item;
  }));
  announce(`${file.name} is the script now, with ${warnings.length} ${warnings.length === 1 ? "warning" : "warnings"}.`);
}

/** Keeps a theme and chooses it. @param {File} file */
async function addTheme(file, uploadTheme) {
  try {
    const theme = await uploadTheme(file);
    options.addTheme(theme);
    announce(`The theme ${theme.name} is chosen.`);
  } catch (error) {
    // A fault's line is one of the theme's file, not of the script's; the message names it.
    showProblem(new ApiError({ ...error, detail: `${file.name}: ${error.message}`, faults: [] }));
  }
}

/** A file with the colours of a theme becomes a theme, one that is a script or another document the script; the others become its assets. */
async function addFiles(added) {
  if (added.some(({ name }) => THEMES.test(name))) {
    const { isTheme, uploadTheme } = await import("./theme-upload.js");
    const others = [];
    for (const file of added) {
      if (THEMES.test(file.name) && (await isTheme(file))) await addTheme(file, uploadTheme);
      else others.push(file);
    }
    if (!others.length) return;
    added = others;
  }
  const documentFile = added.find(({ name }) => DOCUMENTS.test(name));
  if (documentFile) {
    await importDocument(documentFile);
    added = added.filter((file) => file !== documentFile && !SCRIPTS.test(file.name));
    if (!added.length) return;
  }
  const scripts = added.filter(({ name }) => SCRIPTS.test(name));
  const script = scripts.length === 1 ? scripts[0] : null;
  if (script) {
    format.value = "";
    editor.insert(await script.text(), 0, editor.text.length);
    editor.goTo(1);
    announce(`${script.name} is the script now.`);
  }
  const others = added.filter((file) => file !== script);
  // They belong at the caret's present position, wherever it is when they have been uploaded.
  if (others.length) await files.add(others, editor.mark(script || !editor.touched ? editor.text.trimEnd().length : editor.textarea.selectionStart));
}

/**
 * Inserts a file on a line of its own: a picture or a video as a scene, a sound as a recording. A file that the script names already is not
 * inserted again. @returns {Promise<string>} what was done, for people
 */
async function insertFile({ name, media_type: type, order, mark }) {
  const { markdownName, namedAt, placeInJson, placeInMarkdown, placeInYaml } = await loadPlacement();
  const { text, format } = editor;
  if (namedAt(text, name, format) >= 0) return "the script names it already";
  const kind = type.startsWith("image/") ? "image" : type.startsWith("video/") ? "clip" : type.startsWith("audio/") && format === "markdown" ? "recording" : null;
  if (!kind) return "choose it to insert its name at the caret";
  const at = mark?.at ?? editor.textarea.selectionStart;
  const fields = { kind, file: name, alt: "" };
  const block = kind === "recording" ? `<!-- recording: ${name} -->` : `![](${markdownName(name)})`;
  // A picture that was added later stays after this one, whichever is uploaded first.
  const isBefore = (line) => order === undefined || files.names.every((other) => namedAt(line, other, format) < 0 || files.orderOf(other) < order);
  const isEarlier = (item) => files.names.some((other) => namedAt(item, other, format) >= 0 && files.orderOf(other) >= 0 && files.orderOf(other) < order);
  const insertion = format === "yaml" ? placeInYaml(text, fields, at, isEarlier)
    : format === "json" ? placeInJson(text, fields, at, isEarlier)
      : placeInMarkdown(text, block, at, isBefore);
  if (!insertion) return "choose it to insert its name at the caret";
  editor.insertInBackground(insertion.text, insertion.from, insertion.to);
  return "it is in the script";
}

/** The module that finds where files are inserted. Once loaded it answers before the next key, so that nothing typed then is lost. */
async function loadPlacement() {
  return (placement ??= await import("./placement.js"));
}

/** Puts a text in the place of the script's, by its difference: the caret stays, and Ctrl+Z brings the other back. @param {string} text */
function replaceScript(text) {
  const before = editor.text;
  let head = 0;
  while (head < before.length && before[head] === text[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(before.length, text.length) - head && before.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  editor.insertInBackground(text.slice(head, text.length - tail), head, before.length - tail);
}

/** Moves a scene to the place of another one, in the script and in the storyboard. */
const DRAWN_WITHIN = 100; // of 50 ms each: so long a move waits for the storyboard of what was just written
const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

async function moveScene({ from, to, of }) {
  const order = await import("./script-order.js");
  const text = editor.text;
  for (let tries = 0; tries < DRAWN_WITHIN && !storyboard.beginsIn(text) && editor.text === text; tries++) await pause(50);
  const begins = storyboard.beginsIn(editor.text);
  if (begins?.length !== of) return announce("The storyboard is being drawn. Try again in a moment.");
  const moved = order.moveScene(editor.text, begins, from, to, editor.format);
  if (!moved) return announce(editor.format === "json" ? "Scenes of a JSON script are moved in its text." : "The scene cannot go there.");
  storyboard.reorder(moved);
  replaceScript(moved.text);
  announce(`The scene is number ${moved.order.indexOf(from) + 1} now.`);
}

async function openFind() {
  const { FindBar } = await import("./find-replace.js");
  findBar ??= new FindBar(editor, page["find-bar"]);
  findBar.open();
}

/** For a file that is clicked in the list: selects where the script names it, or inserts it there; then it can be described. */
async function goToFile(file) {
  const { namedAt } = await loadPlacement();
  const known = namedAt(editor.text, file.name, editor.format);
  if (known < 0) await insertFile({ ...file, mark: null });
  const at = known < 0 ? namedAt(editor.text, file.name, editor.format) : known;
  if (at < 0) return editor.insert(file.name);
  const caret = editor.text.startsWith("](", at) ? at : editor.text.indexOf("\n", at) < 0 ? editor.text.length : editor.text.indexOf("\n", at);
  editor.goToOffset(caret);
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
  playScene(submission, detail, replaceScript);
});
storyboard.addEventListener("move", ({ detail }) => moveScene(detail));
storyboard.addEventListener("line", ({ detail }) => {
  show("script");
  editor.goTo(detail);
});
files.addEventListener("change", () => {
  options.offerMusic(files.sounds);
  changed();
});
let inserting = Promise.resolve(); // one after the other: each reads the text as the one before left it
files.addEventListener("added", ({ detail }) => {
  inserting = inserting.then(() => insertFile(detail)).then((done) => announce(`${detail.name} is added: ${done}.`));
});
files.addEventListener("duplicate", ({ detail }) => announce(`${detail} is there already.`));
files.addEventListener("chosen", ({ detail }) => goToFile(detail));
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
    replaceScript(script);
    editor.textarea.focus();
  };
  openAssistant(submission, use, page.assist.dataset);
});
page["file-input"].addEventListener("change", () => {
  addFiles([...page["file-input"].files]);
  page["file-input"].value = "";
});
editor.textarea.addEventListener("paste", (paste) => {
  const pasted = [...paste.clipboardData.files];
  if (!pasted.length || paste.clipboardData.types.includes("text/plain")) return; // cells of a table come as text and as a picture
  paste.preventDefault();
  addFiles(pasted);
});
for (const kind of ["dragenter", "dragover"]) {
  page.draft.addEventListener(kind, (drag) => {
    if (!drag.dataTransfer.types.includes("Files")) return;
    drag.preventDefault();
    page["drop-here"].hidden = false;
  });
}
page.draft.addEventListener("dragleave", (drag) => {
  if (!page.draft.contains(drag.relatedTarget)) page["drop-here"].hidden = true;
});
page.draft.addEventListener("drop", (drop) => {
  page["drop-here"].hidden = true;
  if (!drop.dataTransfer.files.length) return;
  drop.preventDefault();
  addFiles([...drop.dataTransfer.files]);
});
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
