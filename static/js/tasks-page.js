/** /tasks: the library, live; it is searched as one types, and each search has an address of its own. */
import { basePath } from "./base-path.js";
import { showConnection } from "./connection-status.js";
import { enableKeyList, isForPage } from "./key-list.js";
import { elements, localiseTimes, pageData, parts, setText } from "./dom.js";
import { subscribeToAllTasks } from "./subscriptions.js";
import { TaskRows } from "./task-rows.js";

const LIMIT = 30;
const TYPING_MS = 200;

const { tasks, ...filter } = pageData("page-data");
const page = parts(document.querySelector("main"));
const newVideo = /** @type {HTMLElement} */ (document.querySelector(".page-head .primary"));
const filters = elements(document, ".filters a");
const subscription = subscribeToAllTasks();
const rows = new TaskRows(document.getElementById("tasks"), tasks, LIMIT, filter);
let typing = null;

const address = (query) => {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return text ? `${basePath}/tasks?${text}` : `${basePath}/tasks`;
};

/** Shows what the address asks for. */
function showAddress() {
  const query = new URLSearchParams(location.search);
  const only = { status: query.get("status") ?? "", kind: query.get("kind") ?? "", tag: query.get("tag") ?? "", q: query.get("q") ?? "" };
  if (page.search.value.trim() !== only.q) page.search.value = only.q;
  for (const link of filters) {
    const shown = { ...only, ...link.dataset }; // a link chooses a status, a kind or a tag
    link.href = address(shown);
    const current = shown.status === only.status && shown.kind === only.kind && shown.tag === only.tag;
    link.toggleAttribute("aria-current", current);
    if (current) link.setAttribute("aria-current", "page");
  }
  page.all.hidden = !Object.values(only).some(Boolean);
  page.first.hidden = !page.all.hidden;
  rows.show(only);
}

function search() {
  clearTimeout(typing);
  const query = new URLSearchParams(location.search);
  const to = address({ status: query.get("status"), kind: query.get("kind"), tag: query.get("tag"), q: page.search.value.trim() });
  if (to === location.pathname + location.search) return;
  history.replaceState(null, "", to);
  showAddress();
}

/** Moves the focus to another row of the list. @param {number} step */
function focusRow(step) {
  const links = elements(page.list, "[data-part=link]");
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + step, 0), links.length - 1)]?.focus();
}

page.search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(search, TYPING_MS);
});
page.search.form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  search();
});
document.addEventListener("keydown", (/** @type {any} */ pressed) => {
  if (!isForPage(pressed)) return;
  const act = { "/": () => page.search.select(), j: () => focusRow(1), k: () => focusRow(-1), n: () => newVideo.click() }[pressed.key];
  if (!act) return;
  pressed.preventDefault();
  act();
});
for (const link of filters) {
  link.addEventListener("click", (clicked) => {
    if (clicked.ctrlKey || clicked.metaKey || clicked.shiftKey || clicked.button) return;
    clicked.preventDefault();
    history.pushState(null, "", link.href);
    showAddress();
  });
}
addEventListener("popstate", showAddress);

rows.addEventListener("shown", ({ detail: { next, empty } }) => {
  const query = new URLSearchParams(location.search);
  setText(page.nothing, empty);
  page.more.hidden = !next;
  page.older.href = address({ status: query.get("status"), kind: query.get("kind"), tag: query.get("tag"), q: query.get("q"), before: next });
});
enableKeyList([
  ["/", "Search"],
  ["j", "Next video"],
  ["k", "Video before"],
  ["Enter", "Open it"],
  ["n", "New video"],
]);
rows.follow(subscription);
setInterval(showConnection(page.connection, subscription), 1000);
localiseTimes();
search(); // what was typed before this ran
subscription.start();
