"""A task on its way in: what a request may send, and the checks before it becomes a row. Scripts of videos have a form of their own."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from models import intake
from models.asset import by_name
from models.errors import Diagnostic, VideogenError
from models.files.blob_store import Asset
from models.intake import Submitted, TaskSpec
from models.task import Task
from videogen.errors.kinds import BadPayload, UnknownKind
from videogen.errors.request import BadRequest, BodyTooLarge, UnsupportedMediaType
from videogen.errors.script import BadOption, ScriptNotText, ScriptTooLarge
from videogen.kinds import registry
from videogen.kinds.kind import AdmissionContext, Kind
from videogen.kinds.video import VIDEO
from videogen.pipeline.checked_script import CheckedScript
from videogen.script.formats import format_of
from videogen.web import queue_options, uploads
from videogen.web.queue_options import IN_TURN, TASK_ID, QueueOptions
from videogen.web.services import current_services

# A script grows when it is written as JSON: each character may take six. What stands around it is not much.
JSON_GROWTH = 6
ENVELOPE_BYTES = 64 * 1024
PAYLOAD_MAX_BYTES = 64 * 1024
MOST_TASKS = 500
BESIDE_PAYLOAD = ("priority", "made_from", "run_at", "after", "lock", "unique")
"""What says how a task is submitted, and not what it is to do."""
MOST_SCENES = 10_000


@dataclass(frozen=True)
class Submission:
    """A request for a video."""

    script: str
    format: str | None
    options: Mapping[str, Any]
    queue: QueueOptions = IN_TURN
    made_from: str | None = None
    page: str | None = None
    line: int = 1
    assets: Sequence[Asset] = ()


@dataclass(frozen=True)
class KindSubmission:
    """What a client sends for a task of any kind."""

    kind: Kind
    payload: Mapping[str, Any]
    queue: QueueOptions = IN_TURN
    assets: Sequence[Asset] = ()
    title: str = ""


def check(submission: Submission) -> CheckedScript:
    """Read the script as the pipeline will. Raises BadScript and its kin, with the places of the faults."""
    weigh(submission)
    readers = current_services().readers
    files = uploads.paths(uploads.with_brands(submission.script, submission.options, submission.assets))
    admitted: CheckedScript = readers.check_script(
        submission.script, submission.format, submission.options, files, key=request.remote_addr or ""
    )
    return admitted


def weigh(submission: Submission) -> int:
    """Return the size of the script in bytes. Raises ScriptTooLarge."""
    most = current_services().settings.script_max_bytes
    size = len(submission.script.encode("utf-8", "surrogatepass"))
    if size > most:
        raise ScriptTooLarge.of(size, most)
    return size


def submit(submission: Submission | KindSubmission, key: str | None = None) -> Task:
    """Check what was sent and put it into the queue: what the API and the page's form have in common."""
    return submit_all([submission], key)[0].task


def submit_all(submissions: Sequence[Submission | KindSubmission], key: str | None = None) -> list[Submitted]:
    """Check tasks and put them into the queue, all or none. Of a list, each error says which task it is about."""
    services = current_services()
    specs = []
    for number, submission in enumerate(submissions):
        services.submission_limiter.check(request.remote_addr or "")
        with about_entry(number if len(submissions) > 1 else None):
            # Each task has a key of its own, so that the list can be sent again.
            specs.append(spec_of(submission, f"{key}/{number}" if key and len(submissions) > 1 else key))
    with services.hub_throttle.turn():
        return intake.submit_all(services.store, specs, max_queued=services.settings.max_queued)


@contextmanager
def place(of: Callable[[str], str]) -> Iterator[None]:
    """Put the diagnostics of an error into their place in a larger body: `of` returns the path of a field's path, or of "" for none."""
    try:
        yield
    except VideogenError as error:
        diagnostics = error.diagnostics or (Diagnostic(error.detail),)
        error.diagnostics = tuple(replace(diagnostic, path=of(diagnostic.path or "")) for diagnostic in diagnostics)
        raise


def about_entry(number: int | None) -> AbstractContextManager[None]:
    """Say in the diagnostics of an error which task of a list it is about."""
    return nullcontext() if number is None else place(lambda path: f"tasks.{number}.{path}" if path else f"tasks.{number}")


def spec_of(submission: Submission | KindSubmission, key: str | None = None) -> TaskSpec:
    """Check a task and return what is put into the queue. Raises BadScript and its kin, BadPayload and what the kind raises."""
    services = current_services()
    if isinstance(submission, KindSubmission):
        kind = submission.kind
        payload = kind.check_payload(submission.payload)
        admission = kind.admission(payload, AdmissionContext(services.store))
        return TaskSpec(
            kind=kind.name,
            payload=payload.model_dump(mode="json", exclude_unset=True),
            title=submission.title or admission.title,
            attempts=kind.retry.attempts or services.settings.attempts,
            idempotency_key=key,
            made_from=admission.made_from,
            options=admission.options,
            assets=submission.assets,
            **submission.queue.fields,
        )
    checked = check(submission)
    return TaskSpec(
        source=submission.script,
        format=checked.format,
        title=checked.title,
        options=submission.options,
        attempts=services.settings.attempts,
        idempotency_key=key,
        made_from=submission.made_from,
        assets=uploads.keep_look(checked, submission.assets),
        **submission.queue.fields,
    )


def of_request(*, draft: bool = False) -> Submission:
    """Read the request, as JSON or multipart.

    Raises BadRequest, UnsupportedMediaType, BadAsset, and MissingFile if no draft.
    """
    return _checked(_body(), draft=draft)


def of_body(body: Mapping[str, Any]) -> Submission:
    """Return the script of a JSON object, as it stands. Raises BadRequest with the field, BadAsset."""
    return _checked(body, draft=True)


def scene_of(body: dict[str, Any]) -> tuple[Submission, int]:
    """Return the script of a JSON object, and the number of one of its scenes. Raises BadRequest with the field, BadAsset."""
    position = body.pop("scene", None)
    if isinstance(position, float) and position.is_integer():  # 2.0 is an integer in JSON Schema
        position = int(position)
    if isinstance(position, bool) or not isinstance(position, int) or not 1 <= position <= MOST_SCENES:
        raise BadRequest("The field scene is no number of a scene.", diagnostics=[Diagnostic("Must be a number from 1.", path="scene")])
    return _checked(body, draft=True), position


def any_of_request() -> Submission | KindSubmission:
    """Return what the request sends: with a `kind` a task of that kind, else a script. Raises UnknownKind and BadPayload, too."""
    return any_of_body(_body())


def list_of_request() -> list[Submission | KindSubmission]:
    """Return the tasks that the request sends as a list. Raises BadRequest and what `any_of_request` raises, with the place."""
    items = json_body().get("tasks")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_TASKS:
        must = f"Must be a list of 1 to {MOST_TASKS} tasks."
        raise BadRequest("The field tasks is no list of tasks.", diagnostics=[Diagnostic(must, path="tasks")])
    submissions = []
    for number, item in enumerate(items):
        with about_entry(number):
            if not isinstance(item, dict):
                raise BadRequest("A task of the list is no object.")
            submissions.append(any_of_body(item))
    return submissions


def any_of_body(body: Mapping[str, Any]) -> Submission | KindSubmission:
    """Return the task that a JSON object describes. Raises what `any_of_request` raises."""
    if "kind" not in body and "payload" not in body:
        return _checked(body, draft=False)
    name, payload = body.get("kind", VIDEO.name), body.get("payload")
    if not isinstance(name, str):
        raise BadRequest("The field kind is not text.", diagnostics=[Diagnostic("Must be text.", path="kind")])
    try:
        kind = registry.find(name)
    except UnknownKind as unknown:
        unknown.diagnostics = (Diagnostic("is no kind that is installed here", path="kind"),)
        raise
    if payload is None and kind is VIDEO:
        return _checked(body, draft=False)
    if not isinstance(payload, dict):
        raise BadPayload("The field payload is not an object.", diagnostics=[Diagnostic("Must be an object.", path="payload")])
    if kind is VIDEO and "script_of" not in payload:
        return _checked({name: value for name, value in body.items() if name in BESIDE_PAYLOAD} | payload, draft=False)
    size = len(json.dumps(payload))
    if size > PAYLOAD_MAX_BYTES:
        message = f"The payload is {size:,} bytes; the limit is {PAYLOAD_MAX_BYTES:,}."
        raise BadPayload(message, hint="Upload what is large (POST /api/assets) and name it in `assets`.")
    files = uploads.named(uploads.checked(body.get("assets")))
    return KindSubmission(kind, payload, queue_options.parse(body), files)


def _body() -> dict[str, Any]:
    return _multipart() if request.mimetype == "multipart/form-data" else json_body()


def json_body() -> dict[str, Any]:
    """Return the JSON object that the request sends. Raises BadRequest, UnsupportedMediaType, BodyTooLarge."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.")
    # Read in one go and held whole: so no longer than a script can make it. Files come as multipart.
    settings = current_services().settings
    limit = min(settings.upload_max_bytes, JSON_GROWTH * settings.script_max_bytes + ENVELOPE_BYTES)
    request.max_content_length = limit
    data = request.get_data()
    if request.content_length is None and len(data) >= limit:  # in chunks; werkzeug ends there without a word
        raise BodyTooLarge(f"The body is larger than {limit} bytes.")
    body = parsed(data, "body")
    if not isinstance(body, dict):
        raise BadRequest("The body is not a JSON object.")
    return body


def parsed(text: bytes | str, what: str) -> Any:
    """Return the JSON that was sent. Raises BadRequest, which names it as `what`."""
    try:
        with _uncollected():
            return json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise BadRequest("The JSON nests too deep.") from error
    except json.JSONDecodeError as error:
        reason = why_not_json(error)
        diagnostic = Diagnostic(reason, line=error.lineno, column=error.colno)
        raise BadRequest(
            f"The {what} is not JSON: {reason}, in line {error.lineno}, column {error.colno}.", diagnostics=[diagnostic]
        ) from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"The {what} is not JSON in UTF-8.") from error
    except ValueError as error:  # a number of thousands of digits, NaN, Infinity
        raise BadRequest(f"The {what} has a number that cannot be used.") from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking at millions of new lists again and again: it takes five times as long as they do."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def why_not_json(error: json.JSONDecodeError) -> str:
    """Explain a JSON error in words that need no knowledge of the decoder."""
    text, at = error.doc, error.pos
    if at >= len(text) or error.msg.startswith("Unterminated string"):
        return "it ends too early" if at >= len(text) else "a text in double quotes is not closed"
    if error.msg.startswith("Invalid control character"):
        shown = {"\n": "line break, which is written \\n", "\t": "tab, which is written \\t"}
        code = f"{ord(text[at]):04x}"
        return f"a text holds a {shown.get(text[at]) or f'control character, which is written {chr(92)}u{code}'}"
    if error.msg.startswith("Invalid \\"):
        return "a backslash in a text is followed by something it cannot stand before; a backslash itself is written twice"
    if error.msg == "Extra data":
        return "something follows after its end"
    if error.msg.startswith("Expecting property name"):
        return "a key in double quotes was expected"
    if error.msg.startswith("Illegal trailing comma"):
        return "a comma has nothing after it"
    if mark := re.match("Expecting '(.)' delimiter", error.msg):
        return f"{mark[1]!r} was expected"
    return "a value was expected: an object, a list, a text in double quotes, a number, true, false or null"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _multipart() -> dict[str, Any]:
    body: dict[str, Any] = {name: value for name, value in request.form.items() if value or name == "script"}
    files = [file for name, file in request.files.items(multi=True) if name != "script" and file.filename]
    if "assets" in body:
        body["assets"] = parsed(body["assets"], "field assets")
    if files:
        body["assets"] = {**uploads.checked(body.get("assets")), **by_name(uploads.take(files))}
    if "script" in request.files:
        try:
            body["script"] = request.files["script"].read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ScriptNotText("The script file is not UTF-8 text.") from error
        body.setdefault("format", format_of(request.files["script"].filename or ""))
    for name in {"payload"} & body.keys():
        body[name] = parsed(body[name], f"field {name}")
    if "options" in body:
        body["options"] = parsed(body["options"], "field options")
    for name in {"after", "unique"} & body.keys():
        body[name] = parsed(body[name], f"field {name}") if body[name][:1] in "[{" else body[name]
    if "priority" in body:
        body["priority"] = int(body["priority"]) if re.fullmatch(r"-?[0-9]{1,3}", body["priority"]) else body["priority"]
    return body


def _checked(body: Mapping[str, Any], *, draft: bool) -> Submission:
    """Return the body's fields, each of its type."""
    script, format, options = body.get("script"), body.get("format"), body.get("options")
    queue, made_from = IN_TURN if draft else queue_options.parse(body), body.get("made_from")
    if not isinstance(script, str):
        raise BadRequest("The field script is missing or not text.", diagnostics=[Diagnostic("Must be text.", path="script")])
    if format is not None and not isinstance(format, str):
        raise BadRequest("The field format is not text.", diagnostics=[Diagnostic("Must be text.", path="format")])
    if options is not None and not isinstance(options, dict):
        raise BadOption("The options are not an object.", diagnostics=[Diagnostic("Must be an object.", path="options")])
    if made_from is not None and not (isinstance(made_from, str) and TASK_ID.fullmatch(made_from)):
        raise BadRequest("The field made_from is no task's id.", diagnostics=[Diagnostic("Must be a task's id.", path="made_from")])
    page, line = body.get("page"), queue_options.whole(body.get("line", 1))
    if isinstance(line, bool) or not isinstance(line, int):
        raise BadRequest("The field line is not a whole number.", diagnostics=[Diagnostic("Must be a line's number.", path="line")])
    asker = page[:100] if isinstance(page, str) else None
    files = uploads.named(uploads.checked(body.get("assets")), made_from, draft=draft)
    return Submission(script, format or None, options or {}, queue, made_from, asker, line, files)
