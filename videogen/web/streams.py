"""The streams' addresses, and what a socket needs while it carries one."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from models.event import EventType
from videogen.config import Settings
from videogen.errors import BadRequest, TaskGone, TaskNotFound, TooManyStreams
from videogen.stream import Stream, Watch
from videogen.web import fast_fanout, shapes
from videogen.web.operations import Operation, Parameter, described

blueprint = Blueprint("streams", __name__)

HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
SEND_BUFFER_BYTES = 64 * 1024
VANISHED = (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH)
MAX_TASKS = 100
NAMES = {"type": "array", "items": {"type": "string"}}
STREAM = Operation(
    "Log",
    shapes.Message,
    media_type="text/event-stream",
    errors=(BadRequest, TaskNotFound, TaskGone, TooManyStreams),
    parameters=(
        Parameter("type", NAMES | {"items": {"type": "string", "enum": list(EventType)}}, "Only events of these types."),
        Parameter("last_event_id", {"type": "string"}, "The cursor to go on from; the header wins."),
        Parameter("Last-Event-ID", {"type": "string"}, "The same, as browsers send it.", "header"),
    ),
    empty={204: "There is nothing left to say after the cursor."},
)


@blueprint.get("/api/tasks/<task_id>/stream")
@described(STREAM)
def of_task(task_id: str) -> ResponseReturnValue:
    """The log of one task, to its end."""
    return _answer(Watch(frozenset({task_id}), _types()))


@blueprint.get("/api/stream")
@described(STREAM.but(parameters=(*STREAM.parameters, Parameter("task", NAMES, f"Only these tasks, at most {MAX_TASKS}."))))
def of_all() -> ResponseReturnValue:
    """The log of all tasks, or of those that `task` names; of all types, or of those that `type` names."""
    tasks = frozenset(request.args.getlist("task"))
    if len(tasks) > MAX_TASKS:
        raise BadRequest(f"{len(tasks)} tasks are named, and {MAX_TASKS} may be.", hint="Follow all tasks instead.")
    return _answer(Watch(tasks or None, _types()))


@blueprint.get("/api/videos/jobs/<task_id>/events")
@described(STREAM)
def of_job(task_id: str) -> ResponseReturnValue:
    """The log of one task, each message with the whole table of stages as of that event."""
    return _answer(Watch(frozenset({task_id}), _types(), with_stages=True))


@blueprint.get("/api/streams")
@described(Operation("Server", shapes.Readers))
def index() -> ResponseReturnValue:
    """Who reads streams of this process, from where, and how far they are."""
    streams = current_app.extensions["videogen"].streams
    head = streams.tail.head
    return jsonify(
        {
            "streams": [
                {
                    "client": stream.client,
                    "tasks": sorted(stream.watch.tasks) if stream.watch.tasks is not None else None,
                    "since": stream.since,
                    "cursor": stream.cursor,
                    "lag": max(head - stream.place.seq, 0) if stream.place else None,
                    "bytes": stream.bytes_sent,
                }
                for stream in sorted(streams.open, key=lambda stream: stream.since)
            ]
        }
    )


def _types() -> frozenset[str] | None:
    types = frozenset(request.args.getlist("type"))
    unknown = types - set(EventType)
    if unknown:
        raise BadRequest(f"There is no event type {min(unknown)[:40]!r}.", hint=f"Known are {', '.join(EventType)}.")
    return types or None


def _answer(watch: Watch) -> ResponseReturnValue:
    # The header wins: a browser that reconnects sends the newest cursor there, while the query still has the first one.
    cursor = request.headers.get("Last-Event-ID") or request.args.get("last_event_id")
    videogen = current_app.extensions["videogen"]
    stream = videogen.streams.new(watch, cursor, request.remote_addr or "")
    if stream is None:
        return Response(status=204)
    if request.method == "HEAD":
        # Of a length: to one of unknown length the server would send the end of a body that was never begun.
        return Response(mimetype="text/event-stream", headers=HEADERS)
    connection = request.environ.get("videogen.socket") or request.environ.get("gunicorn.socket")
    if connection and videogen.fanout:
        stream.socket = fast_fanout.direct(request.environ, connection)
    body = _on_socket(stream, connection, videogen.settings) if connection else iter(stream)
    return Response(body, mimetype="text/event-stream", headers=HEADERS)


def _on_socket(stream: Stream, connection: Any, settings: Settings) -> Iterator[bytes]:
    """The stream's chunks; meanwhile the socket is watched, so that a browser that goes away is noticed at once."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _keepalive(settings.peer_timeout_s).items():
        if hasattr(socket, option):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    connection.settimeout(settings.write_deadline_s)
    stop = _watch(connection, stream.hang_up)
    try:
        yield from stream
    finally:
        stop()
        with contextlib.suppress(OSError):
            connection.settimeout(None)


def _keepalive(peer_timeout_s: float) -> dict[str, int]:
    """Options by which the kernel finds a vanished peer within this time: a third of it silent, the rest without an answer.

    What is sent into the void (a heartbeat at the latest) starts the user timeout anew and stops the probes, so the two have to share.
    """
    third_s = max(int(peer_timeout_s / 3), 1)
    return {
        "TCP_KEEPIDLE": third_s,
        "TCP_KEEPINTVL": max(third_s // 2, 1),
        "TCP_KEEPCNT": 3,
        "TCP_USER_TIMEOUT": int(peer_timeout_s * 1000 * 0.6),
    }


def _watch(connection: Any, gone: Callable[[str], None]) -> Callable[[], None]:
    """Calls `gone` with the cause when the peer closes the connection, or has vanished.

    A watcher of the loop's own: gevent allows only one reader of a socket.
    """
    from gevent import get_hub  # only where the server runs under gevent

    watcher = get_hub().loop.io(connection.fileno(), 1)
    raw = getattr(connection, "_sock", connection)

    def look() -> None:
        cause = "client"
        try:
            waiting = raw.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as error:
            waiting, cause = b"", "vanished" if error.errno in VANISHED else "client"
        # A request sent ahead stays readable: without stopping, the loop would spin.
        watcher.stop()
        if not waiting:
            gone(cause)

    def stop() -> None:
        watcher.stop()
        watcher.close()

    watcher.start(look)
    return stop
