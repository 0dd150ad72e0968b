"""Whatever text is in an event, every reader gets it back as it is kept: the standard word for word, httpx-sse, and Chromium itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
import httpx_sse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from models import attempt
from models.attempt import Fact
from models.event import EventType
from models.text_values import readable, to_json
from tests.browser.conftest import Server
from tests.browser.test_task_page import SubmitTask
from tests.support.awkward_texts import FORGED, TEXTS, VALUES
from tests.support.event_stream_parser import Parser
from tests.support.examples import examples
from tests.support.scripted_task import ScriptedTask

Said = tuple[str, Mapping[str, Any]]
BATCH = 10
"""Texts at once. Of many more, hypothesis throws most examples away, since they take too much of its data, and searches for minutes."""
MEGABYTE = "".join(("\U0001f600 an emoji and \u2028", *FORGED)) * 8000  # 0.9 million characters, 1.2 MB
EVERY_NAME = ("message", "hello", "heartbeat", "snapshot", "reset", "problem", "end", "forged")
FOLLOW = """([url, names]) => new Promise((done) => {
  const source = new EventSource(url);
  const told = [];
  const over = () => (source.close(), done(told));
  const tell = ({ type, data, lastEventId }) => told.push([type, data, lastEventId]);
  for (const name of names) source.addEventListener(name, tell);
  source.addEventListener("end", over);
  source.addEventListener("error", over);
})"""


@settings(max_examples=examples(10), suppress_health_check=list(HealthCheck))
@given(warnings_sent=st.lists(st.tuples(TEXTS, VALUES), min_size=BATCH, max_size=BATCH))
def test_any_text_is_read_back_the_same_by_every_reader_and_forges_nothing(
    page: Page, server: Server, submit_task: SubmitTask, warnings_sent: list[Said]
) -> None:
    expect_read_back(page, server, submit_task("".join(FORGED)), warnings_sent)


def test_a_megabyte_of_text_is_read_back_the_same_by_every_reader(page: Page, server: Server, submit_task: SubmitTask) -> None:
    expect_read_back(page, server, submit_task(), [(MEGABYTE, {"text": MEGABYTE[::-1]})])


def expect_read_back(page: Page, server: Server, scripted: ScriptedTask, warnings_sent: list[Said]) -> None:
    scripted.start()
    attempt.report(
        scripted.store, scripted.lease, [Fact(EventType.TASK_WARNING, message=message, data=data) for message, data in warnings_sent]
    )
    attempt.complete(scripted.store, scripted.lease)
    url = f"{server.url}/api/tasks/{scripted.id}/stream"

    parser = Parser()
    hello, *frames = [(frame.event, frame.data, frame.id) for frame in parser.feed(httpx.get(url).content)]
    assert parser.retry_ms == 1000
    assert (hello[0], json.loads(hello[1])["task"]["title"]) == ("hello", scripted.task.title)
    assert [name for name, _, _ in frames] == [*["message"] * len(scripted.ids()), "end"]
    assert [id for name, _, id in frames if name == "message"] == scripted.ids()
    warnings = [warning for warning in (json.loads(data) for _, data, _ in frames) if warning.get("type") == "task.warning"]
    stored = [(message and readable(message), json.loads(to_json(data))) for message, data in warnings_sent]
    assert [(warning["message"], warning["data"]) for warning in warnings] == stored

    with httpx.Client() as client, httpx_sse.connect_sse(client, "GET", url) as source:
        _, *others = [(frame.event, frame.data, frame.id) for frame in source.iter_sse() if frame.data]
    assert others == frames

    if not page.url.endswith("/blank"):
        page.route("**/blank", lambda route: route.fulfill(body="<link rel=icon href='data:,'>", content_type="text/html"))
        page.goto("/blank")
    _, *shown = [tuple(frame) for frame in page.evaluate(FOLLOW, [url, EVERY_NAME])]
    assert shown == frames
