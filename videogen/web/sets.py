"""Sets in the API: a script with variables and rows of values become many videos, submitted in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from models import artifact, intake
from models.database import Read
from models.errors import Diagnostic, QueueFull, TaskGone, TaskNotFound, VideogenError
from models.intake import TaskSpec
from models.task import STATUSES, Task
from videogen.errors.kinds import BadPayload
from videogen.errors.request import BadRequest, BadStart, NotFound
from videogen.errors.script import BadScript, BadValues
from videogen.files.zip_stream import MEDIA_TYPE, zip_blocks
from videogen.kinds.set_files import SAVED_KINDS, files_of_set
from videogen.kinds.video_set import cancel_set, find_set, retry_set, specs_of_set, videos_of
from videogen.pipeline.set_titles import refusal_of_rows, set_title, titles_of, unused_warning
from videogen.script.value_rows import check_length
from videogen.web import submission, submission_shapes, views
from videogen.web.api import IDEMPOTENCY_KEY, REFUSED_TASK, idempotency_key
from videogen.web.artifacts import attachment
from videogen.web.file_access import in_file_thread
from videogen.web.operations import Operation, Parameter, described
from videogen.web.path_prefix import current_prefix
from videogen.web.problems import problem
from videogen.web.services import current_services
from videogen.web.submission import Submission

blueprint = Blueprint("sets", __name__, url_prefix="/api/sets")

VERBS = {"cancel": cancel_set, "retry": retry_set}
MOST_FAULTS = 20
REFUSED_SET = (BadRequest, BadValues, *REFUSED_TASK)
SET = Operation("Sets", submission_shapes.SetJson, errors=(TaskNotFound, TaskGone, BadPayload))


@dataclass(frozen=True)
class CheckedSet:
    """A set that can be submitted: its videos, and what is shown of them before."""

    specs: list[TaskSpec]
    shape: dict[str, Any]


@blueprint.post("")
@described(
    Operation(
        "Sets",
        submission_shapes.SetJson,
        status=201,
        errors=REFUSED_SET,
        parameters=(IDEMPOTENCY_KEY,),
        body=submission_shapes.NewSet,
        headers=("Location",),
    )
)
def submit() -> ResponseReturnValue:
    """Make a video of each row of values: all of them are put into the queue or, when one is refused, none.

    A task of the kind `set` comes after them. It completes when the last video has, and its id is the set's.
    """
    services = current_services()
    key = idempotency_key()
    checked = _check(submission.json_body(), key)
    most = services.settings.max_queued
    if len(checked.specs) > most:
        raise QueueFull(
            f"A set of {len(checked.specs) - 1} videos needs {len(checked.specs)} places, and the queue has {most}.",
            hint="Make smaller sets, or raise VIDEOGEN_MAX_QUEUED.",
        )
    with services.hub_throttle.turn():
        submitted = intake.submit_all(services.store, checked.specs, max_queued=most)
    end = submitted[-1].task
    with services.hub_throttle.turn(), services.store.reading() as read:
        return jsonify(describe(read, end)), 201, {"Location": url_for("sets.show", task_id=end.id)}


@blueprint.post("/check")
@described(Operation("Sets", submission_shapes.CheckedSetJson, errors=REFUSED_SET, body=submission_shapes.NewSet))
def check() -> ResponseReturnValue:
    """Return the rows of a set and the titles of its videos; nothing is submitted.

    A set that is at fault is answered as well: `problem` says why it would be refused.
    """
    body = submission.json_body()
    try:
        return jsonify(_check(body).shape | {"problem": None})
    except BadScript as refused:
        nothing: dict[str, Any] = {name: [] for name in ("columns", "variables", "unused", "warnings", "rows")}
        return jsonify({"title": "", **nothing, "problem": problem(refused, refused.status)})


@blueprint.get("/<task_id>")
@described(SET)
def show(task_id: str) -> ResponseReturnValue:
    """Return a set with its videos. `stream` is the address of the stream of all its tasks."""
    with current_services().store.reading() as read:
        response = jsonify(describe(read, find_set(read, task_id)))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/<task_id>/files.zip")
@described(
    Operation(
        "Sets",
        MEDIA_TYPE,
        errors=(TaskNotFound, TaskGone, BadPayload, BadRequest, NotFound),
        parameters=(
            Parameter(
                "kind",
                {"type": "array", "items": {"type": "string", "enum": list(SAVED_KINDS)}},
                "Which files of each video; `video` by default.",
            ),
        ),
    )
)
def download(task_id: str) -> ResponseReturnValue:
    """Return the files of all completed videos of a set as one zip, in the order of the rows. It is written while it is sent."""
    kinds = request.args.getlist("kind") or ["video"]
    if unknown := set(kinds) - set(SAVED_KINDS):
        raise BadRequest(f"There is no kind of file called {min(unknown)[:40]!r} to save.", hint=f"Use some of: {', '.join(SAVED_KINDS)}.")
    services = current_services()
    with services.store.reading() as read:
        end = find_set(read, task_id)
        found = files_of_set(read, end.id, dict.fromkeys(kinds))
    storage = services.store.files
    if not found.files:
        raise NotFound("No video of the set is ready yet.", hint="Wait until one is completed; the set's stream tells when.")

    def read_range(key: str, start: int, stop: int) -> bytes:
        return in_file_thread(storage.range, key, start, stop)

    response = Response(zip_blocks(found.members(read_range)), mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = attachment(end.title, end.id, ".zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/<task_id>/<any(cancel, retry):verb>")
@described(
    SET.but(
        spelt={
            "verb": {
                "cancel": SET.but(summary="Cancel all videos of a set that have not ended."),
                "retry": SET.but(summary="Try the failed and cancelled videos of a set again."),
            }
        }
    )
)
def act(task_id: str, verb: str) -> ResponseReturnValue:
    """Cancel or retry the videos of a set."""
    services = current_services()
    VERBS[verb](services.store, task_id)
    with services.store.reading() as read:
        return jsonify(describe(read, find_set(read, task_id)))


def describe(read: Read, end: Task) -> dict[str, Any]:
    """Return a set as the API gives it."""
    videos = videos_of(read, end.id)
    counts = Counter(video.status for video in videos)
    done = sum(1.0 if video.status == "completed" else video.progress or 0.0 for video in videos if video.status != "cancelled")
    return {
        "id": end.id,
        "title": end.title,
        "task": views.describe(read, end),
        "videos": [views.summary(read, row) | {"thumbnail": artifact.one(read, row.id, "thumbnail") is not None} for row in videos],
        "counts": {status: counts[status] for status in STATUSES},
        "progress": round(min(done / len(videos), 1.0), 4) if videos else 0.0,
        "stream": f"{current_prefix()}/api/stream?" + "&".join(f"task={id}" for id in [end.id, *(video.id for video in videos)]),
    }


def _check(body: Mapping[str, Any], key: str | None = None) -> CheckedSet:
    """Expand a set and check the script of each row. Raises BadValues and BadScript with the rows that are at fault."""
    services = current_services()
    services.submission_limiter.check(request.remote_addr or "")
    values, values_format, title = body.get("values"), body.get("values_format"), body.get("title", "")
    if not isinstance(values, (str, list)):
        raise BadRequest("The field values is no table.", diagnostics=[Diagnostic("Must be a text, or a list of objects.", path="values")])
    if isinstance(values, list):
        check_length(len(values))
    if values_format is not None and not isinstance(values_format, str):
        raise BadRequest("The field values_format is not text.", diagnostics=[Diagnostic("Must be csv or yaml.", path="values_format")])
    if not isinstance(title, str):
        raise BadRequest("The field title is not text.", diagnostics=[Diagnostic("Must be text.", path="title")])
    asked = submission.any_of_body({name: value for name, value in body.items() if name not in ("kind", "payload")})
    assert isinstance(asked, Submission)
    if asked.queue.unique:
        raise BadStart("A set has no unique key.", diagnostics=[Diagnostic("Must be left out.", path="unique")])
    submission.weigh(asked)
    expanded = services.readers.expand_set(asked.script, asked.format, values, values_format, key=request.remote_addr or "")
    rows = expanded["rows"]
    specs: list[TaskSpec] = []
    failures: list[tuple[int, str, VideogenError]] = []
    for number, row in enumerate(rows, 1):
        try:
            row_submission = replace(asked, script=row["script"], format=expanded["format"])
            specs.append(submission.spec_of(row_submission, f"{key}/{number}" if key else None))
        except BadScript as error:
            failures.append((number, row["label"], error))
            if len(failures) >= MOST_FAULTS:
                break
    if failures:
        raise refusal_of_rows(failures, min(len(rows), MOST_FAULTS))
    titles = titles_of(rows, [spec.title for spec in specs])
    named = [replace(spec, title=name) for spec, name in zip(specs, titles, strict=True)]
    set_name = set_title(title, titles)
    warning = unused_warning(expanded["unused"])
    shape = {
        "title": set_name,
        "columns": list(expanded["columns"]),
        "variables": list(expanded["variables"]),
        "unused": list(expanded["unused"]),
        "warnings": [warning] if warning else [],
        "rows": [
            {"number": number, "title": name, "values": row["values"]}
            for number, (name, row) in enumerate(zip(titles, rows, strict=True), 1)
        ],
    }
    return CheckedSet(specs_of_set(named, set_name, services.settings.attempts, key), shape)
