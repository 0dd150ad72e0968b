"""Writing on /: storyboard, faults, draft, and the way to a finished film, as a person goes it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from models import Store, task
from tests.browser.conftest import Server, Start, complaints_of
from tests.browser.test_task_page import log_ids

SMALL = "---\nheight: 240\nvoice: none\n---\n# Small\n\nOne line.\n\n## End\n\n- One\n- Two\n"


def type_over(page: Page, script: str) -> None:
    page.locator("textarea").fill(script)


def test_first_visit_to_finished_video(browser: Browser, start: Start) -> None:
    """The whole way, with a real worker: the starter is there, the button makes it, progress moves, a reload changes nothing, it plays."""
    server = start("web", "worker")
    page = browser.new_page()
    complaints = complaints_of(page)
    page.goto(server.url)
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))
    type_over(page, SMALL)
    page.get_by_role("button", name="Make video").click()
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.locator("h1")).to_have_text("Small")
    expect(page.locator("[data-stage=input]")).to_have_attribute("data-status", "completed", timeout=30_000)
    page.reload()
    expect(page.locator("[data-stage=input]")).to_have_attribute("data-status", "completed")
    expect(page.locator(".pi-now")).to_have_text("Your video is ready", timeout=60_000)
    expect(page.locator("#filmstrip li").first).to_be_visible()
    ids = log_ids(page)
    assert len(ids) == len(set(ids)) and ids == sorted(ids, key=lambda id: int(id.rpartition("-")[2]))
    page.locator("video").evaluate("video => (video.muted = true, video.play())")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    assert complaints == []
    page.close()


def test_storyboard_shows_the_scenes_and_leads_to_their_lines(page: Page) -> None:
    page.goto("/")
    type_over(page, SMALL)
    page.get_by_role("button", name="Preview").click()
    scenes = page.locator("#storyboard .scene")
    expect(scenes.locator(".scene-title").first).to_have_text("Small", timeout=40_000)
    page.wait_for_function("() => [...document.querySelectorAll('#storyboard img')].every(image => image.naturalWidth > 0)")
    expect(page.locator("#storyboard [data-part=total]")).to_have_text(re.compile(r"\d scenes, about"))
    scenes.filter(has_text="One. Two.").click()
    expect(page.locator("textarea")).to_be_focused()
    before = page.evaluate("(area => area.value.slice(0, area.selectionStart))(document.querySelector('textarea'))")
    assert before.count("\n") >= 8


def test_fault_is_shown_at_its_line(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/")
    type_over(page, "---\ntitle: [x\n---\n# Hi\n")
    page.get_by_role("button", name="Make video").click()
    expect(page.locator(".problem-message")).to_contain_text("column")
    expect(page.locator(".line[data-fault]")).to_have_count(1)
    line = page.locator(".line").evaluate_all("lines => lines.findIndex(line => line.dataset.fault) + 1")
    page.get_by_role("button", name=f"Go to line {line}").click()
    expect(page.locator("textarea")).to_be_focused()
    type_over(page, "# Hi\n")
    expect(page.locator(".line[data-fault]")).to_have_count(0)


def test_mirror_keeps_the_lines_of_the_text(page: Page) -> None:
    """Numbers and faults stand at the right lines only if the mirror breaks lines as the textarea does."""
    page.goto("/")
    type_over(page, "\n".join(["# Title", "", "word " * 200, "", "x" * 500, "\tindented", "", "end"]))
    heights = page.evaluate("[document.querySelector('textarea').scrollHeight, document.querySelector('.mirror').scrollHeight]")
    assert heights[0] == heights[1]
    page.locator("textarea").press("Control+Home")
    page.keyboard.type("new\nlines\n")
    lines = page.locator(".mirror .line").evaluate_all("lines => lines.map(line => line.textContent.replace('\\u200b', ''))")
    assert "\n".join(lines) == page.locator("textarea").input_value()


def test_draft_survives_a_reload(page: Page) -> None:
    page.goto("/")
    type_over(page, "# My draft\n")
    page.locator("select[name=format]").select_option("markdown")
    page.reload()
    expect(page.locator("textarea")).to_have_value("# My draft\n")
    expect(page.locator("select[name=format]")).to_have_value("markdown")
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))


def test_control_enter_makes_the_video(page: Page, store: Store) -> None:
    page.goto("/")
    type_over(page, "# By keyboard\n\nText.\n")
    page.locator("textarea").press("Control+Enter")
    expect(page.locator("h1")).to_have_text("By keyboard")


def test_everything_works_without_javascript(browser: Browser, server: Server, store: Store) -> None:
    """A script is taken, its task is shown and can be cancelled, tried again, deleted and had back, by forms alone."""
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    type_over(page, "---\ntitle: [x\n---\n")
    page.get_by_role("button", name="Make video").click()
    expect(page.locator(".problem-message")).to_contain_text("column")
    expect(page.locator("textarea")).to_have_value("---\ntitle: [x\n---\n")
    type_over(page, "# Plain & simple\n\nText.\n")
    page.get_by_role("button", name="Make video").click()
    expect(page.locator("h1")).to_have_text("Plain & simple")
    id = page.url.rpartition("/")[2]
    assert task.get(store, id).source == "# Plain & simple\n\nText.\n"
    expect(page.locator(".pi-now")).to_have_text(re.compile("No worker is running"))
    expect(page.locator("#log li")).to_contain_text(["Submitted"])
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-part=badge]")).to_have_text("Cancelled")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-part=badge]")).to_have_text("Waiting")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Plain & simple")
    context.close()


def test_form_without_its_token_is_refused(context: BrowserContext, server: Server) -> None:
    answer = context.request.post("/", form={"script": "# Hi", "csrf_token": "guessed"})
    assert answer.status == 403
