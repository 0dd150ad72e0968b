"""Drafts in the API: the list, one to add, save or remove, its versions, and who has it open."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue

from models import draft
from models.draft import Draft, DraftContent, Version
from models.errors import Diagnostic, DraftChanged, DraftNotFound, MissingFile, TooManyDrafts
from models.files.blob_store import Asset
from videogen.errors.request import BadRequest
from videogen.errors.script import ScriptTooLarge
from videogen.script.formats import FORMATS
from videogen.web import draft_shapes, submission, uploads
from videogen.web.operations import Operation, described
from videogen.web.services import current_services

PAGE = re.compile(r"[0-9a-z]{1,40}", re.ASCII)
FIELDS = {"script", "title", "format", "options", "assets", "revision", "replace"}
UNTITLED = "Untitled"
DRAFT = Operation("Drafts", draft_shapes.DraftJson, errors=(DraftNotFound,))

blueprint = Blueprint("drafts", __name__, url_prefix="/api/drafts")


@blueprint.get("")
@described(Operation("Drafts", draft_shapes.Drafts))
def index() -> ResponseReturnValue:
    """List the drafts, those changed last first."""
    with current_services().store.reading() as read:
        return jsonify({"drafts": [vars(row) for row in draft.newest(read)]})


@blueprint.post("")
@described(
    Operation(
        "Drafts",
        draft_shapes.DraftJson,
        status=201,
        errors=(BadRequest, ScriptTooLarge, MissingFile, TooManyDrafts),
        body=draft_shapes.NewDraft,
        headers=("Location",),
    )
)
def add() -> ResponseReturnValue:
    """Add a draft: a script that is still being written. It is kept as it is, with all that is wrong with it."""
    row = draft.add(current_services().store, content_of(submission.json_body()))
    return jsonify(describe(row)), 201, {"Location": url_for("drafts.show", draft_id=row.id)}


@blueprint.get("/<draft_id>")
@described(DRAFT)
def show(draft_id: str) -> ResponseReturnValue:
    """Return one draft."""
    with current_services().store.reading() as read:
        return jsonify(describe(draft.find(read, draft_id)))


@blueprint.put("/<draft_id>")
@described(DRAFT.but(errors=(DraftNotFound, DraftChanged, BadRequest, ScriptTooLarge, MissingFile), body=draft_shapes.SavedDraft))
def save(draft_id: str) -> ResponseReturnValue:
    """Save a draft. `revision` is the one that was changed: if there is a newer one, nothing is written over, unless `replace` asks for it.

    What is replaced so becomes a version first.
    """
    body = submission.json_body()
    revision, replace = body.get("revision"), body.get("replace", False)
    if isinstance(revision, bool) or not isinstance(revision, int) or not isinstance(replace, bool):
        diagnostic = Diagnostic("Must be the revision that was changed.", path="revision")
        raise BadRequest("The field revision is no whole number, or replace is not true or false.", diagnostics=[diagnostic])
    row = draft.save(current_services().store, draft_id, content_of(body), revision, replace=replace)
    return jsonify(describe(row))


@blueprint.delete("/<draft_id>")
@described(DRAFT.but(answer=draft_shapes.RemovedDraft))
def remove(draft_id: str) -> ResponseReturnValue:
    """Remove a draft, and its versions."""
    return jsonify({"id": draft.remove(current_services().store, draft_id).id, "removed": True})


@blueprint.get("/<draft_id>/versions")
@described(DRAFT.but(answer=draft_shapes.Versions))
def versions(draft_id: str) -> ResponseReturnValue:
    """List the versions of a draft, the newest first: what was submitted, and what was replaced."""
    with current_services().store.reading() as read:
        draft.find(read, draft_id)
        return jsonify({"versions": [vars(row) for row in draft.versions_of(read, draft_id)]})


@blueprint.post("/<draft_id>/versions")
@described(DRAFT.but(answer=draft_shapes.VersionJson, status=201, errors=(DraftNotFound, BadRequest), body=draft_shapes.NewVersion))
def add_version(draft_id: str) -> ResponseReturnValue:
    """Keep what a draft says now as a version: the script of the task `task_id`."""
    task_id = submission.json_body().get("task_id")
    if task_id is not None and not (isinstance(task_id, str) and re.fullmatch(r"[0-9a-z]{1,64}", task_id, re.ASCII)):
        raise BadRequest("The field task_id is no id of a task.", diagnostics=[Diagnostic("Must be an id.", path="task_id")])
    return jsonify(version_json(draft.add_version(current_services().store, draft_id, task_id))), 201


@blueprint.get("/<draft_id>/versions/<int(max=999999999):number>")
@described(DRAFT.but(answer=draft_shapes.VersionJson))
def show_version(draft_id: str, number: int) -> ResponseReturnValue:
    """Return one version of a draft, with its script."""
    with current_services().store.reading() as read:
        return jsonify(version_json(draft.version(read, draft_id, number)))


@blueprint.post("/<draft_id>/presence")
@described(DRAFT.but(answer=draft_shapes.PresenceJson, errors=(DraftNotFound, BadRequest), body=draft_shapes.Here))
def meet(draft_id: str) -> ResponseReturnValue:
    """Say that a page has the draft open, every ten seconds or so; the answer says who else has, and which revision there is."""
    body = submission.json_body()
    page, edits = body.get("page"), body.get("edits", False)
    if not isinstance(page, str) or not PAGE.fullmatch(page) or not isinstance(edits, bool):
        raise BadRequest("The field page is no name of a page.", diagnostics=[Diagnostic("Must be letters and digits.", path="page")])
    return jsonify(vars(draft.meet(current_services().store, draft_id, page, edits=edits)))


def content_of(body: dict[str, Any]) -> DraftContent:
    """Return the content that a request brings. Raises BadRequest with the field, ScriptTooLarge, MissingFile."""
    unknown = body.keys() - FIELDS
    if unknown:
        raise BadRequest(f"There is no field {min(unknown)[:40]!r}.", diagnostics=[Diagnostic("Is not known.", path=min(unknown)[:40])])
    script, title, format, options = body.get("script"), body.get("title", ""), body.get("format", ""), body.get("options", {})
    wrong = next(
        (
            name
            for name, is_right in (
                ("script", isinstance(script, str)),
                ("title", isinstance(title, str)),
                ("format", format == "" or format in FORMATS),
                ("options", isinstance(options, dict)),
            )
            if not is_right
        ),
        None,
    )
    if wrong:
        raise BadRequest(f"The field {wrong} is missing or of another type.", diagnostics=[Diagnostic("Must be given.", path=wrong)])
    assert isinstance(script, str)
    submission.weigh(submission.Submission(script, None, {}))
    files = uploads.named(uploads.checked(body.get("assets") or {}), draft=True)
    return DraftContent(script, (title.strip() or title_of(script))[:200], format, options, [file for file in files if file.bytes])


def title_of(script: str) -> str:
    """Return what a script is called, as far as a look at its first lines tells: nothing reads it here."""
    match = re.search(r"^(?:#{1,6}|\W*title\W*:)\s*(.+?)\s*$", script[:5000], re.MULTILINE)
    return match[1].strip("\"',")[:200] if match else UNTITLED


def _fields(content: DraftContent) -> dict[str, Any]:
    return {
        "title": content.title,
        "script": content.script,
        "format": content.format,
        "options": dict(content.options),
        "assets": [_file(file) for file in content.assets],
    }


def _file(file: Asset) -> dict[str, Any]:
    return {"name": file.name, "id": file.id, "media_type": file.media_type, "bytes": file.bytes}


def describe(row: Draft) -> dict[str, Any]:
    """Return a draft with its script."""
    fields = {"id": row.id, "revision": row.revision, "created_at": row.created_at, "updated_at": row.updated_at}
    return fields | {"words": row.content.words} | _fields(row.content)


def version_json(row: Version) -> dict[str, Any]:
    fields = {"number": row.number, "task_id": row.task_id, "created_at": row.created_at}
    return fields | {"words": row.content.words} | _fields(row.content)
