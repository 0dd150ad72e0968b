"""A script on its way in: what a request may send, and the checks before it becomes a task."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from models import task
from models.asset import by_name
from models.errors import Diagnostic
from models.files.blob_store import Asset
from models.task import Task
from videogen.errors.request import BadRequest, BodyTooLarge, UnsupportedMediaType
from videogen.errors.script import BadOption, ScriptNotText, ScriptTooLarge
from videogen.pipeline.checked_script import CheckedScript
from videogen.script.formats import format_of
from videogen.web import uploads
from videogen.web.services import current_services

# A script grows when it is written as JSON: each character may take six. What stands around it is not much.
JSON_GROWTH = 6
ENVELOPE_BYTES = 64 * 1024
TASK_ID = re.compile(r"[0-9a-z]{1,64}", re.ASCII)


@dataclass(frozen=True)
class Submission:
    """What a client sends to have a film made."""

    script: str
    format: str | None
    options: Mapping[str, Any]
    priority: int = 0
    made_from: str | None = None
    page: str | None = None
    line: int = 1
    assets: Sequence[Asset] = ()


def check(submission: Submission) -> CheckedScript:
    """Read the script as the pipeline will. Raises BadScript and its kin, with the places of the faults."""
    weigh(submission)
    readers = current_services().readers
    files = uploads.paths(submission.assets)
    admitted: CheckedScript = readers.check_script(
        submission.script, submission.format, submission.options, files, key=request.remote_addr or ""
    )
    return admitted


def weigh(submission: Submission) -> int:
    """The size of the script in bytes. Raises ScriptTooLarge."""
    most = current_services().settings.script_max_bytes
    size = len(submission.script.encode("utf-8", "surrogatepass"))
    if size > most:
        raise ScriptTooLarge(f"The script is {size:,} bytes; the limit is {most:,}.")
    return size


def submit(submission: Submission, key: str | None = None) -> Task:
    """Check a script and put it into the queue: what the API and the page's form have in common."""
    services = current_services()
    services.submission_limiter.check(request.remote_addr or "")
    checked = check(submission)
    assets = uploads.keep_theme(checked, submission.assets)
    with services.hub_throttle.turn():
        return task.submit(
            services.store,
            source=submission.script,
            format=checked.format,
            title=checked.title,
            options=submission.options,
            priority=submission.priority,
            attempts=services.settings.attempts,
            max_queued=services.settings.max_queued,
            idempotency_key=key,
            made_from=submission.made_from,
            assets=assets,
        )


def of_request(*, draft: bool = False) -> Submission:
    """What the request sends, as JSON or multipart. Raises BadRequest, UnsupportedMediaType, BadAsset, and MissingFile if no draft."""
    return _checked(_multipart() if request.mimetype == "multipart/form-data" else _json(), draft=draft)


def _json() -> dict[str, Any]:
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
    """The JSON that was sent. Raises BadRequest, which names it as `what`."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise BadRequest("The JSON nests too deep.") from error
    except json.JSONDecodeError as error:
        said = why_not_json(error)
        diagnostic = Diagnostic(said, line=error.lineno, column=error.colno)
        raise BadRequest(
            f"The {what} is not JSON: {said}, in line {error.lineno}, column {error.colno}.", diagnostics=[diagnostic]
        ) from error
    except UnicodeDecodeError as error:
        raise BadRequest(f"The {what} is not JSON in UTF-8.") from error
    except ValueError as error:  # a number of thousands of digits, NaN, Infinity
        raise BadRequest(f"The {what} has a number that cannot be used.") from error


def why_not_json(error: json.JSONDecodeError) -> str:
    """What is wrong there, in words that need no knowledge of the decoder's."""
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
    files = [each for name, each in request.files.items(multi=True) if name != "script" and each.filename]
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
    if "options" in body:
        body["options"] = parsed(body["options"], "field options")
    if "priority" in body:
        body["priority"] = int(body["priority"]) if re.fullmatch(r"-?[0-9]{1,3}", body["priority"]) else body["priority"]
    return body


def _checked(body: Mapping[str, Any], *, draft: bool) -> Submission:
    """The body's fields, each of its type."""
    script, format, options = body.get("script"), body.get("format"), body.get("options")
    priority, made_from = whole(body.get("priority", 0)), body.get("made_from")
    if not isinstance(script, str):
        raise BadRequest("The field script is missing or not text.", diagnostics=[Diagnostic("Must be text.", path="script")])
    if format is not None and not isinstance(format, str):
        raise BadRequest("The field format is not text.", diagnostics=[Diagnostic("Must be text.", path="format")])
    if options is not None and not isinstance(options, dict):
        raise BadOption("The options are not an object.", diagnostics=[Diagnostic("Must be an object.", path="options")])
    if isinstance(priority, bool) or not isinstance(priority, int) or not -100 <= priority <= 100:
        raise BadRequest(
            "The priority is not a whole number from -100 to 100.", diagnostics=[Diagnostic("Must be from -100 to 100.", path="priority")]
        )
    if made_from is not None and not (isinstance(made_from, str) and TASK_ID.fullmatch(made_from)):
        raise BadRequest("The field made_from is no task's id.", diagnostics=[Diagnostic("Must be a task's id.", path="made_from")])
    page, line = body.get("page"), whole(body.get("line", 1))
    if isinstance(line, bool) or not isinstance(line, int):
        raise BadRequest("The field line is not a whole number.", diagnostics=[Diagnostic("Must be a line's number.", path="line")])
    asker = page[:100] if isinstance(page, str) else None
    files = uploads.named(uploads.checked(body.get("assets")), made_from, draft=draft)
    return Submission(script, format or None, options or {}, priority, made_from, asker, line, files)


def whole(value: Any) -> Any:
    """To JSON 2.0 is a whole number, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
