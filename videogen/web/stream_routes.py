"""Routes of the event streams."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from models.errors import TaskGone, TaskNotFound
from models.event import EventType
from videogen.errors.request import BadRequest, TooManyStreams
from videogen.streams.subscription import Filter, Subscription
from videogen.web import auth, server_shapes, stream_socket
from videogen.web.operations import Operation, Parameter, described
from videogen.web.services import current_services

blueprint = Blueprint("streams", __name__)

Translate = Callable[[Iterator[bytes]], Iterator[bytes]]

HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
MAX_TASKS = 100
NAMES = {"type": "array", "items": {"type": "string"}}
# OpenAPI 3.1 cannot describe the items of a stream: a schema of one message would make generated clients parse the whole body as one.
MESSAGES = """Server-sent events, each with one line of JSON in `data`.

Events of the log have no name, and their `id` is the cursor after them: `data` is an Event without its `id`. Messages that are not in the
log have a name: `hello`, `snapshot`, `reset`, `heartbeat`, `problem` or `end`."""
STREAM = Operation(
    "Log",
    "text/event-stream",
    description=MESSAGES,
    errors=(BadRequest, TaskNotFound, TaskGone, TooManyStreams),
    parameters=(
        Parameter("type", NAMES | {"items": {"type": "string", "enum": list(EventType)}}, "Only events of these types."),
        Parameter("last_event_id", {"type": "string"}, "The cursor to go on from; the header wins."),
        Parameter("lastEventId", {"type": "string"}, "The same, as replacements of `EventSource` send it; wins over `last_event_id`."),
        Parameter("Last-Event-ID", {"type": "string"}, "The same, as browsers send it.", "header"),
    ),
    empty={204: "The task has finished, and nothing comes after the cursor."},
)


@blueprint.get("/api/tasks/<task_id>/stream")
@described(STREAM)
def of_task(task_id: str) -> ResponseReturnValue:
    """Return the log of one task, to its end."""
    return _answer(Filter(frozenset({task_id}), _types()))


@blueprint.get("/api/stream")
@described(STREAM.but(parameters=(*STREAM.parameters, Parameter("task", NAMES, f"Only these tasks, at most {MAX_TASKS}."))))
def of_all() -> ResponseReturnValue:
    """Return the log of all tasks, or of those that `task` names; of all types, or of those that `type` names."""
    tasks = frozenset(request.args.getlist("task"))
    if len(tasks) > MAX_TASKS:
        raise BadRequest(f"{len(tasks)} tasks are given; the limit is {MAX_TASKS}.", hint="Follow all tasks instead.")
    return _answer(Filter(tasks or None, _types()))


@blueprint.get("/api/videos/jobs/<task_id>/events")
@described(STREAM)
def of_job(task_id: str) -> ResponseReturnValue:
    """Stream the log of one task, each message with the whole table of stages as of that event."""
    return _answer(Filter(frozenset({task_id}), _types(), with_stages=True))


@blueprint.get("/api/streams")
@described(Operation("Server", server_shapes.Readers))
def index() -> ResponseReturnValue:
    """List the open streams of this process: their clients, filters and cursors."""
    broadcaster = current_services().broadcaster
    head = broadcaster.tail.head
    return jsonify(
        {
            "streams": [
                {
                    "client": stream.client,
                    "tasks": sorted(stream.filter.tasks) if stream.filter.tasks is not None else None,
                    "since": stream.since,
                    "cursor": str(stream.cursor) if stream.cursor else None,
                    "lag": max(head - stream.cursor.seq, 0) if stream.cursor else None,
                    "bytes": stream.bytes_sent,
                }
                for stream in sorted(broadcaster.open, key=lambda stream: stream.since)
            ]
        }
    )


def _types() -> frozenset[str] | None:
    types = frozenset(request.args.getlist("type"))
    unknown = types - set(EventType)
    if unknown:
        raise BadRequest(f"There is no event type {min(unknown)[:40]!r}.", hint=f"Known are {', '.join(EventType)}.")
    return types or None


def _cursor_of_query() -> str | None:
    """Return the cursor of the query, in any spelling: EventSource polyfills send `lastEventId`.

    A polyfill adds its own at each reconnect to a URL that may still have the first `last_event_id`, so its value wins. The header wins
    over both (in the caller): a browser that reconnects sends the newest cursor there.
    """
    cursors = {
        name: values[-1] for name, values in request.args.lists() if re.sub("[-_]", "", name).lower() == "lasteventid" and values[-1]
    }
    first = cursors.pop("last_event_id", None)
    return next(iter(cursors.values()), first)


def _answer(filter: Filter) -> ResponseReturnValue:
    cursor = request.headers.get("Last-Event-ID") or _cursor_of_query()
    return answer(filter, cursor, auth.current_credential())


def answer(filter: Filter, cursor: str | None, credential: object, translate: Translate | None = None) -> ResponseReturnValue:
    """Answer a stream, or 204 if nothing is left to send. `translate` turns its chunks into those that are sent."""
    services = current_services()
    stream = services.broadcaster.subscribe(filter, cursor, request.remote_addr or "", request.script_root, credential)
    if stream is None:
        return Response(status=204)
    if request.method == "HEAD":
        # With a length: for an unknown length the server would send the last chunk of a body that it never began.
        return Response(mimetype="text/event-stream", headers=HEADERS)
    body = _body(stream) if translate is None else translate(_plain_body(stream))
    return Response(body, mimetype="text/event-stream", headers=HEADERS)


def _body(stream: Subscription) -> Iterator[bytes]:
    """Return the body for the server to send: empty if `fast_fanout` takes the connection over."""
    environ = request.environ
    services = current_services()
    connection = environ.get("videogen.socket") or environ.get("gunicorn.socket")
    # Only without TLS: it writes to the plain socket.
    fanout = services.fanout if environ.get("wsgi.url_scheme") == "http" else None
    if connection is None or not fanout:
        return _plain_body(stream)
    stream_socket.prepare(connection, services.settings.peer_timeout_s)
    if "videogen.socket" in environ:
        environ["videogen.serve_stream"] = partial(fanout.serve, stream)
        return iter(())
    connection.settimeout(services.settings.write_deadline_s)
    return fanout.chunks(stream, stream_socket.raw(connection), chunked=environ.get("SERVER_PROTOCOL") == "HTTP/1.1")


def _plain_body(stream: Subscription) -> Iterator[bytes]:
    """Return the stream's own chunks. It ends when the client closes the connection, or has vanished."""
    connection = request.environ.get("videogen.socket") or request.environ.get("gunicorn.socket")
    if connection is None:
        return iter(stream)
    settings = current_services().settings
    stream_socket.prepare(connection, settings.peer_timeout_s)
    connection.settimeout(settings.write_deadline_s)
    return _until_closed(stream, connection)


def _until_closed(stream: Subscription, connection: Any) -> Iterator[bytes]:
    watcher = stream_socket.PeerWatcher(stream_socket.raw(connection), stream.hang_up)
    try:
        yield from stream
    finally:
        watcher.close()
