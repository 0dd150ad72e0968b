"""A web process on PostgreSQL: streams, pages and the queue do what they do on SQLite, where everything is tested."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest

from models import attempt
from models.attempt import Fact
from models.event import Cursor, EventType
from models.verify import verify
from tests.support.postgres import Cluster, hand
from tests.support.stream_client import Reader
from tests.support.task_moves import Moves
from tests.support.web_server import Server


@pytest.fixture(scope="module")
def server(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with cluster.database() as url:
        server = Server(tmp_path_factory.mktemp("on_postgresql"), database_url=url, heartbeat_s=600)
        yield server
        server.close()


def ids_of(moves: Moves, task_id: str) -> list[str]:
    with moves.store.reading() as read:
        return [str(Cursor(read.epoch, entry.seq)) for entry in moves.events(task_id)]


def test_reader_gets_what_was_and_what_comes_and_goes_on_after_a_kill_until_the_end(server: Server) -> None:
    moves = Moves(server.store)
    made = moves.submit()
    lease = moves.claim().lease
    path = f"/api/tasks/{made.id}/stream"
    with Reader(server.port, path) as reader:
        reader.until_type("task.started")
        attempt.report(moves.store, lease, [Fact(EventType.STAGE_STARTED, stage="video", message="Live")])
        reader.until_type("stage.started")
        server.stop(signal.SIGKILL)
    for number in range(3):
        moves.say(lease, f"Nobody listens {number}")
    server.start_again()
    with Reader(server.port, path, {"Last-Event-ID": reader.ids[-1]}) as again:
        again.until_type("stage.progress")
        attempt.report(moves.store, lease, [Fact(EventType.STAGE_COMPLETED, stage="video")])
        attempt.complete(server.store, lease)
        assert again.all()[-1].event == "end"
    assert "reset" not in {message.event for message in again.messages}
    assert reader.ids + again.ids == ids_of(moves, made.id)
    with Reader(server.port, path, {"Last-Event-ID": again.ids[-1]}) as ended:
        assert ended.status == 204


def test_reader_of_all_tasks_gets_a_snapshot_what_is_inserted_by_hand_and_a_reset_of_another_history(server: Server) -> None:
    with Reader(server.port, "/api/stream") as reader:
        before = reader.until_event("snapshot")
        hand(server.store, "INSERT INTO submit (source) VALUES ('# By hand')")
        assert json.loads(reader.until_type("task.submitted").data)["data"]["title"] == "By hand"
        hand(server.store, "UPDATE log_head SET history = 'of another timeline'")
        hand(server.store, "INSERT INTO cancel SELECT id FROM tasks WHERE status = 'queued'")
        assert json.loads(reader.until_event("reset").data) == {"reason": "epoch"}
        after = reader.until_event("snapshot")
    assert Cursor.parse(after.id).epoch != Cursor.parse(before.id).epoch  # type: ignore[union-attr]
    assert verify(server.store) == []


def test_task_is_submitted_listed_found_changed_and_removed(server: Server) -> None:
    client = server.client
    asked, once = {"script": "# Élan\n\nWords of a whale.\n"}, {"Idempotency-Key": "once"}
    task_id = client.post("/api/tasks", json=asked, headers=once).json()["id"]
    assert client.post("/api/tasks", json=asked, headers=once).json()["id"] == task_id
    assert [task["id"] for task in client.get("/api/tasks", params={"q": "elan whal"}).json()["tasks"]] == [task_id]
    assert client.patch(f"/api/tasks/{task_id}", json={"priority": 7}).json()["priority"] == 7
    assert client.post(f"/api/tasks/{task_id}/cancel").json()["status"] == "cancelled"
    assert client.post(f"/api/tasks/{task_id}/retry").json()["status"] == "queued"
    assert client.post(f"/api/tasks/{task_id}/cancel").is_success
    assert client.delete(f"/api/tasks/{task_id}").is_success
    assert client.get(f"/api/tasks/{task_id}").status_code in (404, 410)
    assert client.post(f"/api/tasks/{task_id}/undelete").is_success
    for page in ("/", "/tasks", f"/tasks/{task_id}", "/status", "/schedules", "/brands", "/metrics", "/api/ready"):
        assert client.get(page, headers={"Accept": "text/html"}).status_code == 200, page
    assert verify(server.store) == []
    hand(server.store, "UPDATE tasks SET status = 'completed', progress = 1")
    findings = [finding.message for finding in verify(server.store) if finding.task_id == task_id]
    assert len(findings) == 2, findings
