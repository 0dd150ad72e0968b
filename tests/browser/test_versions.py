"""What a scene says is changed where the video plays, and what differs is shown beside it; texts of a language stand beside the script."""

from __future__ import annotations

from playwright.sync_api import Page, ViewportSize, expect

from models import task
from tests.browser.axe import accessibility_faults
from tests.browser.conftest import Server
from tests.support.scripted_task import ScriptedTask
from videogen.streams.listener import open_store

PHONE: ViewportSize = {"width": 390, "height": 844}


def test_words_of_a_scene_become_a_new_version_that_is_compared_with_the_first(page: Page, server: Server) -> None:
    store = open_store(server.data)
    first = ScriptedTask(store, "Tea leaves", "# Tea leaves\n")
    first.start()
    first.stage("video")
    first.scene(1, 1, "Tea leaves")
    first.complete()
    page.goto(first.path)
    page.get_by_role("button", name="Edit what scene 1 says").click()
    field = page.get_by_label("1. Tea leaves")
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name="Make new version")).to_be_disabled()
    field.fill("Other words.")
    assert accessibility_faults(page) == []
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Make new version").press("Enter")
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="What differs").click()
    expect(page.locator("ins")).to_have_text(["Other words"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert accessibility_faults(page) == []
    made = page.url.split("/")[-2]
    task.delete(store, made)
    store.close()


def test_texts_of_a_language_stand_beside_the_script_with_marks(page: Page) -> None:
    page.goto("/")
    script = page.get_by_role("textbox", name="Script", exact=True)
    script.fill("# Tea\n\nA cup.\n")
    page.get_by_role("button", name="Languages").click()
    page.get_by_label("Another language").fill("de")
    page.keyboard.press("Enter")
    text = page.get_by_label("Section 1 in German")
    expect(text).to_be_focused()
    expect(page.get_by_text("German: section 1 will be in English, as in the script.")).to_be_visible()
    text.fill("# Tee\n\nEine Tasse.")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Both say the same.")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_label("The script is in").select_option("nl")
    page.keyboard.press("Escape")
    script.fill("# Tea\n\nTwo cups.\n")
    page.get_by_role("button", name="Languages").press("Enter")
    expect(page.get_by_label("The script is in")).to_have_value("nl")
    expect(page.get_by_label("Language", exact=True)).to_have_value("nl")
    expect(page.get_by_text("The script has changed since")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="It is right as it is").click()
    expect(page.get_by_text("Both say the same.")).to_be_visible()
