"""The timeline on a task's page: drawn when somebody opens it, and anew when something has changed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.scripted_task import ScriptedTask

SubmitTask = Callable[..., ScriptedTask]
DRAWN = "picture => picture.complete && picture.naturalWidth > 0"


def test_the_timeline_is_drawn_when_it_is_opened_and_follows_the_video(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.stage("video")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "timeline.svg" in request.url else None)
    page.goto(scripted.path)
    expect(page.locator("#timeline img")).to_be_hidden()
    assert asked == []
    page.get_by_text("Timeline", exact=True).click()
    picture = page.locator("#timeline img")
    expect(picture).to_be_visible()
    page.wait_for_function(DRAWN, arg=picture.element_handle())
    before = picture.get_attribute("src")
    scripted.stage_done("video")
    scripted.complete()
    expect(picture).not_to_have_attribute("src", before or "")
    page.wait_for_function(DRAWN, arg=picture.element_handle())
    answers = page.request.get(f"/api/tasks/{scripted.id}/timeline.svg")
    assert "done in" in answers.text()
