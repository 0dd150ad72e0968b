"""The main promises of a stream, in every house it may live in: pywsgi with and without the accelerator, and gunicorn's gevent worker."""

from __future__ import annotations

from contextlib import ExitStack

from tests.support.socket_readers import Reader, Speaker, events, messages, open_streams, soon
from tests.support.web_server import Serve, Server


def test_reader_gets_replay_then_live_then_the_end_and_resumes_without_a_gap(stream_server: Server) -> None:
    speaker = Speaker(stream_server.store)
    speaker.say("before")
    path = f"/api/tasks/{speaker.id}/stream"
    with Reader(stream_server.port, path) as reader:
        frames = reader.frames()
        seen = [next(frames) for _ in range(4)]
        assert [frame.name for frame in seen] == ["hello", "message", "message", "message"]
        assert messages(seen) == ["before"]
        speaker.say("live")
        seen = [next(frames)]
        assert messages(seen) == ["live"]
        cursor = seen[-1].id
    speaker.say("while away", "and again")
    with Reader(stream_server.port, path, cursor=cursor) as reader:
        frames = reader.frames()
        seen = [next(frames) for _ in range(3)]
        assert messages(seen) == ["while away", "and again"]
        speaker.say("the last")
        speaker.end()
        rest = list(frames)
    assert messages(rest) == ["the last"]
    assert events(rest)[-1] == "task.completed"
    assert rest[-1].name == "end"
    with Reader(stream_server.port, path, cursor=rest[-2].id) as reader:
        assert reader.answer()[0] == 204


def test_many_readers_get_each_event_once_in_order(stream_server: Server) -> None:
    speaker = Speaker(stream_server.store)
    texts = [f"{number}" for number in range(100)]
    with ExitStack() as open_readers:
        readers = [Reader(stream_server.port, "/api/stream", version=version) for version in ("1.1", "1.0") for _ in range(10)]
        for reader in readers:
            open_readers.callback(reader.close)
        streams = [reader.frames() for reader in readers]
        # What is said before the snapshot is in the snapshot, and only what comes after it in the stream.
        assert [[next(stream).name for _ in range(2)] for stream in streams] == [["hello", "snapshot"]] * 20
        for message in texts:
            speaker.say(message)
        speaker.end()
        for stream in streams:
            seen = []
            for frame in stream:
                seen.append(frame)
                if events([frame]) == ["task.completed"]:
                    break
            assert messages(seen) == texts


def test_closed_connection_is_noticed_long_before_a_heartbeat(stream_server: Server) -> None:
    with Reader(stream_server.port, "/api/stream") as reader:
        reader.until("snapshot")
        soon(lambda: open_streams(stream_server) == 1)  # those before may still be on their way out
    soon(lambda: open_streams(stream_server) == 0)


def test_bad_cursor_is_told_and_the_stream_begins_anew(stream_server: Server) -> None:
    speaker = Speaker(stream_server.store)
    for cursor, reason in (("nonsense", "malformed"), ("ffffffff-1", "epoch")):
        with Reader(stream_server.port, f"/api/tasks/{speaker.id}/stream", cursor=cursor) as reader:
            frames = reader.frames()
            seen = [next(frames) for _ in range(3)]
        assert [frame.name for frame in seen] == ["hello", "reset", "message"]
        assert seen[1].data == {"reason": reason}


def test_too_many_streams_get_503_and_when_to_come_back(serve: Serve) -> None:
    server = serve(max_streams=3, max_streams_per_client=2)
    readers = [Reader(server.port, "/api/stream") for _ in range(2)]
    for reader in readers:
        reader.until("snapshot")
    with Reader(server.port, "/api/stream") as one_more:
        status, headers = one_more.answer()
        assert (status, headers["content-type"]) == (503, "application/problem+json")
        assert int(headers["retry-after"]) > 0
    other = [Reader(server.port, "/api/stream", source="127.0.0.2") for _ in range(2)]
    assert sorted(reader.answer()[0] for reader in other) == [200, 503]
    for reader in (*readers, *other):
        reader.close()
