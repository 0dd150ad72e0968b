"""The streams' addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from models.errors import TaskGone, TaskNotFound
from models.event import EventType
from videogen.errors.request import BadRequest, TooManyStreams
from videogen.streams.subscription import Filter, Subscription
from videogen.web import shapes, stream_socket
from videogen.web.operations import Operation, Parameter, described

if TYPE_CHECKING:
    from videogen.web.application import Videogen

blueprint = Blueprint("streams", __name__)

HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
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
        Parameter("lastEventId", {"type": "string"}, "The same, as replacements of `EventSource` send it; wins over `last_event_id`."),
        Parameter("Last-Event-ID", {"type": "string"}, "The same, as browsers send it.", "header"),
    ),
    empty={204: "There is nothing left to say after the cursor."},
)


@blueprint.get("/api/tasks/<task_id>/stream")
@described(STREAM)
def of_task(task_id: str) -> ResponseReturnValue:
    """The log of one task, to its end."""
    return _answer(Filter(frozenset({task_id}), _types()))


@blueprint.get("/api/stream")
@described(STREAM.but(parameters=(*STREAM.parameters, Parameter("task", NAMES, f"Only these tasks, at most {MAX_TASKS}."))))
def of_all() -> ResponseReturnValue:
    """The log of all tasks, or of those that `task` names; of all types, or of those that `type` names."""
    tasks = frozenset(request.args.getlist("task"))
    if len(tasks) > MAX_TASKS:
        raise BadRequest(f"{len(tasks)} tasks are named; the limit is {MAX_TASKS}.", hint="Follow all tasks instead.")
    return _answer(Filter(tasks or None, _types()))


@blueprint.get("/api/videos/jobs/<task_id>/events")
@described(STREAM)
def of_job(task_id: str) -> ResponseReturnValue:
    """The log of one task, each message with the whole table of stages as of that event."""
    return _answer(Filter(frozenset({task_id}), _types(), with_stages=True))


@blueprint.get("/api/streams")
@described(Operation("Server", shapes.Readers))
def index() -> ResponseReturnValue:
    """Who reads streams of this process, from where, and how far they are."""
    broadcaster = current_app.extensions["videogen"].broadcaster
    head = broadcaster.tail.head
    return jsonify(
        {
            "streams": [
                {
                    "client": stream.client,
                    "tasks": sorted(stream.filter.tasks) if stream.filter.tasks is not None else None,
                    "since": stream.since,
                    "cursor": stream.cursor,
                    "lag": max(head - stream.place.seq, 0) if stream.place else None,
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
    """The cursor in the query, however a client spells its name: `lastEventId` is what replacements of EventSource send.

    They add theirs at each reconnect to an address that may still have the first one, as `last_event_id`: so theirs wins. The header wins
    over both (the caller's part): a browser that reconnects sends the newest cursor there.
    """
    spelt = {name: values[-1] for name, values in request.args.lists() if re.sub("[-_]", "", name).lower() == "lasteventid" and values[-1]}
    own = spelt.pop("last_event_id", None)
    return next(iter(spelt.values()), own)


def _answer(filter: Filter) -> ResponseReturnValue:
    cursor = request.headers.get("Last-Event-ID") or _cursor_of_query()
    videogen = current_app.extensions["videogen"]
    stream = videogen.broadcaster.subscribe(filter, cursor, request.remote_addr or "")
    if stream is None:
        return Response(status=204)
    if request.method == "HEAD":
        # Of a length: to one of unknown length the server would send the end of a body that was never begun.
        return Response(mimetype="text/event-stream", headers=HEADERS)
    return Response(_body(stream), mimetype="text/event-stream", headers=HEADERS)


def _body(stream: Subscription) -> Iterator[bytes]:
    """What the server is to send; nothing where it hands the connection over to `fast_fanout`."""
    environ = request.environ
    videogen: Videogen = current_app.extensions["videogen"]
    connection = environ.get("videogen.socket") or environ.get("gunicorn.socket")
    if connection is None:
        return iter(stream)
    stream_socket.prepare(connection, videogen.settings.peer_timeout_s)
    # Only where the body goes over the socket as it is.
    fanout = videogen.fanout if environ.get("wsgi.url_scheme") == "http" else None
    if fanout and "videogen.socket" in environ:
        environ["videogen.carry"] = partial(fanout.carry, stream)
        return iter(())
    connection.settimeout(videogen.settings.write_deadline_s)
    if fanout:
        return fanout.chunks(stream, stream_socket.raw(connection), chunked=environ.get("SERVER_PROTOCOL") == "HTTP/1.1")
    return _watched(stream, connection)


def _watched(stream: Subscription, connection: Any) -> Iterator[bytes]:
    eye = stream_socket.Eye(stream_socket.raw(connection), stream.hang_up)
    try:
        yield from stream
    finally:
        eye.close()
