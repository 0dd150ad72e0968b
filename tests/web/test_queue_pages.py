"""The pages where people change the queue and schedules, as a browser without JavaScript uses them."""

from __future__ import annotations

from models import schedule, task
from tests.support.task_moves import Moves
from tests.support.web_server import Server
from tests.web.test_write_form import fields, made


def test_form_says_when_a_video_starts(server: Server) -> None:
    first = Moves(server.store).submit("First")
    page = server.client.get("/")
    assert f'<option value="{first.id}">First</option>' in page.text
    when = {"run_at": "2100-01-31T09:00", "after": first.id, "lock": "gpu"}
    form = fields(page) | {"script": "# Later", "format": "", "voice": "none", "priority": "0"} | when
    later = made(server.client.post("/", data=form), server.store)
    assert (later.run_at, later.lock, later.hold_reason) == ("2100-01-31T09:00:00.000Z", "gpu", "waiting_for_tasks")
    shown = server.client.get(f"/tasks/{later.id}").text
    assert f'<a href="/tasks/{first.id}">First</a> (queued)' in shown
    assert "<dt>Lock</dt><dd>gpu</dd>" in shown
    refused = server.client.post("/", data=form | {"run_at": "soon", "script": "# Other"})
    assert (refused.status_code, "The field run_at is no moment" in refused.text) == (422, True)


def test_priority_of_a_queued_task_is_changed_on_its_page(server: Server) -> None:
    waiting = Moves(server.store).submit("Waiting", run_at="2100-01-31T09:00:00.000Z")
    form = fields(server.client.get(f"/tasks/{waiting.id}")) | {"priority": "7", "at_once": "yes"}
    assert server.client.post(f"/tasks/{waiting.id}/queue", data=form).status_code == 303
    changed = task.get(server.store, waiting.id)
    assert (changed.priority, changed.run_at) == (7, None)
    task.cancel(server.store, waiting.id)
    assert server.client.post(f"/tasks/{waiting.id}/queue", data=form).status_code == 303
    assert 'data-part="queue" hidden' in server.client.get(f"/tasks/{waiting.id}").text


def test_schedules_are_listed_added_paused_and_removed(server: Server) -> None:
    assert "No schedules yet" in server.client.get("/schedules").text
    weekly = Moves(server.store).submit("Weekly news")
    page = server.client.get("/schedules", params={"repeat": weekly.id})
    assert f'<option value="{weekly.id}" selected>Weekly news</option>' in page.text
    form = fields(page) | {"name": "Weekly", "repeat": weekly.id, "cron": "0 9 * * MON", "timezone": "Europe/Berlin"}
    refused = server.client.post("/schedules", data=form | {"cron": "soon"})
    assert (refused.status_code, "five fields" in refused.text, 'value="Weekly"' in refused.text) == (422, True, True)
    assert server.client.post("/schedules", data=form).status_code == 303
    with server.store.reading() as read:
        added = schedule.find(read, "Weekly")
    listed = server.client.get("/schedules").text
    assert "Monday" in listed and "Europe/Berlin" in listed
    server.client.post(f"/schedules/{added.id}/pause", data=form)
    assert "paused" in server.client.get("/schedules").text
    server.client.post(f"/schedules/{added.id}/remove", data=form)
    server.client.post(f"/schedules/{added.id}/remove", data=form)
    assert "No schedules yet" in server.client.get("/schedules").text


def test_page_of_a_video_lists_its_exports(server: Server) -> None:
    video = Moves(server.store).submit("Film")
    export = task.submit(server.store, kind="export", title="Film (GIF)", payload={"task": video.id, "format": "gif"}, made_from=video.id)
    assert f'<a href="/tasks/{export.id}">Film (GIF)</a>' in server.client.get(f"/tasks/{video.id}").text
    task.delete(server.store, export.id)
    assert "Film (GIF)" not in server.client.get(f"/tasks/{video.id}").text
