"""A task that was lost says when it is tried again, and counts down by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models import attempt
from models.retry_policy import RetryPolicy
from tests.support.scripted_task import ScriptedTask
from videogen.errors.rendering import RendererLost

SubmitTask = Callable[..., ScriptedTask]


def test_a_lost_task_says_when_it_is_tried_again_and_counts_down(
    page: Page, submit_task: SubmitTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = submit_task().start()
    monkeypatch.setattr(lost.store, "retry_policy", lambda kind: RetryPolicy(wait_s=60.0))
    page.goto(lost.path)
    times = page.locator("[data-part=times]")
    expect(times).to_contain_text("elapsed")
    attempt.lose(lost.store, lost.lease, RendererLost("The renderer ended."))
    expect(times).to_contain_text(re.compile(r"next try in \d+ s"))
    expect(page.locator("[data-part=now]")).to_have_text("Worker lost, trying again")
    first = times.inner_text()
    expect(times).not_to_have_text(first)
    expect(times).to_contain_text("next try in")
    page.reload()
    expect(times).to_contain_text("next try in")
    lost.close()


def test_the_page_says_so_without_javascript_as_well(
    context: BrowserContext, submit_task: SubmitTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = submit_task().start()
    monkeypatch.setattr(lost.store, "retry_policy", lambda kind: RetryPolicy(wait_s=60.0))
    attempt.lose(lost.store, lost.lease, RendererLost("The renderer ended."))
    assert re.search(r"next try in \d+ s", context.request.get(lost.path).text())
    lost.close()
