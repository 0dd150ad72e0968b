"""Every page can be used with the keyboard alone: where one is can be seen, in a sensible order, and dialogs give the focus back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server
from tests.support.scripted_task import ScriptedTask

SubmitTask = Callable[..., ScriptedTask]
MOST_STOPS = 120
# The stop of the keyboard: its name, whether it can be seen, whether a ring or a frame shows it, and its place in the document.
STOP = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const ringed = (element) => {
        const style = getComputedStyle(element);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || /0px 0px 0px [1-9]/.test(style.boxShadow);
    };
    const box = one.getBoundingClientRect();
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const all = [...document.querySelectorAll('*')];
    return {
        name: `${one.tagName} ${one.getAttribute('aria-label') ?? one.innerText ?? ''}`.trim().slice(0, 60),
        seen,
        ringed: ringed(one) || ringed(one.closest('.draft') ?? one) || one.tagName === 'VIDEO', // its controls have own rings
        at: all.indexOf(one),
    };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["write", "task", "tasks", "status"])
def test_keyboard_goes_through_a_page_in_its_order_and_one_sees_where(
    browser: Browser, server: Server, submit_task: SubmitTask, name: str, width: int, scheme: str
) -> None:
    scripted = submit_task("A film of the sea").start()
    scripted.stage("video")
    scripted.scene(1, 1, "The first")
    scripted.complete()
    paths = {"write": "/?example=welcome.yaml", "task": scripted.path, "tasks": "/tasks", "status": "/status"}
    context = browser.new_context(base_url=server.url, viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(paths[name])
    if name == "write":
        expect(page.locator("#storyboard .scene")).to_have_count(4)
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if (stop := page.evaluate(STOP)) is None:
            break
        stops.append(stop)
    context.close()
    assert 4 < len(stops) < MOST_STOPS
    assert "Skip" in stops[0]["name"]
    assert [stop["name"] for stop in stops if not (stop["seen"] and stop["ringed"])] == []
    focused = [stop["at"] for stop in stops]
    assert focused == sorted(focused)


def test_dialog_keeps_the_focus_and_gives_it_back(page: Page) -> None:
    page.goto("/")
    insert = page.get_by_role("button", name=re.compile("Insert"))
    insert.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#inserter")
    expect(dialog).to_be_visible()
    for key in ("Tab",) * 30 + ("Shift+Tab",) * 5:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement === document.body || document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(insert).to_be_focused()
    page.keyboard.press("Enter")
    dialog.locator("[data-kind=list]").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("textarea")).to_be_focused()


def test_menu_of_examples_closes_with_escape_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/")
    examples = page.locator("summary", has_text="Templates")
    examples.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"
    page.keyboard.press("Escape")
    expect(examples).to_be_focused()
    assert not page.locator("details:has(> summary:has-text('Templates'))").evaluate("menu => menu.open")
