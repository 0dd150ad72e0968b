"""The form of the page for writing, as a browser without JavaScript sends it."""

from __future__ import annotations

import html
import re

import httpx

from models import task
from models.database import Store
from tests.support.web_server import Server

HIDDEN = re.compile(r"""name="(csrf_token|once|made_from|options)" value=(?:"([^"]*)"|'([^']*)')""")


def fields(page: httpx.Response) -> dict[str, str]:
    """What the page sends of its own."""
    return {name: html.unescape(value or other) for name, value, other in HIDDEN.findall(page.text)}


def made(answer: httpx.Response, store: Store) -> task.Task:
    assert answer.status_code == 303, answer.text
    return task.get(store, answer.headers["Location"].rpartition("/")[2])


def test_a_sheet_sent_twice_makes_one_video_and_a_changed_or_deleted_one_makes_another(server: Server) -> None:
    form = fields(server.client.get("/")) | {"script": "# Twice", "format": "", "voice": "none", "priority": "10"}
    first, second = (made(server.client.post("/", data=form), server.store) for _ in range(2))
    assert (first.id, first.priority) == (second.id, 10)
    changed = made(server.client.post("/", data=form | {"script": "# Twice, better"}), server.store)
    assert changed.id != first.id
    task.delete(server.store, first.id)
    assert made(server.client.post("/", data=form), server.store).id != first.id


def test_made_again_with_changes_a_video_keeps_its_other_options_and_says_what_it_comes_from(server: Server) -> None:
    body = {"script": "# One", "options": {"height": 240, "voice": "none", "cfr": True}}
    original = server.client.post("/api/tasks", json=body).json()["id"]
    page = server.client.get("/", params={"from": original})
    assert f'<a href="/tasks/{original}">' in page.text
    assert '<option value="240" selected>' in page.text
    form = fields(page) | {"script": "# Two", "format": "markdown", "voice": "", "height": "240", "priority": "0"}
    again = made(server.client.post("/", data=form), server.store)
    assert (again.made_from_task_id, again.options) == (original, {"height": 240, "cfr": True})
    assert f'<a href="/tasks/{original}">' in server.client.get(f"/tasks/{again.id}").text
