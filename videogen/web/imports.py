"""Imports: documents that come in as files, tasks that read them, and the scripts that the editor opens afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models import artifact, task
from models.artifact import Artifact
from models.database import Store
from models.errors import IdempotencyConflict, QueueFull, TaskGone, TaskNotFound
from models.files.blob_store import Asset
from models.task import Task
from videogen.errors.kinds import BadPayload
from videogen.errors.request import BadRequest, BadStart, NotFound, TooManyRequests, UnsupportedMediaType
from videogen.errors.script import BadDocument, BadOption
from videogen.errors.system import ExtraMissing
from videogen.kinds.document_import import ABOUT, IMPORT, PICTURE, SCRIPT
from videogen.kinds.video import AFTER_IMPORT, VIDEO
from videogen.script.options import check as check_options
from videogen.web import queue_options, script_shapes, submission, submission_shapes, uploads, views
from videogen.web.api import IDEMPOTENCY_KEY, idempotency_key
from videogen.web.file_access import in_file_thread
from videogen.web.operations import REFUSED_UPLOAD, Operation, described
from videogen.web.queue_options import QueueOptions
from videogen.web.services import current_services
from videogen.web.submission import KindSubmission

blueprint = Blueprint("imports", __name__, url_prefix="/api")

FIELDS = ("slides", "pages")


@dataclass(frozen=True)
class OpenedImport:
    """The script of a completed import, with its files, which are kept for scripts now."""

    task: Task
    script: str
    about: dict[str, Any]
    files: list[Asset]


@blueprint.post("/imports")
@described(
    Operation(
        "Scripts",
        submission_shapes.ImportTasks,
        status=201,
        errors=(
            *(BadRequest, BadDocument, BadPayload, ExtraMissing, BadOption, BadStart, IdempotencyConflict, TaskGone, TooManyRequests),
            QueueFull,
            *REFUSED_UPLOAD,
        ),
        parameters=(IDEMPOTENCY_KEY,),
        form=submission_shapes.NewImport,
        headers=("Location",),
    )
)
def submit_import() -> ResponseReturnValue:
    """Import a document: a task of the kind `import` turns it into a script with its pictures, to be corrected.

    `GET /api/imports/{id}` has the script once the task has completed. `warnings` say what it does not show as the document did.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.", hint="Send the file as multipart/form-data.")
    fields = request.form
    wants_video = fields.get("video", "") not in ("", "no", "false", "0")
    options = check_options(_options(fields.get("options") or "{}")).model_dump(mode="json", exclude_unset=True) if wants_video else {}
    document = uploads.keep_document([file for _, file in request.files.items(multi=True)])
    payload = {"document": document.name} | {name: fields[name] for name in FIELDS if fields.get(name)}
    tasks = [KindSubmission(IMPORT, payload, queue_options.IN_TURN, [document])]
    if wants_video:
        tasks.append(
            KindSubmission(
                VIDEO, {"script_of": AFTER_IMPORT, "options": options}, QueueOptions(after=[0]), title=PurePath(document.name).stem
            )
        )
    submitted = submission.submit_all(tasks, idempotency_key())
    services = current_services()
    with services.hub_throttle.turn(), services.store.reading() as read:
        described_tasks = [views.describe(read, item.task) for item in submitted]
    location = url_for("api.show", task_id=submitted[0].task.id)
    return jsonify({"task": described_tasks[0], "video": described_tasks[1] if wants_video else None}), 201, {"Location": location}


@blueprint.get("/imports/<task_id>")
@described(Operation("Scripts", script_shapes.ImportedScriptJson, errors=(TaskNotFound, TaskGone, NotFound)))
def show_import(task_id: str) -> ResponseReturnValue:
    """Return the script of an import that has completed. Its files can be named in `assets` of a submission now."""
    opened = open_import(current_services().store, task_id)
    files = [{"id": file.id, "name": file.name, "media_type": file.media_type, "bytes": file.bytes} for file in opened.files]
    about = {name: opened.about[name] for name in ("format", "title", "warnings")}
    response = jsonify({"script": opened.script, **about, "assets": files})
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def open_import(store: Store, task_id: str) -> OpenedImport:
    """Return the script of an import, and keep its files for scripts.

    Raises TaskNotFound and TaskGone, and NotFound for a task that is no completed import or whose files are missing.
    """
    with store.reading() as read:
        row = task.find(read, task_id)
        files = {(file.kind, file.position): file for file in artifact.of_task(read, row.id)}
    if row.kind != IMPORT.name:
        raise NotFound(f"The task {row.id} is no import.", hint="POST /api/imports makes one.")
    if row.status != "completed" or (SCRIPT, 0) not in files:
        hint = "Try it again." if row.finished else "Wait until it has completed; the task's stream tells when."
        raise NotFound(f"The import has no script{'' if row.finished else ' yet'}.", hint=hint)
    try:
        about = json.loads(_text(store, files[ABOUT, 0]))
        pictures = [uploads.keep_artifact(name, files[PICTURE, position]) for position, name in enumerate(about["files"], 1)]
        return OpenedImport(row, _text(store, files[SCRIPT, 0]), about, pictures)
    except (FileNotFoundError, KeyError, ValueError) as error:
        raise NotFound("A file of the import is missing on the disk.", hint="Import the document again.") from error


def _text(store: Store, file: Artifact) -> str:
    return in_file_thread(store.files.fetch, file.key).read_text(encoding="utf-8")


def _options(text: str) -> dict[str, Any]:
    options = submission.parsed(text, "field options")
    if not isinstance(options, dict):
        raise BadOption("The options are not an object.")
    return options
