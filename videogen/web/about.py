"""What the server tells of itself: what a script may say, what can be chosen, how it stands, and what the API is."""

from __future__ import annotations

import re
import tempfile
from typing import get_args

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from models import attempt, event
from models.errors import Diagnostic, DiskFull, StoreUnusable
from videogen.errors import every_error
from videogen.errors.rendering import LanguageNotSpoken, PreviewFailed, VoiceUnavailable
from videogen.errors.request import BadRequest, RangeNotSatisfiable
from videogen.errors.script import BadOption
from videogen.files.disk_space import free_bytes
from videogen.script.models import Scene, SceneBase
from videogen.script.schema import script_schema
from videogen.script.video_options import LANGUAGE
from videogen.voices import engines
from videogen.web import content, label_shapes, labels, openapi, script_shapes, server_shapes, views
from videogen.web.access_rules import AccessRule, let_in
from videogen.web.operations import TAGS, UNCHANGED, Operation, Parameter, described
from videogen.web.services import current_services

FULL_BYTES = 16 * 1024 * 1024
"""Free disk space below which the server is not ready: the database could not grow."""

blueprint = Blueprint("about", __name__, url_prefix="/api")


@blueprint.get("/schema")
@described(Operation("Scripts", "application/schema+json"))
def schema() -> ResponseReturnValue:
    """Return the JSON Schema of a script in YAML or JSON."""
    return Response(current_app.json.dumps(script_schema()), mimetype="application/schema+json")


@blueprint.get("/scenes")
@described(Operation("Scripts", script_shapes.SceneKinds))
def scenes() -> ResponseReturnValue:
    """List the kinds of scene with their fields."""
    kinds = []
    for kind in get_args(get_args(Scene)[0]):
        own = kind.model_json_schema()
        fields = {name: field for name, field in own["properties"].items() if name not in SceneBase.model_fields and name != "kind"}
        needed = [name for name in own.get("required", ()) if name in fields]
        kinds.append(
            {
                "kind": get_args(kind.model_fields["kind"].annotation)[0],
                "description": (kind.__doc__ or "").partition("\n")[0],
                "fields": {"type": "object", "properties": fields, "required": needed, "$defs": own.get("$defs", {})},
            }
        )
    return jsonify({"scenes": kinds})


@blueprint.get("/voices")
@described(Operation("Scripts", script_shapes.Voices))
def voices() -> ResponseReturnValue:
    """List the voices, and whether each can be used here."""
    return jsonify({"voices": [voice._asdict() for voice in engines.list_voices()]})


@blueprint.get("/voices/<name>/sample")
@described(
    Operation(
        "Scripts",
        "audio/wav",
        errors=(BadRequest, BadOption, VoiceUnavailable, LanguageNotSpoken, PreviewFailed, RangeNotSatisfiable),
        parameters=(Parameter("language", {"type": "string", "pattern": LANGUAGE, "default": "en"}, "A BCP 47 tag."),),
        headers=("ETag",),
        empty=UNCHANGED,
        ranges=True,
    )
)
def voice_sample(name: str) -> ResponseReturnValue:
    """Return some words by a voice, as WAV."""
    language = request.args.get("language", "en")
    if not re.fullmatch(LANGUAGE, language):
        raise BadRequest(
            "The language is no BCP 47 tag.",
            hint="Use one such as en or de-AT.",
            diagnostics=[Diagnostic("Must be a tag.", path="language")],
        )
    engines.check(name, language)
    path = current_services().previews.sample(name, language)
    response = content.answer_file(path, "audio/wav", etag=path.stem)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/labels")
@described(Operation("Log", label_shapes.Labels))
def show_labels() -> ResponseReturnValue:
    """Return the labels of statuses, stages, actions and events, and what each event changes in its task."""
    return jsonify(labels.document(current_services().settings))


@blueprint.get("/health")
@let_in(AccessRule.PROBE)
@described(Operation("Server", server_shapes.Health, public=True))
def health() -> ResponseReturnValue:
    """Return whether the web process is alive."""
    return jsonify({"status": "ok"})


@blueprint.get("/ready")
@let_in(AccessRule.PROBE)
@described(Operation("Server", server_shapes.Health, public=True, errors=(DiskFull, StoreUnusable)))
def ready() -> ResponseReturnValue:
    """Report whether the store answers, and the disk has space and takes writes, for load balancers and readiness probes."""
    services = current_services()
    if free_bytes(services.settings.data) < FULL_BYTES:
        raise DiskFull("The disk of the data directory is full.")
    try:
        with tempfile.TemporaryFile(dir=services.settings.data) as file:
            file.write(b"ready")
    except OSError as error:  # a disk that turned read-only still answers whoever reads
        raise StoreUnusable("The data directory cannot be written.") from error
    with services.store.reading() as read:
        event.head(read)
    return jsonify({"status": "ok"})


@blueprint.get("/status")
@described(Operation("Server", server_shapes.ServerStatus))
def status() -> ResponseReturnValue:
    """Return how the server stands: what the page /status shows."""
    services = current_services()
    attempt.sweep(services.store)
    return jsonify(views.status_view(services.store, services.settings))


@blueprint.get("/openapi.json")
@described(Operation("Server", "application/json"))
def document() -> ResponseReturnValue:
    """Return this document."""
    return jsonify(openapi.document(current_app, request.script_root))


@blueprint.get("/docs")
@described(Operation("Server", "text/html"))
def docs() -> ResponseReturnValue:
    """Show this document for people, with the meaning of each error code."""
    return render_template("docs.html", api=openapi.document(current_app, request.script_root), tags=TAGS, errors=list(every_error()))
