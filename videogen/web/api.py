"""The API: tasks and their files. Shapes are made in `views`, errors answered in `errors`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models import tag, task
from models.database import Read
from models.errors import (
    BadDependency,
    BadTags,
    Diagnostic,
    DuplicateTask,
    IdempotencyConflict,
    QueueFull,
    TaskGone,
    TaskNotFound,
    WrongState,
)
from videogen.errors.kinds import BadPayload, UnknownKind
from videogen.errors.rendering import LanguageNotSpoken, PreviewFailed, ServerBusy, VoiceUnavailable
from videogen.errors.request import BadRequest, BadStart, TooManyRequests, UnsupportedMediaType
from videogen.errors.script import BadAsset, BadOption, BadScript, ScriptTooLarge
from videogen.errors.system import ExtraMissing
from videogen.kinds import registry
from videogen.kinds.video import seconds_to_render
from videogen.pipeline.forecast import SceneWork
from videogen.script.video_options import Options
from videogen.web import auth, queue_options, script_shapes, shapes, submission, submission_shapes, uploads, views
from videogen.web.long_poll import wait_for_page
from videogen.web.operations import REFUSED_UPLOAD, UNCHANGED, Operation, Parameter, described
from videogen.web.preview_service import FOLLOWING_S, Superseded
from videogen.web.services import current_services

blueprint = Blueprint("api", __name__, url_prefix="/api")

PAGE_LIMIT = 1000
WAIT_S = 30.0
CHANGES = ("priority", "run_at", "tags")
VERBS = {"cancel": task.cancel, "retry": task.retry, "undelete": task.undelete}
KEY = re.compile(r"[\x21-\x7e]{1,200}")

NO_TASK = (TaskNotFound, TaskGone)
REFUSED_SCRIPT = (BadScript, ScriptTooLarge, VoiceUnavailable, LanguageNotSpoken, ServerBusy)
REFUSED_TASK = (
    *REFUSED_SCRIPT,
    UnknownKind,
    BadPayload,
    ExtraMissing,
    IdempotencyConflict,
    DuplicateTask,
    BadDependency,
    BadStart,
    TaskGone,
    TooManyRequests,
    QueueFull,
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "Sent again with the same body it gives the task made then.",
    "header",
)
TASK = Operation("Tasks", shapes.TaskJson, errors=NO_TASK)
PAGE = Operation(
    "Log",
    shapes.EventPage,
    errors=(BadRequest,),
    parameters=(
        Parameter("after", {"type": "string"}, "The `cursor` of the page before."),
        Parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": 200},
            "How many events at most.",
        ),
        Parameter(
            "wait",
            {"type": "number", "minimum": 0, "default": 0},
            f"Seconds to wait until there is an event. More than {WAIT_S:g} is the same as {WAIT_S:g}.",
        ),
    ),
)


@blueprint.post("/tasks")
@described(
    Operation(
        "Tasks",
        shapes.TaskJson,
        status=201,
        errors=(*REFUSED_TASK, *REFUSED_UPLOAD),
        empty={200: "The task that has the unique key already."},
        parameters=(IDEMPOTENCY_KEY,),
        body=submission_shapes.AnyNewTask,
        form=submission_shapes.NewTaskForm,
        headers=("Location",),
    )
)
def submit() -> ResponseReturnValue:
    """Put a task into the queue. A script is a video; other tasks have a `kind` and a `payload`.

    With an Idempotency-Key used before for the same: the task made then.
    """
    services = current_services()
    key = idempotency_key()
    (submitted,) = submission.submit_all([submission.any_of_request()], key)
    with services.hub_throttle.turn(), services.store.reading() as read:
        shape = views.describe(read, submitted.task)
    # One that its unique key stands for was not made by this request. A request that is sent again is answered as it was before.
    status = 201 if submitted.created or key else 200
    return jsonify(shape), status, {"Location": url_for("api.show", task_id=submitted.task.id)}


@blueprint.post("/tasks/batch")
@described(
    Operation(
        "Tasks",
        submission_shapes.SubmittedTasks,
        status=201,
        errors=REFUSED_TASK,
        parameters=(IDEMPOTENCY_KEY,),
        body=submission_shapes.TaskBatch,
    )
)
def submit_batch() -> ResponseReturnValue:
    """Put many tasks into the queue in one transaction: all of them or, when one is refused, none.

    They start in their order. `after` of a task may also have the numbers of earlier ones in the list, from 0.
    """
    services = current_services()
    key = idempotency_key()
    submitted = submission.submit_all(submission.list_of_request(), key)
    with services.hub_throttle.turn(), services.store.reading() as read:
        return jsonify({"tasks": [views.describe(read, item.task) for item in submitted]}), 201


@blueprint.get("/tasks")
@described(
    Operation(
        "Tasks",
        shapes.TaskList,
        errors=(BadRequest,),
        parameters=(
            Parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "How many at most."),
            Parameter("before", {"type": "string", "pattern": f"^{task.PAGE_CURSOR.pattern}$"}, "The `next` of the page before."),
            Parameter("status", {"type": "string", "enum": list(task.STATUSES)}, "Only tasks of this status."),
            Parameter("kind", {"type": "string"}, "Only tasks of this kind."),
            Parameter("tag", {"type": "string"}, "Only tasks with this tag."),
            Parameter("q", {"type": "string"}, "Only tasks whose title or script has these words."),
        ),
    )
)
def index() -> ResponseReturnValue:
    """Return the tasks, newest first, a page at a time. With `q`: those whose title or script has its words."""
    services = current_services()
    status = request.args.get("status")
    if status and status not in task.STATUSES:
        raise BadRequest(f"There is no status {status[:40]!r}.", hint=f"Use one of: {', '.join(task.STATUSES)}.")
    before = request.args.get("before")
    if before and not task.PAGE_CURSOR.fullmatch(before):
        raise BadRequest(
            f"before is {before[:40]!r}, which is the cursor of no page.",
            hint="Use the `next` of the page before, or leave it out for the newest tasks.",
            diagnostics=[Diagnostic("Must be the `next` of a page.", path="before")],
        )
    return jsonify(
        views.task_list(
            services.store,
            services.settings,
            limit=_number("limit", 50, 1, 200),
            before=before,
            status=status,
            kind=request.args.get("kind") or None,
            words=request.args.get("q"),
            tagged=request.args.get("tag") or None,
        )
    )


@blueprint.get("/kinds")
@described(Operation("Tasks", submission_shapes.TaskKinds))
def kinds() -> ResponseReturnValue:
    """Return the kinds of task that can be submitted here: their stages, and what a payload is as JSON Schema."""
    return jsonify({"kinds": registry.describe(current_services().settings.limits_of_kinds)})


@blueprint.get("/tasks/<task_id>")
@described(TASK.but(headers=("ETag",), empty=UNCHANGED))
def show(task_id: str) -> ResponseReturnValue:
    """Return one task. Its ETag moves with its log, its place in the queue and the workers."""
    services = current_services()
    shape = views.task_view(services.store, services.settings, task_id)
    response = jsonify(shape)
    moving = (shape["cursor"], shape["queue_position"], shape["workers_alive"], shape["last_sign_at"])
    response.set_etag(hashlib.sha256(repr(moving).encode()).hexdigest()[:20], weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@blueprint.patch("/tasks/<task_id>")
@described(TASK.but(errors=(*NO_TASK, WrongState, BadStart, BadTags), body=submission_shapes.TaskChange))
def change(task_id: str) -> ResponseReturnValue:
    """Change the tags of a task; of a queued one also its priority, or when it starts."""
    services, body = current_services(), submission.json_body()
    if not body or body.keys() - set(CHANGES):
        field = next((name for name in body if name not in CHANGES), "priority")
        diagnostic = Diagnostic("Only priority, run_at and tags can be changed.", path=field)
        raise BadRequest("There is nothing that can be changed so.", diagnostics=[diagnostic])
    priority = queue_options.priority(body) if "priority" in body else None
    run_at = queue_options.run_at(body.get("run_at"))
    words = tag.normalize(tags_of(body["tags"])) if "tags" in body else None
    if body.keys() - {"tags"}:
        task.change_queue(services.store, task_id, priority=priority, run_at=run_at, at_once="run_at" in body and run_at is None)
    changed = task.get(services.store, task_id) if words is None else tag.put(services.store, task_id, words)
    with services.store.reading() as read:
        return jsonify(views.describe(read, changed))


def tags_of(value: object) -> list[str]:
    """Return tags of a request. Raises BadTags for anything but a list of texts."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BadTags("The field tags is no list of texts.", diagnostics=[Diagnostic("Must be a list of texts.", path="tags")])
    return value


@blueprint.get("/tags")
@described(Operation("Tasks", shapes.Tags))
def tags() -> ResponseReturnValue:
    """Return the tags of the newest 2000 tasks, and how many of these have each."""
    with current_services().store.reading() as read:
        return jsonify({"tags": [{"tag": word, "tasks": count} for word, count in tag.counted(read)]})


@blueprint.delete("/tasks/<task_id>")
@described(TASK.but(answer=shapes.Deleted))
def remove(task_id: str) -> ResponseReturnValue:
    """Delete the task. It is hidden at once, and removed for good after `undo_s`."""
    services = current_services()
    task.delete(services.store, task_id)
    return jsonify({"id": task_id, "deleted": True, "undo_s": services.settings.undo_s})


@blueprint.post("/tasks/<task_id>/<any(cancel, retry, undelete):verb>")
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
    """Cancel, retry or undelete a task."""
    services = current_services()
    changed = VERBS[verb](services.store, task_id)
    with services.store.reading() as read:
        return jsonify(views.describe(read, changed))


@blueprint.get("/tasks/<task_id>/events")
@described(PAGE.but(errors=(*PAGE.errors, *NO_TASK)))
def events(task_id: str) -> ResponseReturnValue:
    """Return the log of a task after a cursor; with `wait`, as soon as there is something, at most so many seconds later."""
    services = current_services()
    after, limit, wait_s = request.args.get("after"), _number("limit", 200, 1, PAGE_LIMIT), _seconds("wait", WAIT_S)

    def page() -> dict[str, Any]:
        return views.events_page(services.store, task_id, after, limit)

    response = jsonify(wait_for_page(task_id, page, wait_s))
    if wait_s:
        auth.check_again()
    services.broadcaster.counts["long_polls", ""] += wait_s > 0
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/events")
@described(PAGE)
def all_events() -> ResponseReturnValue:
    """Return the log of all tasks after a cursor, as `events` gives that of one; without a cursor nothing but where the log ends now."""
    services = current_services()
    after, limit, wait_s = request.args.get("after"), _number("limit", 200, 1, PAGE_LIMIT), _seconds("wait", WAIT_S)

    def page() -> dict[str, Any]:
        return views.log_page(services.store, after, limit)

    response = jsonify(wait_for_page(None, page, wait_s if after else 0))
    if wait_s:
        auth.check_again()
    services.broadcaster.counts["long_polls", ""] += wait_s > 0
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/tasks/<task_id>/attempts")
@described(TASK.but(tag="Log", answer=shapes.Attempts))
def attempts(task_id: str) -> ResponseReturnValue:
    """List the attempts of the task: when each began and ended, how, and how far it came."""
    response = jsonify(views.attempts_view(current_services().store, task_id))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/preview")
@described(
    Operation(
        "Scripts",
        script_shapes.StoryboardJson,
        errors=(BadOption, BadAsset, ScriptTooLarge, Superseded, PreviewFailed, ServerBusy, *REFUSED_UPLOAD),
        body=submission_shapes.PreviewOf,
        form=submission_shapes.NewTaskForm,
    )
)
def preview() -> ResponseReturnValue:
    """Return the scenes that a script would become, with pictures; no task is made.

    A script that is at fault is answered as well: `problem` says why it would be refused, and `scenes` are those that can be read.
    `page` names who asks: its newest request wins, and is answered soon, with those pictures that there are by then, the scenes nearest
    to `line` first. `making_s` is an estimate of the time to render the video, null until videos have been rendered here.
    """
    services = current_services()
    asked = submission.of_request(draft=True)
    submission.weigh(asked)  # it is read where it is drawn
    hurry = {"within_s": FOLLOWING_S} if asked.page else {}
    page = asked.page or request.remote_addr or ""
    files = uploads.paths(uploads.with_brands(asked.script, asked.options, asked.assets))
    board = services.previews.sketch(asked.script, asked.format or "", asked.options, files, page=page, line=asked.line, **hurry)
    with services.store.reading() as read:
        making_s = _seconds_to_render(read, board)
    board["making_s"] = None if making_s is None else round(making_s, 1)
    return jsonify(board)


def _seconds_to_render(read: Read, board: Mapping[str, Any]) -> float | None:
    """Return the estimated time to render a storyboard, in seconds; None until videos have been rendered here."""
    options = Options.model_validate(board["options"])
    scenes = [
        SceneWork(scene["kind"], scene["seconds"], 0 if scene["spoken"] else len(scene["narration"]), is_rendered=scene["rendered"])
        for scene in board["scenes"]
    ]
    width, height = options.size
    return seconds_to_render(read, scenes, options.voice or "", width * height, current_services().settings.render_processes)


@blueprint.post("/preview/scene")
@described(
    Operation(
        "Scripts",
        script_shapes.ScenePreview,
        errors=(*REFUSED_SCRIPT, BadRequest, BadOption, BadAsset, Superseded, PreviewFailed, *REFUSED_UPLOAD),
        body=submission_shapes.SceneOf,
    )
)
def preview_scene() -> ResponseReturnValue:
    """Render one scene of a script with its sound and motion, as it will be in the video; no task is made.

    The answer is the address of a short video. When the video is made, the scene is taken from the cache.
    """
    services = current_services()
    asked, position = submission.scene_of(submission.json_body())
    submission.weigh(asked)
    files = uploads.paths(uploads.with_brands(asked.script, asked.options, asked.assets))
    page = asked.page or request.remote_addr or ""
    name = services.previews.scene(asked.script, asked.format or "", asked.options, files, position, page=page)
    return jsonify({"url": url_for("files.scene_clip", name=name)})


@blueprint.get("/samples")
@described(Operation("Scripts", script_shapes.Samples, errors=(ServerBusy,)))
def samples() -> ResponseReturnValue:
    """Return one scene of each kind to put into a script, in Markdown and in YAML."""
    return jsonify({"samples": current_services().readers.samples()})


@blueprint.post("/assets")
@described(
    Operation("Scripts", script_shapes.Assets, status=201, errors=(BadRequest, BadAsset, *REFUSED_UPLOAD), form=submission_shapes.NewAssets)
)
def upload() -> ResponseReturnValue:
    """Keep files for scripts: 201 and their ids, which `assets` of a submission names. What no task uses within a day is removed."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.", hint="Send files as multipart/form-data.")
    assets = uploads.take(file for _, file in request.files.items(multi=True))
    return jsonify(
        {"assets": [{"id": asset.id, "name": asset.name, "media_type": asset.media_type, "bytes": asset.bytes} for asset in assets]}
    ), 201


def idempotency_key() -> str | None:
    """Return the request's Idempotency-Key. Raises BadRequest for one that cannot be used."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise BadRequest(
            "The Idempotency-Key is empty, too long, or has characters that are not taken.", hint="Use up to 200 printable characters."
        )
    return key


def _number(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number of the query. Raises BadRequest for anything else, and beyond its bounds."""
    text = request.args.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) or not least <= int(text) <= most:
        raise _no_value(name, text, f"a whole number from {least} to {most}")
    return int(text)


def _seconds(name: str, most: float) -> float:
    """Return a number of seconds of the query.

    More than `most` is as good as `most`: the answer only comes sooner.
    """
    text = request.args.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text, re.ASCII):
        raise _no_value(name, text, f"a number of seconds, such as 20, from 0 to {most:g}")
    return min(float(text), most)


def _no_value(name: str, text: str, expected: str) -> BadRequest:
    return BadRequest(
        f"{name} is {text[:40]!r}; it has to be {expected}.",
        hint=f"Leave {name} out, or give it {expected}.",
        diagnostics=[Diagnostic(f"Must be {expected}.", path=name)],
    )
