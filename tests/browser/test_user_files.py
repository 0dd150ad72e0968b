"""Files of users at their own addresses: a browser shows or saves them, and runs nothing that is in them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from models.event import EventType
from tests.browser.conftest import PATIENCE_MS
from tests.support.scripted_task import ScriptedTask
from videogen.web.content import SAVED

SubmitTask = Callable[..., ScriptedTask]

ACTIVE = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="90"
 onload="fetch('/api/ran?by=onload')">
<style>@import url("/api/ran?by=import"); rect { fill: url("http://127.0.0.1:9/by-style#a") }</style>
<script>fetch("/api/ran?by=script"); document.documentElement.setAttribute("data-ran", "yes")</script>
<script xlink:href="/api/ran?by=link"/>
<image href="http://127.0.0.1:9/by-image.png" width="9" height="9"/><image href="/api/ran?by=image" width="9" height="9"/>
<use href="/api/ran?by=use#a"/>
<foreignObject width="90" height="90"><iframe xmlns="http://www.w3.org/1999/xhtml" src="/api/ran?by=frame"/>
<img xmlns="http://www.w3.org/1999/xhtml" src="/api/ran?by=broken" onerror="fetch('/api/ran?by=onerror')"/></foreignObject>
<a href="javascript:fetch('/api/ran?by=href')"><rect width="90" height="90" fill="#080"/></a></svg>"""


@pytest.fixture
def address(submit_task: SubmitTask) -> str:
    """Where a drawing with scripts and outside references is answered from, registered as the picture of a scene."""
    scripted = submit_task().start()
    picture = scripted._file("scene_picture", "scene-1.svg", "image/svg+xml", ACTIVE, 1)
    scripted.report(EventType.ARTIFACT_CREATED, "video", data={"kind": "scene_picture"}, files=(picture,))
    return f"/api/tasks/{scripted.id}/scenes/1.png"


def test_drawing_with_scripts_is_saved_and_not_opened(page: Page, address: str) -> None:
    asked = requests_of(page)
    page.goto("/status")
    asked.clear()
    with page.expect_download() as saved:
        page.evaluate("address => location.assign(address)", address)
    assert saved.value.path().read_bytes() == ACTIVE
    assert page.url.endswith("/status")
    assert [url for url in asked if "ran" in url or ":9/" in url] == []


@pytest.mark.parametrize("guarded", [True, False], ids=["with the policy", "without it"])
def test_policy_alone_keeps_a_drawing_with_scripts_still(context: BrowserContext, address: str, guarded: bool) -> None:
    """As if the type and the disposition said what a browser opens. Without the policy the same drawing runs, so the test can see it."""
    page, sent = context.new_page(), []

    def open_it(route: Route) -> None:
        answer = route.fetch()
        assert answer.headers["content-security-policy"] == SAVED
        before = {
            name: value
            for name, value in answer.headers.items()
            if guarded and name in ("content-security-policy", "x-content-type-options")
        }
        route.fulfill(status=200, body=answer.body(), headers=before | {"content-type": "image/svg+xml"})

    page.route(f"**{address}", open_it)
    for outside in ("**/api/ran*", "http://127.0.0.1:9/**"):  # what the policy stops gets no further than to the browser's own events
        page.route(outside, lambda route: (sent.append(route.request.url), route.fulfill(status=204)))
    page.goto(address, wait_until="load")
    page.screenshot()  # it is drawn
    ran = page.evaluate("document.documentElement.getAttribute('data-ran')")
    assert ran == (None if guarded else "yes")
    assert bool(sent) is not guarded, sent


def test_pictures_and_videos_are_shown_at_their_own_addresses(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.scene(1, 1, "The first")
    scripted.complete()
    page.goto(f"/api/tasks/{scripted.id}/scenes/1.png")
    until(page, "document.querySelector('img').naturalWidth === 64")
    for name in ("video", "scenes/1.mp4"):
        page.goto(f"/api/tasks/{scripted.id}/{name}")
        until(page, "document.querySelector('video').duration === 3 && document.querySelector('video').readyState > 2")
    page.goto(f"/api/tasks/{scripted.id}/timeline.svg")
    until(page, "document.documentElement.textContent.includes('Attempt 1')")
    for name in ("captions.vtt", "metadata"):
        page.goto("/status")
        with page.expect_download() as saved:
            page.evaluate("address => location.assign(address)", f"/api/tasks/{scripted.id}/{name}")
        assert saved.value.path().stat().st_size > 0


def until(page: Page, condition: str) -> None:
    """Ask again and again from here: where scripts may not run, no promise of the page is kept, and no frame calls back."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


def requests_of(page: Page) -> list[str]:
    """The addresses that a page asks for, from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked
