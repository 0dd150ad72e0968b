"""/status is live, and says first what needs a person."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from models import task, worker
from models.database import Store
from models.event import EventType
from tests.browser.relay import Relay
from tests.browser.test_task_page import SubmitTask


def test_what_needs_a_person_is_said_loudly_and_taken_back_by_itself(page: Page, submit_task: SubmitTask, store: Store) -> None:
    scripted = submit_task("A <long> film")
    scripted.close()
    page.goto("/status")
    problem = page.locator(".problem")
    expect(problem).to_contain_text("No worker is running. 1 video waits for one.")
    expect(page).to_have_title(re.compile("⚠ No worker is running"))

    scripted.worker_id = worker.register(store)
    scripted.start()
    expect(page.get_by_text("All systems normal.")).to_be_visible()
    expect(problem).to_be_hidden()
    expect(page).to_have_title("Status · videogen")

    scripted.report(EventType.TASK_STALLED)
    expect(problem).to_contain_text("Nothing new of “A <long> film” for 60 s.")
    expect(problem.get_by_role("link", name="Show the video")).to_have_attribute("href", scripted.path)
    scripted.progress("video", 0.5, 0.5, "Going on")
    expect(problem).to_be_hidden()


def test_numbers_and_plots_move(page: Page, context: BrowserContext, submit_task: SubmitTask, store: Store) -> None:
    page.goto("/status")
    streams = page.locator("[data-plot=streams]")
    expect(streams.locator("[data-part=now]")).to_have_text("0")
    scripted = submit_task()
    reading = context.new_page()
    reading.goto(scripted.path)
    expect(streams.locator("[data-part=now]")).to_have_text("1")
    expect(streams.locator("svg")).to_have_attribute("aria-label", re.compile("^Open streams: 1 now, at most "))
    expect(streams.locator(".plot-line")).to_have_attribute("d", re.compile(r"^M[\d. ]+L"))
    expect(page.locator("[data-part=streams] tr")).to_contain_text(["all videos"])
    waiting = int(page.locator("[data-fact='tasks.queued']").inner_text())
    task.cancel(store, scripted.id)
    expect(page.locator("[data-fact='tasks.queued']")).to_have_text(str(waiting - 1))


def test_server_that_is_gone_is_said_first(context: BrowserContext, relay: Relay) -> None:
    page = context.new_page()
    page.goto(f"{relay.url}/status")
    expect(page.locator(".pi-connection")).to_have_text("Live")
    relay.cut()
    expect(page.locator(".problem")).to_contain_text("The server does not answer.")
    relay.mend()
    expect(page.locator(".pi-connection")).to_have_text("Live")
    expect(page.locator(".problem")).not_to_contain_text("The server does not answer.")
