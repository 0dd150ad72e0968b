/** /: write a script, look at its storyboard, make the video. */
import { ApiError, submitTask } from "./api.js";
import { Choices, delivered } from "./choices.js";
import { localiseTimes, pageData, parts, setText, setTextWithCode } from "./dom.js";
import { dropDraft, loadDraft, saveDraft } from "./draft.js";
import { Editor } from "./editor.js";
import { allTasksFeed } from "./feed.js";
import { Files } from "./files.js";
import { Storyboard } from "./storyboard.js";
import { TaskRows } from "./task-rows.js";
import { typeIn } from "./typing.js";
import { duration } from "./words.js";

const PACE_MS = 200; // from one look at the storyboard to the next while somebody types; the first key is looked at at once
const PATIENCE_MS = 2000; // how long an answer is waited for that a newer text makes out of date
const CALM_MS = 1000; // after the last key: what is half written is no fault to complain of
const RETRY_MS = 3000;
const SCRIPTS = /\.(md|markdown|ya?ml|json)$/i;

const { tasks, samples, name: draftName, files: had, keep, faults } = pageData("page-data");
const page = parts(document.querySelector("main"));
const form = document.getElementById("script-form");
const { format, made_from: madeFrom, priority, once } = form.elements;
const given = JSON.parse(form.elements.options.value); // options that came with the script and have no choice here
const editor = new Editor(page.editor);
const choices = new Choices(page.choices);
const files = new Files(page.files);
const storyboard = new Storyboard(document.getElementById("storyboard"));
const gallery = document.getElementById("inserter");
const { close: closer } = parts(gallery);
const inserter = () => import("./inserter.js");
const original = { script: editor.textarea.defaultValue, format: delivered(format), options: choices.original, files: had };
let following; // the timer of the storyboard, which follows as one types
let complaining; // the timer of a fault, which waits until nobody types
let changedAt = 0;
let lookedAt = -Infinity;
let asked = 0; // as many changes has what the storyboard is asked of
let changes = 0; // what is sent again without one is the same video
let refused = false; // whether what is shown as the problem is why the script as it stands was not taken
let placement = null; // the module, once it was needed
let problem = null; // why the script would be refused, as far as is known

const written = () => ({ script: editor.text, format: format.value, options: { ...given, ...choices.chosen }, assets: files.assets });

/** Puts in what was kept. What was written or chosen while this page was loading stays, and Ctrl+Z brings back the draft's text. */
function takeDraft() {
  files.kept = had;
  const draft = keep ? null : loadDraft(draftName);
  if (!draft) return;
  const early = editor.text === original.script ? null : editor.text;
  if (format.value === original.format) format.value = draft.format ?? "";
  choices.chosen = { ...draft.options, ...choices.touched };
  files.kept = draft.files;
  const focused = document.activeElement;
  const { selectionStart, selectionEnd } = editor.textarea;
  editor.text = draft.script;
  if (early === null) return;
  editor.insert(early, 0, draft.script.length);
  editor.textarea.setSelectionRange(selectionStart, selectionEnd);
  focused.focus();
}

function changed() {
  changedAt = performance.now();
  changes += 1;
  const kept = saveDraft(draftName, { script: editor.text, format: format.value, options: choices.chosen, files: files.kept });
  setText(page.kept, kept ? "Kept in this browser" : "Not kept: this browser keeps nothing for this page");
  editor.writtenIn(format.value);
  showCount();
  refused = false;
  clearTimeout(complaining);
  follow();
}

/** Looks at the storyboard soon. What is being asked is answered first: an answer a key late is better than none while one types. */
function follow() {
  clearTimeout(following);
  following = setTimeout(look, lookedAt + (storyboard.asking ? PATIENCE_MS : PACE_MS) - performance.now());
}

function showCount() {
  const words = editor.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  setText(page.count, words ? `${words} ${words === 1 ? "word" : "words"}` : "Nothing written yet");
  page["start-over"].hidden = editor.text === original.script;
  page.insert.disabled = editor.format === "json";
}

function showProblem(problem) {
  page.problem.hidden = !problem;
  editor.showFaults((problem?.faults ?? []).filter(({ line }) => line));
  if (!problem) return;
  setText(page["problem-message"], problem.message);
  setTextWithCode(page["problem-hint"], problem.hint ?? "");
  page["problem-faults"].replaceChildren(...problem.faults.map((fault) => faultItem(fault, problem.message)));
}

function faultItem({ line, column, path, message }, said) {
  const item = document.createElement("li");
  if (line) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = `Go to line ${line}`;
    button.addEventListener("click", () => editor.goTo(line, column ?? 1));
    item.append(button, said.includes(message) ? "" : ` ${message}`);
  } else {
    item.append(path ? `${path}: ${message}` : message);
  }
  return item;
}

async function look() {
  clearTimeout(following);
  lookedAt = performance.now();
  const of = (asked = changes);
  if (!editor.text.trim()) {
    problem = null;
    storyboard.clear();
    showForecast(null);
    return showProblem(null);
  }
  try {
    const board = await storyboard.show({ ...written(), line: editor.line });
    if (!board) return;
    showBoard(board);
    if (of !== changes) follow();
  } catch (error) {
    storyboard.excuse(error.message);
    following = setTimeout(look, RETRY_MS);
  }
}

function showBoard(board) {
  problem = board.problem && new ApiError(board.problem);
  files.blame((problem?.faults ?? []).map(({ path }) => path?.match(/^assets\.(.*)/)?.[1]).filter(Boolean));
  if (asked === changes && !refused) calmly(problem);
  if (!board.scenes.length) return showForecast(null);
  choices.showInEffect(board.options);
  storyboard.mark(editor.line);
  showForecast(board);
}

/** Shows a fault, or that it is mended, when nobody types; says it to a screen reader once. */
function calmly(problem) {
  const show = () => {
    if (problem && page.problem.hidden) announce(problem.message);
    if (!problem && !page.problem.hidden) announce("The fault is mended.");
    showProblem(problem);
  };
  clearTimeout(complaining);
  if (problem) complaining = setTimeout(show, Math.max(0, CALM_MS - (performance.now() - changedAt)));
  else show();
}

function showForecast(board) {
  setText(page["switch-count"], board ? String(board.scenes.length) : "");
  setText(page.forecast, board ? `About ${duration(board.seconds)} long${inAbout(board.making_s)}` : "");
}

/** How long the making will take, no more exact than it can be known; nothing when it cannot. */
function inAbout(seconds) {
  if (!seconds) return "";
  return seconds < 8 ? ", made in a few seconds" : `, made in about ${duration(Math.round(seconds / 5) * 5)}`;
}

const announce = (words) => setText(page.announcer, words);

async function make() {
  if (files.sending) return announce("A file is still on its way.");
  page.make.disabled = true;
  setText(page.make, "Sending");
  if (problem) await look(); // it may be mended by now, a voice that was missing say
  if (problem) return complain(problem);
  try {
    const task = await submitTask(
      { ...written(), priority: Number(priority.value), ...(madeFrom.value && { made_from: madeFrom.value }) },
      `${once.value}-${changes}`,
    );
    location.assign(`/tasks/${encodeURIComponent(task.id)}`);
  } catch (error) {
    refused = true;
    complain(error);
  }
}

function complain(error) {
  clearTimeout(complaining);
  show("script");
  showProblem(error);
  page.problem.focus();
  ready();
}

function ready() {
  page.make.disabled = false;
  setText(page.make, "Make video");
}

/** On a narrow screen one sees either the script or the storyboard. */
function show(side) {
  page.desk.dataset.show = side;
  for (const button of page.switch.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === side));
}

/** One file that is a script becomes the script; the others are kept for it. */
async function takeFiles(taken) {
  const scripts = taken.filter(({ name }) => SCRIPTS.test(name));
  const script = scripts.length === 1 ? scripts[0] : null;
  if (script) {
    format.value = "";
    editor.insert(await script.text(), 0, editor.text.length);
    editor.goTo(1);
    announce(`${script.name} is the script now.`);
  }
  const others = taken.filter((file) => file !== script);
  // They belong where the caret is now, wherever it is when they have arrived.
  if (others.length) await files.add(others, editor.mark(script || !editor.touched ? editor.text.trimEnd().length : editor.textarea.selectionStart));
}

/**
 * Puts a file to use, on a line of its own near the place: a picture or a video as a scene, a sound as what is heard.
 * A file that the script names already is left as it is named. @returns {Promise<string>} what became of it, for people
 */
async function putIn({ name, media_type: type, order, mark }) {
  const { markdownName, namedAt, placeInJson, placeInMarkdown, placeInYaml } = await loadPlacement();
  const { text, format } = editor;
  if (namedAt(text, name, format) >= 0) return "the script names it already";
  const kind = type.startsWith("image/") ? "image" : type.startsWith("video/") ? "clip" : type.startsWith("audio/") && format === "markdown" ? "recording" : null;
  if (!kind) return "choose it to put its name in at the caret";
  const at = mark?.at ?? editor.textarea.selectionStart;
  const fields = { kind, file: name, alt: "" };
  const block = kind === "recording" ? `<!-- recording: ${name} -->` : `![](${markdownName(name)})`;
  // A picture that was added later stays behind this one, whichever arrives first.
  const isBefore = (line) => order === undefined || files.names.every((each) => namedAt(line, each, format) < 0 || files.orderOf(each) < order);
  const isEarlier = (item) => files.names.some((each) => namedAt(item, each, format) >= 0 && files.orderOf(each) >= 0 && files.orderOf(each) < order);
  const place = format === "yaml" ? placeInYaml(text, fields, at, isEarlier)
    : format === "json" ? placeInJson(text, fields, at, isEarlier)
      : placeInMarkdown(text, block, at, isBefore);
  if (!place) return "choose it to put its name in at the caret";
  editor.insertBeside(place.text, place.from, place.to);
  return "it is in the script";
}

/** Where files are put. Once loaded it is there before the next key, so that none of what is typed then is lost. */
async function loadPlacement() {
  return (placement ??= await import("./placement.js"));
}

/** What somebody asks for by choosing a file in the list: it is shown where the script names it, else put in; then it can be described. */
async function putToUse(file) {
  const { namedAt } = await loadPlacement();
  const before = namedAt(editor.text, file.name, editor.format);
  if (before < 0) await putIn({ ...file, mark: null });
  const at = before < 0 ? namedAt(editor.text, file.name, editor.format) : before;
  if (at < 0) return editor.insert(file.name);
  const caret = editor.text.startsWith("](", at) ? at : editor.text.indexOf("\n", at) < 0 ? editor.text.length : editor.text.indexOf("\n", at);
  editor.goToOffset(caret);
}

form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  make();
});
form.addEventListener("keydown", (key) => {
  if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) form.requestSubmit();
});
format.addEventListener("change", changed);
choices.addEventListener("change", changed);
priority.addEventListener("change", () => (changes += 1));
choices.addEventListener("silent", ({ detail }) => announce(`The voice ${detail} cannot be heard just now.`));
editor.addEventListener("change", changed);
editor.addEventListener("caret", ({ detail }) => storyboard.mark(detail));
storyboard.addEventListener("drawing", ({ detail }) => {
  showBoard(detail);
  if (asked === changes) return;
  storyboard.cancel();
  follow();
});
storyboard.addEventListener("line", ({ detail }) => {
  show("script");
  editor.goTo(detail);
});
files.addEventListener("change", changed);
let placing = Promise.resolve(); // one after the other: each looks at the text as the one before left it
files.addEventListener("added", ({ detail }) => {
  placing = placing.then(() => putIn(detail)).then((became) => announce(`${detail.name} is added: ${became}.`));
});
files.addEventListener("same", ({ detail }) => announce(`${detail} is there already.`));
files.addEventListener("chosen", ({ detail }) => putToUse(detail));
files.addEventListener("refused", ({ detail }) => announce(detail));
page.switch.addEventListener("click", (click) => {
  const side = click.target.closest("[data-show]")?.dataset.show;
  if (side) show(side);
});
page.insert.addEventListener("click", () => gallery.showModal());
gallery.addEventListener("click", ({ target }) => {
  if (target === gallery || target === closer) gallery.close(); // beside it
  const sample = samples.find(({ kind }) => kind === target.closest("[data-kind]")?.dataset.kind);
  if (!sample) return;
  gallery.close();
  inserter().then(({ insertSample }) => insertSample(editor, sample));
  announce(`${sample.label} is inserted.`);
});
page["add-files"].addEventListener("click", () => page["file-input"].click());
page["file-input"].addEventListener("change", () => {
  takeFiles([...page["file-input"].files]);
  page["file-input"].value = "";
});
editor.textarea.addEventListener("paste", (paste) => {
  const pasted = [...paste.clipboardData.files];
  if (!pasted.length || paste.clipboardData.types.includes("text/plain")) return; // cells of a table come as text and as a picture
  paste.preventDefault();
  takeFiles(pasted);
});
for (const kind of ["dragenter", "dragover"]) {
  page.sheet.addEventListener(kind, (drag) => {
    if (!drag.dataTransfer.types.includes("Files")) return;
    drag.preventDefault();
    page["drop-here"].hidden = false;
  });
}
page.sheet.addEventListener("dragleave", (drag) => {
  if (!page.sheet.contains(drag.relatedTarget)) page["drop-here"].hidden = true;
});
page.sheet.addEventListener("drop", (drop) => {
  page["drop-here"].hidden = true;
  if (!drop.dataTransfer.files.length) return;
  drop.preventDefault();
  takeFiles([...drop.dataTransfer.files]);
});
page["start-over"].addEventListener("click", () => {
  format.value = original.format;
  choices.chosen = { ...Object.fromEntries(Object.keys(choices.chosen).map((name) => [name, ""])), ...original.options };
  files.kept = original.files;
  editor.insert(original.script, 0, editor.text.length); // so that Ctrl+Z brings back what was there
  editor.goTo(1);
  clearTimeout(following);
  look();
  dropDraft(draftName);
  setText(page.kept, "");
});
addEventListener("keydown", (key) => {
  if (key.key !== "Escape" || !page.examples.open) return;
  if (page.examples.contains(document.activeElement)) page.examples.querySelector("summary").focus();
  page.examples.open = false;
});
addEventListener("click", (click) => {
  if (!page.examples.contains(click.target)) page.examples.open = false;
});
// A page that comes back from the back-forward cache still says "Sending"; another one may have got back another text.
addEventListener("pageshow", () => {
  changes += 1;
  ready();
  editor.refresh();
});

takeDraft();
editor.writtenIn(format.value);
typeIn(editor);
showCount();
editor.showFaults(faults.filter(({ line }) => line));
for (const part of ["insert", "add-files", "switch"]) page[part].hidden = false;
show("script");
look();
const line = Number(location.hash.match(/^#L(\d+)$/)?.[1]);
if (line) editor.goTo(line);

const feed = allTasksFeed();
new TaskRows(document.getElementById("recent"), tasks, 6).follow(feed);
localiseTimes();
feed.start();
