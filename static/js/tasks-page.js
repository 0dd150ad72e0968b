/** /tasks: the library, live; it is searched as one types, and each search has an address of its own. */
import { connectionSign } from "./connection-sign.js";
import { localiseTimes, pageData, parts, setText } from "./dom.js";
import { allTasksFeed } from "./feed.js";
import { TaskRows } from "./task-rows.js";
import { nothing } from "./words.js";

const LIMIT = 50;
const TYPING_MS = 200;

const { tasks, ...asked } = pageData("page-data");
const page = parts(document.querySelector("main"));
const filters = [...document.querySelectorAll(".filters a")];
const feed = allTasksFeed();
const rows = new TaskRows(document.getElementById("tasks"), tasks, LIMIT, asked);
let typing = null;

const address = (query) => {
  const said = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return said ? `/tasks?${said}` : "/tasks";
};

/** What the address asks for, shown. */
function follow() {
  const query = new URLSearchParams(location.search);
  const only = { status: query.get("status") ?? "", q: query.get("q") ?? "" };
  if (page.search.value.trim() !== only.q) page.search.value = only.q;
  for (const link of filters) {
    link.href = address({ status: link.dataset.status, q: only.q });
    link.toggleAttribute("aria-current", link.dataset.status === only.status);
    if (link.dataset.status === only.status) link.setAttribute("aria-current", "page");
  }
  setText(page.nothing, nothing(only.status, only.q));
  page.all.hidden = !only.status && !only.q;
  page.first.hidden = !page.all.hidden;
  rows.show(only);
}

function search() {
  clearTimeout(typing);
  const query = new URLSearchParams(location.search);
  const to = address({ status: query.get("status"), q: page.search.value.trim() });
  if (to === location.pathname + location.search) return;
  history.replaceState(null, "", to);
  follow();
}

page.search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(search, TYPING_MS);
});
page.search.form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  search();
});
document.addEventListener("keydown", (pressed) => {
  if (pressed.key !== "/" || pressed.ctrlKey || pressed.metaKey || pressed.target.closest?.("input, textarea, select")) return;
  pressed.preventDefault();
  page.search.select();
});
for (const link of filters) {
  link.addEventListener("click", (clicked) => {
    if (clicked.ctrlKey || clicked.metaKey || clicked.shiftKey || clicked.button) return;
    clicked.preventDefault();
    history.pushState(null, "", link.href);
    follow();
  });
}
addEventListener("popstate", follow);

rows.addEventListener("shown", ({ detail: { next } }) => {
  const query = new URLSearchParams(location.search);
  page.more.hidden = !next;
  page.older.href = address({ status: query.get("status"), q: query.get("q"), before: next });
});
rows.follow(feed);
setInterval(connectionSign(page.connection, feed), 1000);
localiseTimes();
search(); // what was typed before this ran
feed.start();
