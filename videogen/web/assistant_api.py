"""The assistant in the API: a script goes to the server that the owner has configured, and what comes back is a proposal."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from gevent.lock import BoundedSemaphore

from models.errors import Diagnostic
from videogen.assistant import ACTIONS, WISHES_MAX
from videogen.errors.assistant import AssistantFailed, AssistantOff
from videogen.errors.rendering import PreviewFailed, ServerBusy
from videogen.errors.request import BadRequest, TooManyRequests
from videogen.errors.script import BadAsset, BadOption
from videogen.script.languages import AUTO, name_of, tag_of
from videogen.web import script_shapes, submission, submission_shapes, uploads
from videogen.web.api import REFUSED_SCRIPT
from videogen.web.operations import Operation, described
from videogen.web.preview_service import ScriptToRead
from videogen.web.services import current_services

blueprint = Blueprint("assistant", __name__, url_prefix="/api/assistant")

AT_ONCE = 4
"""Questions that may be open; each may take as long as VIDEOGEN_ASSISTANT_TIMEOUT_S."""
asking = BoundedSemaphore(AT_ONCE)


@blueprint.get("")
@described(Operation("Scripts", script_shapes.AssistantJson))
def show() -> ResponseReturnValue:
    """Return whether there is an assistant, and where it sends what it is given."""
    assistant = current_services().settings.assistant
    on = assistant.is_configured
    return jsonify(
        {"configured": on, "host": assistant.host if on else None, "model": assistant.model if on else None, "actions": list(ACTIONS)}
    )


@blueprint.post("")
@described(
    Operation(
        "Scripts",
        script_shapes.Proposal,
        errors=(
            *REFUSED_SCRIPT,
            AssistantOff,
            AssistantFailed,
            BadRequest,
            BadOption,
            BadAsset,
            PreviewFailed,
            TooManyRequests,
        ),
        body=submission_shapes.AssistantRequest,
    )
)
def propose() -> ResponseReturnValue:
    """Ask the assistant to draft, shorten or translate a script, or to write its narration. The answer is a proposal; nothing is stored.

    The script is sent to the server of VIDEOGEN_ASSISTANT_URL, and nowhere else. Without one it is refused with `assistant_off`.
    """
    services, body = current_services(), submission.json_body()
    assistant = services.settings.assistant
    if not assistant.is_configured:
        raise AssistantOff("No assistant is configured.")
    action, wishes = body.pop("action", None), body.pop("wishes", None) or ""
    if action not in ACTIONS:
        raise _bad("action", f"Must be one of {', '.join(ACTIONS)}.")
    if not isinstance(wishes, str) or len(wishes) > WISHES_MAX:
        raise _bad("wishes", f"Must be text of at most {WISHES_MAX} characters.")
    language = _language(body.pop("language", None)) if action == "translate" else ""
    asked = submission.of_body(body)
    submission.weigh(asked)
    client = request.remote_addr or ""
    services.submission_limiter.check(client)
    if not asking.acquire(blocking=False):
        raise ServerBusy(f"The assistant answers {AT_ONCE} questions already.")
    try:
        if action == "narrate":
            files = uploads.paths(uploads.with_brands(asked.script, asked.options, asked.assets))
            script = ScriptToRead(asked.script, asked.format or "", asked.options, files)
            scenes = [scene for scene in services.previews.narration(script, {}, client=client)["scenes"] if scene["editable"]]
            texts = assistant.narrate(scenes, wishes=wishes)
            proposed = services.previews.narration(script, texts, client=client)["script"]
        else:
            proposed = assistant.change(action, asked.script, language=language, wishes=wishes)
    finally:
        asking.release()
    pieces = services.readers.difference(asked.script, proposed, key=client)
    return jsonify({"script": proposed, "pieces": pieces, "host": assistant.host, "model": assistant.model})


def _language(value: Any) -> str:
    """Return the name of the language to translate into. Raises BadRequest for none that is known."""
    tag = tag_of(value) if isinstance(value, str) else None
    if not tag or tag == AUTO:
        raise _bad("language", "Must be a language: a BCP 47 tag or a name.")
    return name_of(tag)


def _bad(field: str, must: str) -> BadRequest:
    return BadRequest(f"The field {field} cannot be used.", diagnostics=[Diagnostic(must, path=field)])
