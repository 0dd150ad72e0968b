"""The whole way on a phone: a narrow screen, touched and not clicked, with a real worker."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import accessibility_faults
from tests.browser.conftest import RENDERING_MS, Start, complaints_of

SCRIPT = "---\nheight: 240\nvoice: none\n---\n# On the way\n\nOne line.\n\n## End\n\n- One\n- Two\n"


def expect_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_video_is_written_watched_found_deleted_and_brought_back_on_a_phone(browser: Browser, start: Start) -> None:
    server = start("web", "worker")
    context = browser.new_context(
        base_url=server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    page = context.new_page()
    complaints = complaints_of(page)
    page.goto("/")
    page.locator("textarea").fill(SCRIPT)
    page.get_by_role("button", name="Make video").tap()
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.locator(".pi-now")).to_have_text("Your video is ready", timeout=RENDERING_MS)
    expect(page.locator(".pi-connection")).to_have_text("Ended")
    expect_no_sideways_scroll(page)
    page.locator(".frame a").last.tap()
    page.wait_for_function("() => document.querySelector('video').currentTime > 1")
    page.get_by_role("link", name="Videos").first.tap()
    page.get_by_role("searchbox").fill("one line")
    expect(page.locator(".task-row")).to_have_count(1)
    expect_no_sideways_scroll(page)
    page.locator(".task-title").tap()
    expect(page.locator(".pi-connection")).to_have_text("Ended")
    page.get_by_role("button", name="Delete").tap()
    page.get_by_role("button", name="Undo").tap()
    expect(page.locator("h1")).to_have_text("On the way")
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Edit and make again").tap()
    expect(page.locator("textarea")).to_have_value(SCRIPT)
    expect_no_sideways_scroll(page)
    assert complaints == []
    context.close()
