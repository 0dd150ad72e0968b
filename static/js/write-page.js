/** /: write a script, look at its storyboard, make the video. */
import { submitTask } from "./api.js";
import { localiseTimes, pageData, parts, setText, setTextWithCode } from "./dom.js";
import { dropDraft, loadDraft, saveDraft } from "./draft.js";
import { Editor } from "./editor.js";
import { allTasksFeed } from "./feed.js";
import { Storyboard } from "./storyboard.js";
import { TaskRows } from "./task-rows.js";

const FOLLOW_MS = 700;
const WORDS_A_MINUTE = 150;

const { tasks, starter, keep, faults } = pageData("page-data");
const page = parts(document.querySelector("main"));
const form = document.getElementById("script-form");
const { format, voice } = form.elements;
const editor = new Editor(page.editor);
const storyboard = new Storyboard(document.getElementById("storyboard"));
let following; // the timer of the storyboard, which follows as one types
let refused = false; // whether what is shown as the problem is why the script as it stands was not taken

const written = () => ({ script: editor.text, format: format.value, options: voice.value ? { voice: voice.value } : {} });

function takeDraft() {
  const draft = keep ? null : loadDraft();
  if (!draft) return;
  editor.text = draft.script;
  if (draft.format) format.value = draft.format;
  if (draft.voice && [...voice.options].some(({ value, disabled }) => value === draft.voice && !disabled)) voice.value = draft.voice;
}

function changed() {
  saveDraft({ script: editor.text, format: format.value, voice: voice.value });
  showCount();
  refused = false;
  storyboard.cancel();
  clearTimeout(following);
  following = setTimeout(look, FOLLOW_MS);
}

function showCount() {
  const words = editor.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  const minutes = words / WORDS_A_MINUTE;
  const length = minutes < 1 ? "under a minute" : `about ${Math.round(minutes)} min`;
  setText(page.count, words ? `${words} ${words === 1 ? "word" : "words"}, ${length} when spoken` : "Nothing written yet");
  page["start-over"].hidden = editor.text === starter;
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
  if (!editor.text.trim()) return storyboard.clear();
  try {
    if ((await storyboard.show(written())) && !refused) showProblem(null);
  } catch (error) {
    if (error.status === 422) showProblem(error);
    else storyboard.excuse(error.message);
  }
}

async function make() {
  page.make.disabled = true;
  setText(page.make, "Sending");
  try {
    const task = await submitTask(written());
    location.assign(`/tasks/${encodeURIComponent(task.id)}`);
  } catch (error) {
    refused = true;
    showProblem(error);
    page.problem.scrollIntoView({ block: "nearest" });
    page.make.disabled = false;
    setText(page.make, "Make video");
  }
}

form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  make();
});
form.addEventListener("keydown", (key) => {
  if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) form.requestSubmit();
});
format.addEventListener("change", changed);
voice.addEventListener("change", changed);
editor.addEventListener("change", changed);
storyboard.addEventListener("line", ({ detail }) => editor.goTo(detail));
page.look.addEventListener("click", look);
page["start-over"].addEventListener("click", () => {
  dropDraft();
  editor.text = starter;
  editor.textarea.focus();
});
// A page that comes back from the back-forward cache still says "Sending".
addEventListener("pageshow", () => {
  page.make.disabled = false;
  setText(page.make, "Make video");
});

takeDraft();
showCount();
editor.showFaults(faults.filter(({ line }) => line));
page.look.hidden = false;
if (faults.length === 0) look();
const line = Number(location.hash.match(/^#L(\d+)$/)?.[1]);
if (line) editor.goTo(line);

const feed = allTasksFeed();
new TaskRows(document.getElementById("recent"), tasks, 6).follow(feed);
localiseTimes();
feed.start();
