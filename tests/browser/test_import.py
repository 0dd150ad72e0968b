"""A presentation that comes into the page becomes the script, with its pictures as files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import accessibility_faults
from tests.browser.conftest import Server
from tests.support.presentations import talk


@pytest.fixture(scope="module", autouse=True)
def quick_worker(server: Server) -> Iterator[None]:
    server.start("quick")
    yield
    server.kill("quick")


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    return talk(tmp_path / "talk.pptx")


def test_chosen_presentation_is_the_script_and_undo_brings_back_the_text(page: Page, deck: Path) -> None:
    page.goto("/")
    page.wait_for_function("document.querySelector('.mirror')")
    editor = page.locator("textarea[name=script]")
    editor.fill("# Mine\n\nNot lost.")
    page.set_input_files("[data-part=file-input]", deck)
    expect(page.locator("[data-part=import-summary]")).to_contain_text("talk.pptx is the script now.", timeout=60_000)
    expect(page.locator("[data-part=import-warnings]")).to_have_text("Slide 3: A hidden slide is left out.")
    expect(page.locator(".file [data-part=name]")).to_have_text(["slide-05-1.png"])
    assert "# Bees in the city" in editor.input_value()
    expect(page.locator("#storyboard .scenes > li")).to_have_count(5, timeout=60_000)
    editor.press("Control+z")
    expect(editor).to_have_value("# Mine\n\nNot lost.")

    page.goto("/tasks?kind=import")
    page.get_by_role("link", name="talk.pptx").first.click()
    expect(page.locator(".pi-now")).to_have_text("Your script is ready")
    expect(page.locator("[data-part=warning-list]")).to_contain_text("Slide 3: A hidden slide is left out.")
    expect(page.locator("[data-other] a")).to_have_text(["Title and warnings (JSON)", "Script (Markdown)"])
    assert accessibility_faults(page) == []
    page.get_by_role("link", name="Open in the editor").click()
    expect(page.locator(".file [data-part=name]")).to_have_text(["slide-05-1.png"])
    assert "# Bees in the city" in page.locator("textarea[name=script]").input_value()


def test_file_that_is_no_presentation_leaves_the_script_as_it_is(context: BrowserContext, tmp_path: Path) -> None:
    page = context.new_page()
    other = tmp_path / "talk.pptx"
    other.write_bytes(b"no deck")
    page.goto("/")
    page.wait_for_function("document.querySelector('.mirror')")
    page.locator("textarea[name=script]").fill("# Mine")
    page.set_input_files("[data-part=file-input]", other)
    expect(page.locator(".file.failed [data-part=status]")).to_contain_text("not a presentation", timeout=60_000)
    expect(page.locator("textarea[name=script]")).to_have_value("# Mine")
