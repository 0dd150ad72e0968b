"""The API: tasks and their files. Shapes are made in `views`, errors answered in `errors`."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue

from models import artifact, milestones, task
from models.stage_times import seconds_a_scene
from videogen import __version__
from videogen.errors import (
    BadAsset,
    BadRequest,
    BadScript,
    Fault,
    IdempotencyConflict,
    LanguageNotSpoken,
    NotFound,
    QueueFull,
    RangeNotSatisfiable,
    ScriptTooLarge,
    StageTooLong,
    TaskGone,
    TaskNotFound,
    TooManyRequests,
    UnsupportedMediaType,
    VoiceUnavailable,
    WrongState,
)
from videogen.web import assets, shapes, submission, views
from videogen.web.operations import UNCHANGED, Operation, Parameter, described
from videogen.web.studio import FOLLOWING_S, Superseded
from videogen.web.views import FILES
from videogen.web.wait import news_of

blueprint = Blueprint("api", __name__, url_prefix="/api")

PAGE_LIMIT = 1000
WAIT_S = 30.0
# The style is the drawing's own, and there is nothing else in it.
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
KINDS = {address: kind for kind, address in FILES.items()}
SCENE_KINDS = {"png": "scene_picture", "mp4": "scene"}

NO_TASK = (TaskNotFound, TaskGone)
REFUSED_SCRIPT = (BadScript, ScriptTooLarge, VoiceUnavailable, LanguageNotSpoken)
TASK = Operation("Tasks", shapes.Task, errors=NO_TASK)
PAGE = Operation(
    "Log",
    shapes.EventPage,
    errors=(BadRequest,),
    parameters=(
        Parameter("after", {"type": "string"}, "The `cursor` of the page before."),
        Parameter(
            "limit",
            {"type": "integer", "minimum": 0, "maximum": PAGE_LIMIT, "default": 200},
            f"How many events at most; {PAGE_LIMIT} in any case.",
        ),
        Parameter("wait", {"type": "number", "minimum": 0, "maximum": WAIT_S, "default": 0}, "Seconds to wait until there is something."),
    ),
)
FILE = Operation(
    "Files",
    "video/mp4",
    errors=(*NO_TASK, NotFound, RangeNotSatisfiable),
    parameters=(Parameter("download", {"type": "string"}, "Give it a name, for saving."),),
    headers=("ETag",),
    empty=UNCHANGED,
    ranges=True,
)


@blueprint.post("/tasks")
@described(
    Operation(
        "Tasks",
        shapes.Task,
        status=201,
        errors=(*REFUSED_SCRIPT, IdempotencyConflict, TaskGone, TooManyRequests, QueueFull),
        parameters=(
            Parameter(
                "Idempotency-Key",
                {"type": "string", "pattern": "^[!-~]{1,200}$"},
                "Sent again with the same body it gives the task made then.",
                "header",
            ),
        ),
        body=shapes.NewTask,
        form=shapes.NewTaskForm,
        headers=("Location",),
    )
)
def submit() -> ResponseReturnValue:
    """Put a script into the queue: 201 and the task. With an Idempotency-Key used before for the same: the task made then."""
    videogen = current_app.extensions["videogen"]
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise BadRequest(
            "The Idempotency-Key is empty, too long, or has characters that are not taken.", hint="Use up to 200 printable characters."
        )
    made = submission.submit(submission.of_request(), key)
    with videogen.store.reading() as read:
        shape = views.describe(read, made)
    return jsonify(shape), 201, {"Location": url_for("api.show", task_id=made.id)}


@blueprint.get("/tasks")
@described(
    Operation(
        "Tasks",
        shapes.TaskList,
        errors=(BadRequest,),
        parameters=(
            Parameter("limit", {"type": "integer", "minimum": 0, "maximum": 200, "default": 50}, "How many at most."),
            Parameter("before", {"type": "string"}, "The `next` of the page before."),
            Parameter("status", {"type": "string", "enum": list(task.STATUSES)}, "Only tasks of this status."),
            Parameter("q", {"type": "string"}, "Only tasks whose title or script has these words."),
        ),
    )
)
def index() -> ResponseReturnValue:
    """The tasks, newest first, a page at a time; with `q` those whose title or script has its words."""
    videogen = current_app.extensions["videogen"]
    status = request.args.get("status")
    if status and status not in task.STATUSES:
        raise BadRequest(f"There is no status {status[:40]!r}.", hint=f"Use one of: {', '.join(task.STATUSES)}.")
    return jsonify(
        views.task_list(
            videogen.store,
            videogen.settings,
            limit=_number("limit", 50, 1, 200),
            before=request.args.get("before"),
            status=status,
            words=request.args.get("q"),
        )
    )


@blueprint.get("/tasks/<task_id>")
@described(TASK.but(headers=("ETag",), empty=UNCHANGED))
def show(task_id: str) -> ResponseReturnValue:
    """One task. Its ETag moves with its log, its place in the queue and the workers."""
    videogen = current_app.extensions["videogen"]
    shape = views.task_view(videogen.store, videogen.settings, task_id)
    response = jsonify(shape)
    moving = (shape["cursor"], shape["queue_position"], shape["workers_alive"], shape["last_sign_at"])
    response.set_etag(hashlib.sha256(repr(moving).encode()).hexdigest()[:20], weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


@blueprint.delete("/tasks/<task_id>")
@described(TASK.but(answer=shapes.Deleted))
def remove(task_id: str) -> ResponseReturnValue:
    """Delete the task: hidden at once, gone for good after `undo_s`."""
    videogen = current_app.extensions["videogen"]
    task.delete(videogen.store, task_id)
    return jsonify({"id": task_id, "deleted": True, "undo_s": videogen.settings.undo_s})


@blueprint.post("/tasks/<task_id>/<verb>")
@described(
    TASK.but(
        spelt={
            "verb": {
                "cancel": TASK.but(errors=(*NO_TASK, WrongState), summary="Cancel a task that waits or runs."),
                "retry": TASK.but(errors=(*NO_TASK, WrongState), summary="Try a failed or cancelled task again."),
                "undelete": TASK.but(summary="Bring back a task that was deleted a moment ago."),
            }
        }
    )
)
def act(task_id: str, verb: str) -> ResponseReturnValue:
    """cancel, retry or undelete."""
    videogen = current_app.extensions["videogen"]
    verbs = {"cancel": task.cancel, "retry": task.retry, "undelete": task.undelete}
    if verb not in verbs:
        raise NotFound(f"A task cannot {verb[:40]!r}.", hint=f"Use one of: {', '.join(verbs)}.")
    changed = verbs[verb](videogen.store, task_id)
    with videogen.store.reading() as read:
        return jsonify(views.describe(read, changed))


@blueprint.get("/tasks/<task_id>/events")
@described(PAGE.but(errors=(*PAGE.errors, *NO_TASK)))
def events(task_id: str) -> ResponseReturnValue:
    """The log of a task after a cursor; with `wait`, as soon as there is something, at most so many seconds later."""
    videogen = current_app.extensions["videogen"]
    after, limit, wait_s = request.args.get("after"), _number("limit", 200, 1, PAGE_LIMIT), _seconds("wait", WAIT_S)

    def page() -> dict[str, Any]:
        return views.events_page(videogen.store, task_id, after, limit)

    response = jsonify(news_of(task_id, page, wait_s))
    videogen.streams.counts["long_polls", ""] += wait_s > 0
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/events")
@described(PAGE)
def all_events() -> ResponseReturnValue:
    """The log of all tasks after a cursor, as `events` gives that of one; without a cursor nothing but where the log ends now."""
    videogen = current_app.extensions["videogen"]
    after, limit, wait_s = request.args.get("after"), _number("limit", 200, 1, PAGE_LIMIT), _seconds("wait", WAIT_S)

    def page() -> dict[str, Any]:
        return views.log_page(videogen.store, after, limit)

    response = jsonify(news_of(None, page, wait_s if after else 0))
    videogen.streams.counts["long_polls", ""] += wait_s > 0
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/tasks/<task_id>/attempts")
@described(TASK.but(tag="Log", answer=shapes.Attempts))
def attempts(task_id: str) -> ResponseReturnValue:
    """What became of each attempt of the task: when it began and ended, how, and how far it had come."""
    response = jsonify(views.attempts_view(current_app.extensions["videogen"].store, task_id))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/tasks/<task_id>/timeline.svg")
@described(Operation("Files", "image/svg+xml", errors=(*NO_TASK, StageTooLong), headers=("ETag",), empty=UNCHANGED))
def timeline(task_id: str) -> ResponseReturnValue:
    """The task's life as a drawing: its attempts, stages and scenes over time, from its log alone. Drawn anew when the log has moved."""
    videogen = current_app.extensions["videogen"]
    at = milestones.cursor(videogen.store, task_id)
    etag = hashlib.sha256(f"{__version__} {at}".encode()).hexdigest()[:20]
    response = Response(mimetype="image/svg+xml", headers={"Cache-Control": "no-cache", "Content-Security-Policy": DRAWING_POLICY})
    response.set_etag(etag)
    if request.if_none_match.contains(etag):
        response.status_code = 304
    else:
        response.set_data(videogen.studio.timeline(task_id, str(at), lambda: views.milestones(videogen.store, task_id, at)))
    return response


@blueprint.get("/tasks/<task_id>/scenes/<int(max=99999):position>.<ending>")
@described(
    FILE.but(
        spelt={
            "ending": {
                "png": FILE.but(answer="image/png", summary="The picture of a scene, as soon as it is there."),
                "mp4": FILE.but(summary="A scene with its sound, as soon as it is there."),
            }
        }
    )
)
def scene_file(task_id: str, position: int, ending: str) -> ResponseReturnValue:
    """A scene's picture or segment, as soon as it is there."""
    if ending not in SCENE_KINDS:
        raise NotFound(f"A scene has no file .{ending[:10]}.", hint="Use .png or .mp4.")
    return _file(task_id, SCENE_KINDS[ending], position)


@blueprint.get("/tasks/<task_id>/<name>")
@described(
    FILE.but(
        spelt={
            "name": {
                "video": FILE.but(summary="The film."),
                "thumbnail": FILE.but(answer="image/jpeg", summary="A picture that stands for the film."),
                "captions.vtt": FILE.but(answer="text/vtt", summary="What is spoken, as WebVTT."),
                "captions.srt": FILE.but(answer="application/x-subrip", summary="What is spoken, as SubRip."),
                "transcript": FILE.but(answer="text/plain", summary="What is spoken, as text."),
                "metadata": FILE.but(answer="application/json", summary="Lengths, scenes, chapters and settings of the film."),
            }
        }
    )
)
def film_file(task_id: str, name: str) -> ResponseReturnValue:
    """A file of the film: video, thumbnail, captions, transcript, metadata."""
    if name not in KINDS:
        raise NotFound(f"A task has no {name[:40]!r}.", hint=f"Use one of: {', '.join(KINDS)}.")
    return _file(task_id, KINDS[name], 0)


@blueprint.post("/preview")
@described(
    Operation(
        "Scripts", shapes.Storyboard, errors=(*REFUSED_SCRIPT, Superseded, StageTooLong), body=shapes.PreviewOf, form=shapes.NewTaskForm
    )
)
def preview() -> ResponseReturnValue:
    """The scenes that a script would become, with pictures; no task is made.

    `page` names who asks: its newest request wins, and is answered soon, with those pictures that there are by then, the scenes nearest
    to `line` first. `making_s` is about how long the film will take to make: null until films have been made here.
    """
    videogen = current_app.extensions["videogen"]
    asked = submission.of_request()
    submission.weigh(asked)  # it is read where it is drawn
    hurry = {"within_s": FOLLOWING_S} if asked.page else {}
    page = asked.page or request.remote_addr or ""
    files = assets.paths(asked.assets)
    board = videogen.studio.sketch(asked.script, asked.format or "", asked.options, files, page=page, line=asked.line, **hurry)
    with videogen.store.reading() as read:
        pace = seconds_a_scene(read)
    board["making_s"] = None if pace is None else round(len(board["scenes"]) * pace, 1)
    return jsonify(board)


@blueprint.post("/assets")
@described(Operation("Scripts", shapes.Assets, status=201, errors=(BadRequest, BadAsset), form=shapes.NewAssets))
def upload() -> ResponseReturnValue:
    """Keep files for scripts: 201 and their ids, which `assets` of a submission names. What no task uses within a day is removed."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.", hint="Send files as multipart/form-data.")
    kept = assets.take(each for _, each in request.files.items(multi=True))
    return jsonify(
        {"assets": [{"id": each.id, "name": each.name, "media_type": each.media_type, "bytes": each.bytes} for each in kept]}
    ), 201


@blueprint.get("/sketches/<name>")
@described(Operation("Scripts", "image/png", errors=(NotFound,)))
def sketch_picture(name: str) -> ResponseReturnValue:
    """A picture of a preview."""
    path = current_app.extensions["videogen"].studio.picture(name)
    response = send_file(path, max_age=3600)
    response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    return response


def _file(task_id: str, kind: str, position: int) -> Response:
    videogen = current_app.extensions["videogen"]
    with videogen.store.reading() as read:
        found = task.find(read, task_id)
        file = artifact.one(read, task_id, kind, position)
    if file is None:
        ended = found.finished
        raise NotFound(
            f"The task has no {kind.replace('_', ' ')}{f' {position}' if position else ''}{'' if ended else ' yet'}.",
            hint="It was not made." if ended else "Wait until it is made; the task's stream tells when.",
        )
    path = videogen.settings.data.resolve() / file.key
    if not path.is_file():
        raise NotFound(
            "The file is registered, but it is not there any more.", hint="Make the film again; app.py doctor tells what is missing."
        )
    download = f"{_slug(found.title)}{path.suffix}" if "download" in request.args else None
    response = send_file(
        path, mimetype=file.media_type, conditional=True, etag=file.sha256, download_name=download, as_attachment=bool(download)
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _slug(title: str) -> str:
    return re.sub(r"[^\w.-]+", "-", title).strip("-.")[:80] or "film"


def _number(name: str, default: int, least: int, most: int) -> int:
    """A whole number of the query, brought between its bounds."""
    text = request.args.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise BadRequest(f"{name} is not a whole number.", faults=[Fault("Must be a whole number.", path=name)])
    return min(max(int(text), least), most)


def _seconds(name: str, most: float) -> float:
    text = request.args.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text, re.ASCII):
        raise BadRequest(f"{name} is not a number of seconds.", faults=[Fault("Must be seconds.", path=name)])
    return min(float(text), most)
