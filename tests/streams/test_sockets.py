"""Streams of a real server process, over real sockets."""

from __future__ import annotations

import json
import socket

import httpx_sse
import pytest

from models import attempt, task
from models.replay import public
from tests.streams.running_server import open_streams
from tests.support.sqlite_shell import sqlite
from tests.support.stream_client import Reader
from tests.support.subscription_reader import cursor_at
from tests.support.task_moves import Moves
from tests.support.web_server import Server

WAIT_S = 60.0


def test_finished_task_is_replayed_and_ends(server: Server, shared: Moves) -> None:
    made_task = shared.make()
    with Reader(server.port, f"/api/tasks/{made_task.id}/stream") as reader:
        messages = reader.all()
    assert [event.event for event in messages] == ["hello", *["message"] * len(shared.events(made_task.id)), "end"]
    assert reader.events == [json.loads(json.dumps(public(event))) for event in shared.events(made_task.id)]
    assert reader.ids == [cursor_at(server.store, event.seq) for event in shared.events(made_task.id)]


def test_headers_keep_proxies_and_caches_from_holding_it_back(server: Server, shared: Moves) -> None:
    with Reader(server.port, f"/api/tasks/{shared.submit().id}/stream") as reader:
        assert reader.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert reader.headers["Cache-Control"] == "no-cache, no-transform"
        assert reader.headers["X-Accel-Buffering"] == "no"
        assert reader.headers.get("Connection") == "close", "which the server says and not the application: it ends with the stream"
        assert "Content-Length" not in reader.headers


def test_another_reader_of_streams_sees_the_same(server: Server, shared: Moves) -> None:
    made = shared.submit()
    got = []
    with httpx_sse.connect_sse(server.client, "GET", f"/api/tasks/{made.id}/stream") as source:
        for sse in filter(lambda sse: sse.data, source.iter_sse()):
            got.append(sse)
            if sse.event == "hello":
                attempt.requeue(server.store, shared.claim().lease)
            if sse.event == "message" and json.loads(sse.data)["type"] == "task.requeued":
                task.cancel(server.store, made.id)
    assert [json.loads(frame.data)["type"] for frame in got if frame.event == "message"] == shared.types(made.id)
    assert got[-1].event == "end"


def test_commits_of_another_process_arrive_while_the_reader_waits(server: Server, shared: Moves) -> None:
    made = shared.submit()
    with Reader(server.port, f"/api/tasks/{made.id}/stream") as reader:
        reader.until_type("task.submitted")
        lease = shared.claim().lease
        for number in range(10):
            shared.say(lease, f"Scene {number}")
            assert json.loads(reader.until_type("stage.progress").data)["message"] == f"Scene {number}"
        attempt.complete(server.store, lease)
        reader.all()
    assert [event["type"] for event in reader.events] == shared.types(made.id)


def test_row_put_in_by_hand_arrives_by_the_floor(server: Server) -> None:
    with Reader(server.port, "/api/stream") as reader:
        reader.until_event("snapshot")
        sqlite(server.store.path, "INSERT INTO submit(source) VALUES ('# By hand')")
        assert json.loads(reader.until_type("task.submitted").data)["data"]["title"] == "By hand"


def test_whoever_has_it_all_gets_204(server: Server, shared: Moves) -> None:
    made_task = shared.make()
    last = cursor_at(server.store, shared.events(made_task.id)[-1].seq)
    for path in (f"/api/tasks/{made_task.id}/stream", f"/api/videos/jobs/{made_task.id}/events", f"/api/stream?task={made_task.id}"):
        answer = server.client.get(path, headers={"Last-Event-ID": last})
        assert (answer.status_code, answer.content) == (204, b"")


def test_header_wins_over_the_query(server: Server, shared: Moves) -> None:
    """A browser that reconnects sends the newest cursor there, while its address still has the first one."""
    made_task = shared.make()
    seqs = [event.seq for event in shared.events(made_task.id)]
    path = f"/api/tasks/{made_task.id}/stream?last_event_id={cursor_at(server.store, seqs[0])}"
    with Reader(server.port, path) as reader:
        reader.all()
        assert reader.ids[0] == cursor_at(server.store, seqs[1])
    with Reader(server.port, path, {"Last-Event-ID": cursor_at(server.store, seqs[3])}) as reader:
        reader.all()
        assert reader.ids[0] == cursor_at(server.store, seqs[4])


@pytest.mark.parametrize(
    ("cursor", "reason"),
    [("what", "malformed"), ("\xff\xfe", "malformed"), ("ffffffff-1", "epoch"), ("HEAD+1000", "ahead"), ("00000000-01", "malformed")],
)
def test_bad_cursor_is_reset_and_never_refused(server: Server, shared: Moves, cursor: str, reason: str) -> None:
    made_task = shared.make()
    cursor = cursor.replace("HEAD+1000", cursor_at(server.store, 10**9))
    with Reader(server.port, f"/api/tasks/{made_task.id}/stream", {"Last-Event-ID": cursor}) as reader:
        messages = reader.all()
    assert [event.event for event in messages[:2]] == ["hello", "reset"]
    assert json.loads(messages[1].data) == {"reason": reason}
    assert len(reader.events) == len(shared.events(made_task.id))


def test_unknown_and_deleted_tasks_are_problems(server: Server, shared: Moves) -> None:
    gone = shared.make()
    task.delete(server.store, gone.id)
    for name in ("tasks/{}/stream", "videos/jobs/{}/events", "tasks/{}/events"):
        for task_id, status, code in (("nothing", 404, "task_not_found"), (gone.id, 410, "task_deleted")):
            with Reader(server.port, f"/api/{name.format(task_id)}") as reader:
                problem = reader.problem()
            assert (reader.status, problem["status"], problem["code"]) == (status, status, code)
            assert problem["hint"]


def test_unknown_type_is_refused_with_the_known_ones(server: Server) -> None:
    with Reader(server.port, "/api/stream?type=task.exploded") as reader:
        problem = reader.problem()
    assert reader.status == 400
    assert "task.completed" in problem["hint"]


def test_silence_is_filled_with_heartbeats(server: Server, shared: Moves) -> None:
    made = shared.submit()
    with Reader(server.port, f"/api/tasks/{made.id}/stream") as reader:
        reader.until_event("heartbeat")
        beat = json.loads(reader.until_event("heartbeat").data)
        assert [(row["id"], row["status"]) for row in beat["tasks"]] == [(made.id, "queued")]


def test_jobs_messages_carry_the_table_of_stages(server: Server, shared: Moves) -> None:
    made_task = shared.make()
    with Reader(server.port, f"/api/videos/jobs/{made_task.id}/events") as reader:
        reader.all()
    assert [event["type"] for event in reader.events] == shared.types(made_task.id)
    assert reader.events[-1]["stages"] == json.loads(json.dumps(dict(made_task.stages)))


def test_client_of_http_1_0_gets_no_chunks(server: Server, shared: Moves) -> None:
    made_task = shared.make()
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S) as connection:
        connection.sendall(f"GET /api/tasks/{made_task.id}/stream HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body.startswith(b"retry: 1000\n\nevent: hello\n")
    assert body.endswith(b'event: end\ndata: {"status":"completed"}\n\n')


def test_request_sent_ahead_does_not_disturb_the_stream(server: Server, shared: Moves) -> None:
    made = shared.submit()
    with Reader(server.port, f"/api/tasks/{made.id}/stream") as reader:
        reader.until_type("task.submitted")
        reader.socket.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        task.cancel(server.store, made.id)
        reader.until_event("end")


def test_head_of_a_stream_is_answered_and_opens_none(server: Server, shared: Moves) -> None:
    made = shared.submit()
    answer = server.client.head(f"/api/tasks/{made.id}/stream")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    assert open_streams(server, made.id) == [], "and the connection can be used for the next request"
