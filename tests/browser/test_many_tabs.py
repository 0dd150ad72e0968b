"""Many tabs of one browser share one connection, and no tab misses an event, whichever of them is closed, hidden or stuck."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.errors import MissingFile
from tests.browser.conftest import Server
from tests.browser.relay import Relay
from tests.browser.test_task_page import SubmitTask, expect_whole_log
from tests.support.scripted_task import ScriptedTask

SIGN = ".pi-connection"
LIVE = re.compile("^Live$")
LEADS = "() => import('/static/js/subscriptions.js').then(({ subscribeToAllTasks }) => subscribeToAllTasks().leading)"
HEAR_TRY = """() => (window.asked = new Promise((heard) => {
  new BroadcastChannel('videogen-stream').addEventListener('message', ({ data }) => data.kind === 'try' && heard());
}), null)"""
PRESS_TRY_NOW = """() => {
  const button = document.querySelector('.pi-connection button');
  button?.click();
  return button !== null;
}"""
TABS = 25
CLOSED = 10
TOLD = 20  # events while a leader is closed and another one found: no more of them on a slow machine


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A browser of its own, small windows: many of them are drawn by two cores."""
    context = browser.new_context(base_url=server.url, viewport={"width": 400, "height": 300})
    yield context
    context.close()


def open_tabs(context: BrowserContext, paths: list[str]) -> list[Page]:
    pages = [context.new_page() for _ in paths]
    for page, path in zip(pages, paths, strict=True):
        page.goto(path, wait_until="commit")
    for page in pages:
        expect(page.locator(SIGN)).to_have_text(LIVE, timeout=60_000)
    return pages


def streams(server: Server) -> list[list[str] | None]:
    """The tasks that each stream at the server follows; None for all."""
    with urllib.request.urlopen(f"{server.url}/api/streams", timeout=30) as answer:
        return [stream["tasks"] for stream in json.load(answer)["streams"]]


def expect_streams(server: Server, *expected: list[str] | None) -> None:
    """A stream that was closed a moment ago may still be on its way out."""
    deadline = time.monotonic() + 30
    while streams(server) != [*expected] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert streams(server) == [*expected]


def expect_one_stream(server: Server) -> None:
    expect_streams(server, None)


def leader(pages: list[Page]) -> Page:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        leading = [page for page in pages if page.evaluate(LEADS)]
        if len(leading) == 1:
            return leading[0]
    raise AssertionError(f"{len(leading)} tabs lead")


@contextmanager
def reporting(scripted: ScriptedTask) -> Iterator[None]:
    """Report events of the task for a second, from another thread."""
    over = threading.Event()

    def report() -> None:
        for step in range(TOLD):
            scripted.progress("video", step / TOLD, 0.5, f"Step {step}")
            if over.wait(0.05):
                return

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.slow
def test_tabs_on_one_task_share_one_connection_and_miss_nothing_when_the_leader_is_closed_ten_times(
    context: BrowserContext, server: Server, submit_task: SubmitTask
) -> None:
    scripted = submit_task().start()
    tabs = open_tabs(context, [scripted.path] * (CLOSED + 2))
    expect_one_stream(server)
    for _ in range(CLOSED):
        with reporting(scripted):
            leading = leader(tabs)
            tabs.remove(leading)
            leading.close()
            leader(tabs)
    scripted.complete()
    for tab in tabs:
        expect(tab.locator(".pi-now")).to_have_text("Your video is ready")
        expect_whole_log(tab, scripted)
    expect_one_stream(server)


@pytest.mark.slow
def test_25_tabs_on_25_tasks_are_all_live_by_one_connection(context: BrowserContext, server: Server, submit_task: SubmitTask) -> None:
    scripted_tasks = [submit_task(f"Film {number}").start() for number in range(TABS)]
    tabs = open_tabs(context, [scripted.path for scripted in scripted_tasks])
    expect_one_stream(server)
    for number, scripted in enumerate(scripted_tasks):
        scripted.progress("video", 0.5, 0.5, f"Drawing film {number}")
    for number, tab in enumerate(tabs):
        expect(tab.locator(".pi-now")).to_have_text(f"Drawing film {number}")
    for scripted, tab in zip(scripted_tasks, tabs, strict=True):
        scripted.complete()
        expect(tab.locator(SIGN)).to_have_text("Ended")
        expect_whole_log(tab, scripted)


def test_page_of_a_failed_task_comes_alive_when_another_browser_tries_it_again(
    browser: Browser, context: BrowserContext, server: Server, submit_task: SubmitTask
) -> None:
    scripted = submit_task().start()
    scripted.fail(MissingFile("There is no picture cat.png."))
    watching = context.new_page()
    watching.goto(scripted.path)
    expect(watching.locator(SIGN)).to_have_text("Ended")
    other = browser.new_page(base_url=server.url)
    other.goto(scripted.path)
    other.get_by_role("button", name="Try again").click()
    expect(watching.locator("[data-part=badge]")).to_have_text("Queued")
    expect(watching.locator(SIGN)).to_have_text("Live")
    scripted.start()
    scripted.progress("input", 0.5, 0.01, "Reading again")
    expect(watching.locator(".pi-now")).to_have_text("Reading again")
    expect_whole_log(watching, scripted)
    other.close()


def test_tab_that_was_away_reads_what_it_missed(context: BrowserContext, server: Server, submit_task: SubmitTask) -> None:
    """As in the back-forward cache: while it is away it holds no connection, and leads nobody."""
    scripted = submit_task().start()
    first, second = open_tabs(context, [scripted.path] * 2)
    for away, here in ((second, first), (first, second), (first, second)):
        away.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        assert leader([first, second]) is here
        scripted.progress("video", 0.5, 0.5, "Told to the other")
        scripted.progress("video", 0.5, 0.5, "And more")
        expect_whole_log(here, scripted)
        away.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        expect_whole_log(away, scripted)
        expect(away.locator(SIGN)).to_have_text("Live")
    expect_one_stream(server)


def test_every_tab_says_how_the_one_connection_is(context: BrowserContext, relay: Relay, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    tabs = open_tabs(context, [relay.url + path for path in (scripted.path, "/tasks", scripted.path)])
    leading = leader(tabs)
    leading.evaluate(HEAR_TRY)
    relay.cut()
    for tab in tabs:
        expect(tab.locator(SIGN)).to_have_text(re.compile("The server does not answer, trying again"))
    scripted.progress("video", 0.5, 0.5, "Told meanwhile")
    next(tab for tab in tabs if tab is not leading).wait_for_function(PRESS_TRY_NOW)
    leading.evaluate("() => asked")
    relay.mend()
    for tab in tabs:
        expect(tab.locator(SIGN)).to_have_text("Live")
    expect_whole_log(tabs[0], scripted)
    expect_whole_log(tabs[2], scripted)


def test_leader_that_says_nothing_is_replaced(context: BrowserContext, server: Server, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    stuck, tab = context.new_page(), context.new_page()
    stuck.goto("/api/health")
    stuck.evaluate("() => { navigator.locks.request('videogen-stream', () => new Promise(() => {})) }")
    tab.clock.install()
    tab.goto(scripted.path)
    tab.wait_for_function("() => navigator.locks.query().then(({ pending }) => pending.length === 1)")
    expect_streams(server)
    tab.clock.run_for(60_000)
    expect(tab.locator(SIGN)).to_have_text("Live")
    assert leader([tab]) is tab


def test_browser_that_cannot_share_gives_each_tab_its_own_stream(context: BrowserContext, server: Server, submit_task: SubmitTask) -> None:
    context.add_init_script("delete window.BroadcastChannel")
    scripted = submit_task().start()
    (tab,) = open_tabs(context, [scripted.path])
    expect_streams(server, [scripted.id])
    scripted.progress("video", 0.5, 0.5, "By itself")
    expect(tab.locator(".pi-now")).to_have_text("By itself")
