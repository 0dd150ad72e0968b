"""Versions of a video: what its scenes say, a new video that says something else, and what differs between two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models import artifact, asset, intake, task
from models.database import Read
from models.errors import Diagnostic, QueueFull, TaskGone, TaskNotFound
from models.task import Task
from videogen.errors.kinds import BadPayload
from videogen.errors.rendering import PreviewFailed
from videogen.errors.request import BadRequest, NotFound, TooManyRequests
from videogen.errors.script import BadAsset, BadOption
from videogen.kinds.video import VIDEO
from videogen.web import script_shapes, shapes, submission, submission_shapes, uploads, views
from videogen.web.api import IDEMPOTENCY_KEY, REFUSED_SCRIPT, idempotency_key
from videogen.web.operations import REFUSED_UPLOAD, Operation, Parameter, described
from videogen.web.path_prefix import current_prefix
from videogen.web.preview_service import ScriptToRead
from videogen.web.services import current_services
from videogen.web.submission import Submission

blueprint = Blueprint("versions", __name__, url_prefix="/api")

POSITION = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
TEXT_MAX = 20_000
SCENES_MAX = 2000
OF_VIDEO = Operation(
    "Versions", script_shapes.NarrationJson, errors=(TaskNotFound, TaskGone, BadPayload, BadOption, PreviewFailed, *REFUSED_SCRIPT)
)
NEW_VERSION = OF_VIDEO.but(
    answer=shapes.TaskJson,
    status=201,
    errors=(*OF_VIDEO.errors, BadRequest, QueueFull, TooManyRequests, BadAsset, *REFUSED_UPLOAD),
    parameters=(IDEMPOTENCY_KEY,),
    headers=("Location",),
)


@blueprint.get("/tasks/<task_id>/narration")
@described(OF_VIDEO)
def show(task_id: str) -> ResponseReturnValue:
    """Return what each scene of a video says, as its script has it."""
    with current_services().store.reading() as read:
        row = find_video(read, task_id)
    edited = current_services().previews.narration(script_of(row), {}, client=request.remote_addr or "")
    return jsonify({"scenes": edited["scenes"]})


@blueprint.post("/tasks/<task_id>/narration")
@described(NEW_VERSION.but(body=submission_shapes.NewNarration))
def change(task_id: str) -> ResponseReturnValue:
    """Make a new version of a video, in which some scenes say something else. The video itself stays as it is.

    Only those scenes are rendered: the others are taken from the cache as long as it has them.
    """
    services, texts, key = current_services(), scene_texts(submission.json_body().get("scenes")), idempotency_key()
    with services.store.reading() as read:
        row = find_video(read, task_id)
    made = new_version(row, texts, key)
    with services.hub_throttle.turn(), services.store.reading() as read:
        return jsonify(views.describe(read, made)), 201, {"Location": url_for("api.show", task_id=made.id)}


@blueprint.post("/preview/narration")
@described(
    Operation(
        "Versions",
        script_shapes.EditedNarration,
        errors=(*REFUSED_SCRIPT, BadRequest, BadOption, BadAsset, PreviewFailed, *REFUSED_UPLOAD),
        body=submission_shapes.NarrationOf,
    )
)
def edit() -> ResponseReturnValue:
    """Return a script in which some scenes say something else, and what each of its scenes says; no task is made.

    Without `scenes` the script comes back as it is.
    """
    body = submission.json_body()
    texts = scene_texts(body.pop("scenes")) if body.get("scenes") is not None else {}
    asked = submission.of_body(body)
    submission.weigh(asked)
    files = uploads.paths(uploads.with_brands(asked.script, asked.options, asked.assets))
    script = ScriptToRead(asked.script, asked.format or "", asked.options, files)
    return jsonify(current_services().previews.narration(script, texts, client=request.remote_addr or ""))


@blueprint.get("/tasks/<task_id>/versions")
@described(OF_VIDEO.but(answer=script_shapes.VersionsOfVideo, errors=(TaskNotFound, TaskGone, BadPayload)))
def versions(task_id: str) -> ResponseReturnValue:
    """List the videos that were made from this one and that it was made from, the oldest first."""
    with current_services().store.reading() as read:
        return jsonify({"versions": [describe_version(row) for row in task.versions_of(read, find_video(read, task_id))]})


@blueprint.post("/tasks/<task_id>/versions")
@described(NEW_VERSION.but(body=submission_shapes.OtherOptions))
def make_version(task_id: str) -> ResponseReturnValue:
    """Make a new version of a video with other options: in another shape, theme or voice. The video itself stays as it is."""
    services, options, key = current_services(), submission.json_body().get("options"), idempotency_key()
    if not isinstance(options, dict) or not options:
        raise BadRequest("The field options has no options.", diagnostics=[Diagnostic("Must be an object of options.", path="options")])
    with services.store.reading() as read:
        row = find_video(read, task_id)
    made = version_with(row, options, key)
    with services.hub_throttle.turn(), services.store.reading() as read:
        return jsonify(views.describe(read, made)), 201, {"Location": url_for("api.show", task_id=made.id)}


@blueprint.get("/tasks/<task_id>/comparison")
@described(
    OF_VIDEO.but(
        answer=script_shapes.ComparisonJson,
        errors=(*OF_VIDEO.errors, NotFound),
        parameters=(Parameter("with", {"type": "string"}, "The other video, which comes before; by default the one this was made from."),),
    )
)
def comparison(task_id: str) -> ResponseReturnValue:
    """Return what differs between two videos: which scenes, and which words of what is said and shown."""
    return jsonify(compared(task_id, request.args.get("with")))


def compared(task_id: str, other_id: str | None) -> dict[str, Any]:
    """Return the comparison of a video with another one, by default the one that it was made from. Raises NotFound if there is none."""
    services = current_services()
    with services.store.reading() as read:
        after = find_video(read, task_id)
        other = other_id or after.made_from_task_id
        if not other:
            raise NotFound("The video was made from no other.", hint="Name the one to compare it with: ?with=TASK")
        before = find_video(read, other)
        pictures = {
            row.id: {file.position for file in artifact.of_task(read, row.id) if file.kind == "scene_picture"} for row in (before, after)
        }
    result = services.previews.comparison(script_of(before), script_of(after), client=request.remote_addr or "")
    for scene in result["scenes"]:
        for side, row in (("before", before), ("after", after)):
            if scene[side]:
                position = scene[side]["position"]
                address = f"{current_prefix()}/api/tasks/{row.id}/scenes/{position}.png"
                scene[side]["picture"] = address if position in pictures[row.id] else None
    return {"before": describe_version(before), "after": describe_version(after), **result}


def new_version(row: Task, texts: Mapping[int, str], key: str | None = None) -> Task:
    """Submit a video in which some scenes of another one say something else. Raises what reading and submitting a script raise."""
    services = current_services()
    services.submission_limiter.check(request.remote_addr or "")
    edited = services.previews.narration(script_of(row), texts, client=request.remote_addr or "")
    if edited["script"] == row.source:
        raise BadRequest("No scene says anything else than before.", hint="Change a text.")
    return _submit_version(row, edited["script"], edited["format"], row.options, key)


def version_with(row: Task, options: Mapping[str, Any], key: str | None = None) -> Task:
    """Submit a video of the same script with other options. Raises what submitting a script raises."""
    current_services().submission_limiter.check(request.remote_addr or "")
    changed = {**row.options, **options}
    if changed == row.options:
        raise BadRequest("No option is another one than before.", hint="Change an option.")
    return _submit_version(row, row.source, row.format, changed, key)


def _submit_version(row: Task, script: str, format: str, options: Mapping[str, Any], key: str | None) -> Task:
    services = current_services()
    with services.store.reading() as read:
        files = asset.of_task(read, row.id)
    changed = Submission(script, format, options, made_from=row.id, assets=files)
    spec = replace(submission.spec_of(changed, key), title=row.title)
    with services.hub_throttle.turn():
        return intake.submit_all(services.store, [spec], max_queued=services.settings.max_queued)[0].task


def find_video(read: Read, task_id: str) -> Task:
    """Return a video that has a script. Raises TaskNotFound, TaskGone, and BadPayload for another task."""
    row = task.find(read, task_id)
    if row.kind != VIDEO.name or not row.source:
        raise BadPayload(f"The task {row.id} has no script.", hint="Name a video that was made of a script.")
    return row


def script_of(row: Task) -> ScriptToRead:
    """Return the script of a video, with its files."""
    with current_services().store.reading() as read:
        files = asset.of_task(read, row.id)
    return ScriptToRead(row.source, row.format, row.options, uploads.paths(files))


def describe_version(row: Task) -> dict[str, Any]:
    """Return a video as a version of others."""
    about = {"id": row.id, "title": row.title, "status": row.status, "created_at": row.created_at}
    return about | {"made_from": row.made_from_task_id}


def scene_texts(value: Any) -> dict[int, str]:
    """Return texts by the positions of their scenes. Raises BadRequest for anything else."""
    wrong = "Must be an object of texts by the positions of their scenes."
    if not isinstance(value, dict) or not 1 <= len(value) <= SCENES_MAX:
        raise BadRequest("The field scenes has no texts of scenes.", diagnostics=[Diagnostic(wrong, path="scenes")])
    for position, text in value.items():
        if not POSITION.fullmatch(position) or not isinstance(text, str) or len(text) > TEXT_MAX:
            path = f"scenes.{position[:20]}"
            raise BadRequest(
                f"The field {path} is no text of at most {TEXT_MAX:,} characters, or its name no position.",
                diagnostics=[Diagnostic(wrong, path=path)],
            )
    return {int(position): text for position, text in value.items()}
