"""What a page says of its connection is so, whatever stands between it and the server, and however little its browser lets it keep."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.test_task_page import SubmitTask, expect_whole_log

SIGN = ".pi-connection"
LOGIN = json.dumps(
    {"status": 401, "code": "login_required", "title": "Not logged in", "detail": "You are not logged in.", "hint": "Log in."}
)
DENIED = "new DOMException('Access is denied for this document.', 'SecurityError')"
NOTHING_IS_KEPT = f"Object.defineProperty(window, 'localStorage', {{ get() {{ throw {DENIED}; }} }});"
BROWSERS = {
    "no channel": f"window.BroadcastChannel = class {{ constructor() {{ throw {DENIED}; }} }};",
    "no locks": f"LockManager.prototype.request = () => Promise.reject({DENIED});",
    "neither exists": "delete window.BroadcastChannel; delete Navigator.prototype.locks;",
}


@pytest.fixture
def broken(context: BrowserContext) -> Iterator[Page]:
    """A page that may complain: its connections are broken on purpose. It does not wait long before it tries again."""
    page = context.new_page()
    page.add_init_script("Math.random = () => 0")  # the least of the jitter
    yield page


@pytest.mark.parametrize("lacks", BROWSERS)
def test_browser_that_lets_a_page_keep_nothing_shows_everything_live(page: Page, submit_task: SubmitTask, lacks: str) -> None:
    page.add_init_script(NOTHING_IS_KEPT + BROWSERS[lacks])
    scripted = submit_task().start()
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    scripted.progress("video", 0.5, 0.5, "Halfway")
    expect(page.locator(".pi-now")).to_have_text("Halfway")
    expect_whole_log(page, scripted)
    page.goto("/tasks")
    expect(page.locator(SIGN)).to_have_text("Live")
    page.goto("/")
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))


LOOKED_AT_AGAIN = """() => {
  document.dispatchEvent(new Event('visibilitychange'));
  return document.querySelector('.pi-connection').textContent === 'Live';
}"""


def test_each_answer_that_is_no_stream_is_named_and_outlived(broken: Page, submit_task: SubmitTask) -> None:
    page, scripted = broken, submit_task().start()
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    streams, everything = re.compile(r"/api/(stream|events)"), re.compile("/api/")
    answers: tuple[tuple[re.Pattern[str], dict[str, Any], str], ...] = (
        (streams, {"status": 503}, "The server is busy, trying again"),
        (streams, {"status": 500, "body": "<h1>Oops</h1>", "content_type": "text/html"}, "The server answered 500, trying again"),
        (
            everything,
            {"body": "<h1>Welcome to our hotel</h1>", "content_type": "text/html"},
            "Something else answers in the server's place",
        ),
        (everything, {"status": 401, "body": LOGIN, "content_type": "application/problem+json"}, "You are not logged in. Log in."),
    )
    for what, answer, words in answers:
        page.route(what, answering(**answer))
        come_back(page)
        expect(page.locator(SIGN)).to_contain_text(words)
        page.unroute(what)
        page.wait_for_function(LOOKED_AT_AGAIN, polling=5000)
    scripted.progress("video", 0.5, 0.5, "Halfway")
    expect(page.locator(".pi-now")).to_have_text("Halfway")
    expect_whole_log(page, scripted)


def answering(**answer: Any) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)


def come_back(page: Page) -> None:
    """As from the back-forward cache, where a page has no connection."""
    for name in ("pagehide", "pageshow"):
        page.evaluate("name => dispatchEvent(new PageTransitionEvent(name, { persisted: true }))", name)


HELD_BACK = """() => import('/static/js/sse-client.js').then(({ SSEClient }) => {
  window.EventSource = class extends EventTarget {
    constructor() {
      super();
      window.source = this;
      setTimeout(() => this.say("hello", { heartbeat_s: 15 }), 10);
    }
    say(name, data) {
      this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
    }
    close() {}
  };
  window.states = [];
  window.client = new SSEClient("/held-back", { pollUrl: "/poll" });
  client.addEventListener("statechange", () => states.push(client.state));
  client.start();
})"""


def test_proxy_that_lets_the_beginning_through_and_holds_back_the_rest_leads_to_polling(page: Page) -> None:
    page.clock.install(time=0)
    page.route("**/poll**", answer_at_once_and_then_wait)
    page.goto("/api/docs")
    page.evaluate(HELD_BACK)
    page.clock.run_for(100_000)
    page.wait_for_function("() => client.state === 'polling'")
    assert [state for state in page.evaluate("states") if state in ("live", "polling")] == ["live", "live", "polling"]
    page.clock.run_for(1000)  # beside it a stream is tried, and says hello
    assert page.evaluate("client.state") == "polling"
    page.evaluate("source.say('heartbeat', { tasks: [] })")
    assert page.evaluate("client.state") == "live"


def answer_at_once_and_then_wait(route: Route) -> None:
    if "wait=25" not in route.request.url:
        route.fulfill(json={"events": [], "cursor": None, "ended": False})


FOLLOWED = """([url, options]) => import('/static/js/sse-client.js').then(({ SSEClient }) => new Promise((done) => {
  const client = new SSEClient(url, options);
  client.addEventListener("statechange", () => {
    const waits_s = client.retryAt && Math.round((client.retryAt - Date.now()) / 1000);
    if (client.state === "ended" || client.state === "failed" || waits_s) {
      client.close();
      done([client.state, client.reason?.code, waits_s]);
    }
  });
  client.start();
}))"""


def test_client_learns_from_the_stream_itself_what_its_state_does_not_say(broken: Page, submit_task: SubmitTask) -> None:
    page, scripted = broken, submit_task().start()
    scripted.complete()
    page.route("**/busy-for-months", lambda route: route.fulfill(status=503, headers={"Retry-After": "9999999"}))
    page.goto("/api/docs")
    url = f"/api/tasks/{scripted.id}/stream"
    for address, cursor, expected in (
        (url, scripted.ids()[-1], ["ended", None, None]),  # 204
        ("/api/tasks/nothing/stream", "", ["failed", "http_404", None]),
        ("/busy-for-months", "", ["reconnecting", "busy", 300]),
    ):
        assert page.evaluate(FOLLOWED, [address, {"cursor": cursor}]) == expected


OVERTAKEN = """(cursors) => import('/static/js/task-model.js').then(({ TaskModel }) => cursors.map((cursor) => {
  const subscription = new EventTarget();
  const model = new TaskModel(subscription, { id: "t", status: "running", stages: [], cursor: "0000000a-10", elapsed_s: 1 });
  subscription.dispatchEvent(new CustomEvent("hello", { detail: { task: { id: "t", status: "queued", stages: [], cursor } } }));
  return model.task.status;
}))"""


def test_state_that_events_have_overtaken_on_its_way_is_not_shown(page: Page) -> None:
    page.goto("/status")
    later, same, earlier, another_log = page.evaluate(OVERTAKEN, ["0000000a-11", "0000000a-10", "0000000a-9", "0000000b-1"])
    assert (later, same, another_log) == ("queued", "queued", "queued")
    assert earlier == "running"
