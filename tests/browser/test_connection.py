"""What happens to connections, and what the page says of it. `SSEClient` in a real browser, on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from models import task
from tests.browser.conftest import Server, Start
from tests.browser.test_task_page import SubmitTask, expect_whole_log
from tests.support.scripted_task import ScriptedTask
from videogen.streams.listener import open_store

SIGN = ".pi-connection"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that may complain: its connections are broken on purpose. It does not wait long before it tries again."""
    page = context.new_page()
    page.add_init_script("Math.random = () => 0")  # the least of the jitter
    yield page


def hold_streams(page: Page, answer: Callable[[Route], None]) -> None:
    page.route(re.compile(r"/stream(\?|$)"), answer)


@pytest.mark.slow
def test_page_survives_the_server_being_killed(browser: Browser, start: Start) -> None:
    server: Server = start("web")
    store = open_store(server.data)
    scripted = ScriptedTask(store).start()
    page = browser.new_page()
    page.goto(server.url + scripted.path)
    scripted.stage("video")
    scripted.progress("video", 0.1, 0.1, "Before the crash")
    expect(page.locator(".pi-now")).to_have_text("Before the crash")
    page.evaluate("window.stayed = true")

    server.kill("web")
    scripted.progress("video", 0.2, 0.2, "While the server was gone")
    expect(page.locator(SIGN)).to_have_text(re.compile("The server does not answer, trying again"))
    expect(page.locator(SIGN)).to_have_attribute("data-connection", "gone")
    server.start("web")
    expect(page.locator(SIGN)).to_have_text("Live")
    expect(page.locator(".pi-now")).to_have_text("While the server was gone")
    scripted.complete()
    expect(page.locator(".pi-now")).to_have_text("Your video is ready")
    expect_whole_log(page, scripted)
    assert page.evaluate("window.stayed")
    page.close()
    store.close()


def test_try_now_ends_the_waiting(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page.clock.install(time=0)
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    page.route("**/api/**", lambda route: route.abort())
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(page.locator(SIGN)).to_contain_text("trying again")
    page.clock.pause_at(3600)  # no time passes any more but what is let pass: the waiting does not end by itself
    while not re.search("trying again in [3-9] s", page.locator(SIGN).inner_text()):
        page.clock.run_for(500)
    page.unroute("**/api/**")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(SIGN)).to_have_text(re.compile("^Live"))


def test_three_failures_in_a_row_lead_to_polling_and_back(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    hold_streams(page, lambda route: route.abort())
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_attribute("data-connection", "polling")
    scripted.progress("input", 0.5, 0.01, "Told without a stream")
    expect(page.locator(".pi-now")).to_have_text("Told without a stream")
    page.unroute(re.compile(r"/stream(\?|$)"))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(SIGN)).to_have_attribute("data-connection", "live")
    scripted.complete()
    expect(page.locator(SIGN)).to_have_text("Ended")
    expect_whole_log(page, scripted)


def test_polling_tells_everything_to_the_end(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    hold_streams(page, lambda route: route.fulfill(status=503, headers={"Retry-After": "0"}))
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_attribute("data-connection", "polling")
    scripted.scene(1, 1, "Only")
    scripted.complete()
    expect(page.locator(".pi-now")).to_have_text("Your video is ready")
    expect(page.locator(SIGN)).to_have_text("Ended")
    expect_whole_log(page, scripted)


def test_refusals_that_pass_are_retried(page: Page, submit_task: SubmitTask) -> None:
    """EventSource gives up for good at a 503."""
    scripted = submit_task().start()
    hold_streams(page, lambda route: route.fulfill(status=503))
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text(re.compile("trying again in"))
    page.unroute(re.compile(r"/stream(\?|$)"))
    expect(page.locator(SIGN)).to_have_attribute("data-connection", "live")


def test_task_deleted_by_somebody_else_ends_the_page_with_the_reason(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    task.delete(scripted.store, scripted.id)
    expect(page).to_have_title(re.compile("Deleted"))
    page.evaluate(
        """id => import('/static/js/subscriptions.js').then(({subscribeToTask}) => {
             window.subscription = subscribeToTask(id); window.subscription.start(); })""",
        scripted.id,
    )
    page.wait_for_function("() => subscription.state === 'failed'")
    assert page.evaluate("subscription.reason.code") == "task_deleted"


def test_page_that_is_offline_says_so_and_comes_back_at_once(context: BrowserContext, page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    hold_streams(page, lambda route: route.abort())
    page.goto(scripted.path)
    context.set_offline(True)
    expect(page.locator(SIGN)).to_contain_text("You are offline")
    page.unroute(re.compile(r"/stream(\?|$)"))
    scripted.progress("input", 0.5, 0.01, "Told meanwhile")
    context.set_offline(False)
    expect(page.locator(SIGN)).to_have_text("Live")
    expect(page.locator(".pi-now")).to_have_text("Told meanwhile")


TROUBLES = """(signs) => import("/static/js/task-model.js").then(({ TaskModel }) => signs.map((sign) => {
  const subscription = new EventTarget();
  const model = new TaskModel(subscription, { id: "t", status: "running", stages: [], cursor: "00000000-1", elapsed_s: 1 });
  const at = "2026-01-01T00:00:00Z";
  const tell = (name, detail) => subscription.dispatchEvent(new CustomEvent(name, { detail }));
  if (sign.type) tell("message", { id: "00000000-2", data: { ...sign, at } });
  else tell("heartbeat", { now: at, tasks: [{ id: "t", ...sign }] });
  return model.trouble;
}))"""


def test_heartbeats_tell_a_hung_step_from_a_lost_worker(page: Page) -> None:
    page.goto("/status")
    well, lost, hung, stalled, moving = page.evaluate(
        TROUBLES,
        [
            {"since_event_s": 30, "since_worker_s": 4},
            {"since_event_s": 30, "since_worker_s": 28},
            {"since_event_s": 70, "since_worker_s": 4},
            {"type": "task.stalled"},
            {"type": "stage.progress"},
        ],
    )
    assert (well, moving) == ("", "")
    assert "The worker has given no sign for 28 s" in lost
    assert hung == stalled and "the worker is alive" in hung


def test_client_with_a_limit_gives_up_and_can_be_asked_again(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    page.goto("/status")
    hold_streams(page, lambda route: route.abort())
    page.evaluate(
        """id => import('/static/js/sse-client.js').then(({SSEClient}) => {
             window.client = new SSEClient(`/api/tasks/${id}/stream`, {maxRetries: 2, baseDelay: 10});
             client.start(); })""",
        scripted.id,
    )
    page.wait_for_function("() => client.state === 'failed'")
    assert page.evaluate("[client.reason.code, client.failures]") == ["gave_up", 3]
    page.unroute(re.compile(r"/stream(\?|$)"))
    page.evaluate("client.tryNow()")
    page.wait_for_function("() => client.state === 'live'")


def test_cursor_of_another_log_is_reset_and_everything_told_again(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page.goto("/status")
    events_seen = page.evaluate(
        """id => import('/static/js/sse-client.js').then(({SSEClient}) => new Promise((done) => {
             const told = []; const resets = [];
             const client = new SSEClient(`/api/tasks/${id}/stream`, {cursor: '00000000-5'});
             client.addEventListener('reset', ({detail}) => resets.push(detail.reason));
             client.addEventListener('message', ({detail}) => told.push(detail.id));
             client.addEventListener('message', () => told.length === 2 && (client.close(), done({told, resets})));
             client.start(); }))""",
        scripted.id,
    )
    assert events_seen == {"told": scripted.ids(), "resets": ["epoch"]}


def test_client_tells_each_event_once_whatever_the_stream_repeats(page: Page) -> None:
    frames = "".join(f"id: 0a0a0a0a-{seq}\ndata: {{}}\n\n" for seq in (1, 2, 1, 2, 3, 10, 9, 10))
    body = f"event: hello\ndata: {{}}\n\n{frames}event: end\ndata: {{}}\n\n"
    page.route("**/repeating", lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    page.goto("/status")
    events_seen = page.evaluate(
        """() => import('/static/js/sse-client.js').then(({SSEClient}) => new Promise((done) => {
             const told = [];
             const client = new SSEClient('/repeating');
             client.addEventListener('message', ({detail}) => told.push(Number(detail.id.split('-')[1])));
             client.addEventListener('statechange', () => client.state === 'ended' && done(told));
             client.start(); }))"""
    )
    assert events_seen == [1, 2, 3, 10]


def test_progress_indicator_works_on_anybodys_page(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    html = f"""<!doctype html><title>Elsewhere</title><script type=module src=/static/js/progress-indicator.js></script>
               <progress-indicator task={scripted.id}></progress-indicator>"""
    page.route("**/elsewhere", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/elsewhere")
    scripted.progress("video", 0.5, 0.5, "Halfway")
    expect(page.locator("progress-indicator .pi-now")).to_have_text("Halfway")
    expect(page.locator("progress-indicator .pi-percent")).to_have_text("50 %")
    scripted.complete()
    expect(page.locator("progress-indicator")).to_have_attribute("data-status", "completed")
