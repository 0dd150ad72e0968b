"""While a page loads nothing that somebody reads or is about to press moves away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from models import attempt, draft, tag
from models.database import Store
from tests.browser.conftest import PATIENCE_MS, Server
from tests.support.scripted_task import ScriptedTask
from tests.support.task_moves import Moves
from videogen.errors.rendering import StageFailed

MOST = 0.1  # what Core Web Vitals call good
WATCH = """() => {
  window.shifts = [];
  const named = (node) => `${node?.nodeName}.${node?.className ?? ""}`;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (!hadRecentInput) window.shifts.push([value, sources.map(({ node }) => named(node)).join(" ")]);
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""
SLOW = {"downloadThroughput": 400_000, "uploadThroughput": 100_000}  # bytes a second
DRAWN = """() => document.querySelector("#storyboard .scenes li") && !document.querySelector("#storyboard [data-waits]")"""


@pytest.fixture(scope="module")
def addresses(server: Server) -> dict[str, str]:
    """Pages of all kinds; there are tasks of several states."""
    moves = Moves(Store(server.data))
    ended = moves.submit("A film", priority=9)
    attempt.complete(moves.store, moves.claim().lease)
    failed = moves.submit("Another film with a title that takes more than a line of a phone", priority=9)
    attempt.fail(moves.store, moves.claim().lease, StageFailed("It broke."), "audio")
    running = moves.submit("One that is being made", priority=9)
    moves.say(moves.claim().lease, "Drawing the scenes", stage_progress=0.3, progress=0.4, data={"done": 2, "of": 9, "remaining_s": 40})
    made = {"running": f"/tasks/{running.id}", "failed": f"/tasks/{failed.id}", "again": f"/?from={ended.id}"}
    with_video = ScriptedTask(moves.store, "One that can be watched").start()
    with_video.stage("video")
    for position in (1, 2, 3):
        with_video.scene(position, 3, "A scene")
    with_video.complete()
    tag.put(moves.store, ended.id, ["lesson"])
    draft.add(moves.store, draft.DraftContent("# A draft", "A draft"))
    moves.store.close()
    pages = {"write": "/", "videos": "/tasks", "status": "/status", "drafts": "/drafts", "schedules": "/schedules", "brands": "/brands"}
    return pages | {"done": with_video.path, "template": "/?template=lesson", **made}


@pytest.mark.parametrize(("width", "height"), [(375, 740), (1280, 800)], ids=["phone", "desk"])
@pytest.mark.parametrize(
    "name", ["write", "template", "videos", "drafts", "status", "schedules", "brands", "running", "failed", "done", "again"]
)
def test_nothing_moves_while_a_page_loads(
    browser: Browser, server: Server, addresses: dict[str, str], name: str, width: int, height: int
) -> None:
    page = browser.new_page(base_url=server.url, viewport={"width": width, "height": height})
    page.add_init_script(f"({WATCH})()")
    if width < 500:  # a cheap phone on a slow connection
        phone = page.context.new_cdp_session(page)
        phone.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        phone.send("Network.emulateNetworkConditions", {"offline": False, "latency": 80, **SLOW})
    page.goto(addresses[name], timeout=PATIENCE_MS)
    if name in ("write", "template", "again"):
        page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
    elif name == "status":
        page.locator("[data-part=plots]:not([hidden])").wait_for(state="attached")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300))))")
    shifts = page.evaluate("window.shifts")
    page.close()
    assert sum(value for value, _ in shifts) <= MOST, shifts
