"""The panel of share links, the page that a link opens, and what becomes of open pages when their session ends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import accessibility_faults
from tests.browser.conftest import PATIENCE_MS, Server, Start, complaints_of
from tests.support.scripted_task import ScriptedTask
from videogen.files.password_file import Password
from videogen.streams.listener import open_store

PASSWORD = "correct horse"
# Looked for in each frame: it is there for a moment.
SAYS_COPIED = """() => new Promise((resolve) => {
  const look = () =>
    [...document.querySelectorAll("button")].some((button) => button.textContent === "Copied") ? resolve() : requestAnimationFrame(look);
  look();
})"""


def shared_task(submit_task: Callable[..., ScriptedTask]) -> ScriptedTask:
    done = submit_task("Tides")
    done.start()
    done.complete()
    return done


def test_link_is_created_copied_used_and_revoked_without_leaving_the_page(
    context: BrowserContext, browser: Browser, submit_task: Callable[..., ScriptedTask]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(shared_task(submit_task).path)
    page.get_by_text("Share", exact=True).click()
    page.get_by_label("Works for").select_option("7 days")
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    page.get_by_role("button", name="Copy link").click()
    page.evaluate(SAYS_COPIED)
    url = page.evaluate("navigator.clipboard.readText()")
    assert url == page.locator(".share-list code").inner_text()
    expect(page.get_by_role("button", name="Copied")).to_have_count(0)
    page.get_by_role("button", name="Copy embed code").click()
    page.evaluate(SAYS_COPIED)
    assert f'<iframe src="{url}/embed"' in page.evaluate("navigator.clipboard.readText()")
    visitor = browser.new_context()
    opened = visitor.new_page()
    opened.goto(url)
    expect(opened.get_by_role("heading", name="Tides")).to_be_visible()
    page.reload()
    expect(page.locator(".share-list li")).to_have_count(1)
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(".share-list li")).to_have_count(0)
    answer = opened.reload()
    assert answer
    assert answer.status == 404
    visitor.close()


def test_panel_works_without_javascript(browser: Browser, server: Server, submit_task: Callable[..., ScriptedTask]) -> None:
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(shared_task(submit_task).path)
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Create link").click()
    expect(page.locator(".share-list li")).to_have_count(1)
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(".share-list li")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_shared_page_and_panel_are_accessible(context: BrowserContext, submit_task: Callable[..., ScriptedTask], scheme: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(shared_task(submit_task).path)
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    assert accessibility_faults(page) == []
    page.goto(page.locator(".share-list code").inner_text())
    assert accessibility_faults(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_other_tabs_go_to_the_login_when_one_logs_out_and_come_back(start: Start, browser: Browser) -> None:
    server = start("web")
    store = open_store(server.data)
    done = ScriptedTask(store, "Tides")
    Password(server.data).set(PASSWORD)
    context = browser.new_context(base_url=server.url)
    first, second, status = (context.new_page() for _ in range(3))
    complaints = complaints_of(first)
    log_in(first, done.path)
    second.goto("/tasks")
    status.goto("/status")
    for page in (first, second):
        expect(page.locator("[data-connection=connecting]")).to_have_count(0)
    second.get_by_role("button", name="Log out").click()
    second.wait_for_url(re.compile(r"/login$"))
    for page in (first, status):
        page.bring_to_front()
        page.wait_for_url(re.compile(r"/login\?next="), timeout=PATIENCE_MS)
    first.bring_to_front()
    first.get_by_label("Password").fill(PASSWORD)
    first.get_by_role("button", name="Log in").click()
    first.wait_for_url(f"**{done.path}", timeout=PATIENCE_MS)
    assert [text for text in complaints if "401" not in text] == []
    context.close()
    done.close()
    store.close()


def test_back_after_a_logout_shows_nothing(start: Start, browser: Browser) -> None:
    server = start("web")
    Password(server.data).set(PASSWORD)
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    log_in(page, "/tasks")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(re.compile(r"/login$"))
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    context.close()


def log_in(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{path}")
