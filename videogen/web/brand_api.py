"""Brand kits in the API: the list, one to add, change or remove, and a picture of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from models import brand
from models.brand import Brand
from models.errors import BrandNotFound, Diagnostic, TooManyBrands
from models.files.blob_store import Asset
from models.refusals import files_written
from videogen.errors.rendering import ServerBusy
from videogen.errors.request import BadRequest, UnsupportedMediaType
from videogen.errors.script import BadAsset, BadOption
from videogen.kinds import stored_brands
from videogen.script import brand_names
from videogen.web import content, script_shapes, theme_api, uploads
from videogen.web.file_access import in_file_thread
from videogen.web.native_thread import in_thread
from videogen.web.operations import REFUSED_UPLOAD, Operation, described
from videogen.web.services import current_services

MAX_KIT_CHARACTERS = 64 * 1024
NAME_HINT = "Use up to 40 letters, digits, hyphens and underscores."

blueprint = Blueprint("brands", __name__, url_prefix="/api/brands")


@blueprint.get("")
@described(Operation("Scripts", script_shapes.Brands))
def index() -> ResponseReturnValue:
    """List the brand kits by name."""
    with current_services().store.reading() as read:
        return jsonify({"brands": [describe(row) for row in brand.every(read)]})


@blueprint.get("/<name>")
@described(Operation("Scripts", script_shapes.BrandJson, errors=(BrandNotFound,)))
def show(name: str) -> ResponseReturnValue:
    """Show one brand kit."""
    with current_services().store.reading() as read:
        return jsonify(describe(brand.find(read, name)))


@blueprint.get("/<name>/picture")
@described(Operation("Scripts", "image/svg+xml", errors=(BrandNotFound,)))
def picture(name: str) -> ResponseReturnValue:
    """Return a picture of the colours of a brand."""
    with current_services().store.reading() as read:
        row = brand.find(read, name)
    if not row.colours:
        raise BrandNotFound(f"The brand {name} has no picture.")
    response = Response(theme_api.draw_colours(row.colours), mimetype="image/svg+xml")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = content.INERT
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("")
@described(
    Operation(
        "Scripts",
        script_shapes.BrandJson,
        status=201,
        errors=(BadRequest, BadOption, BadAsset, TooManyBrands, ServerBusy, *REFUSED_UPLOAD),
        form=script_shapes.NewBrand,
    )
)
def save() -> ResponseReturnValue:
    """Keep a brand kit: 201. One of the same name is replaced, and its files that are not sent anew stay. Tasks keep the brand they had."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.", hint="Send the kit as multipart/form-data.")
    text = request.form.get("kit") or "{}"
    if len(text) > MAX_KIT_CHARACTERS:
        message = f"The kit has {len(text):,} characters; the limit is {MAX_KIT_CHARACTERS:,}."
        raise BadOption(message, diagnostics=[Diagnostic("is too long", path="kit")])
    try:
        kit = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadOption("The field kit is not JSON.", diagnostics=[Diagnostic("Must be a JSON object.", path="kit")]) from error
    if not isinstance(kit, dict):
        raise BadOption("The field kit is no object.", diagnostics=[Diagnostic("Must be a JSON object.", path="kit")])
    files = [(uploads.name_of(file.filename).rpartition("/")[2], file) for _, file in request.files.items(multi=True) if file.filename]
    row, adjusted = save_brand(request.form.get("name", ""), kit, files)
    return jsonify(describe(row) | {"adjusted": adjusted}), 201


@blueprint.delete("/<name>")
@described(Operation("Scripts", script_shapes.RemovedBrand, errors=(BrandNotFound,)))
def remove(name: str) -> ResponseReturnValue:
    """Remove a brand kit. Tasks keep the brand they had."""
    return jsonify({"name": brand.remove(current_services().store, name).name, "removed": True})


def save_brand(name: str, kit: Mapping[str, Any], files: Sequence[tuple[str, FileStorage]]) -> tuple[Brand, list[str]]:
    """Check a brand and keep it, with its new files and those of the old one that it still names. Return it and the adjusted colours.

    Raises BadOption for a name, a kit or a file that cannot be used, and TooManyBrands.
    """
    if not brand_names.is_name(name):
        raise BadOption(f"A brand cannot be called {name[:60]!r}.", hint=NAME_HINT, diagnostics=[Diagnostic("is no name", path="name")])
    store = current_services().store
    with store.reading() as read:
        before = {file.name: file for row in brand.of_names(read, [name]) for file in stored_brands.files_of(row).values()}
    if files:
        uploads.admit_small()
    with ExitStack() as leaving:
        sent = [(file_name, in_thread(uploads.stage, leaving, store, file.stream)) for file_name, file in files]
        paths = uploads.paths(before.values()) | {file_name: staged.path for file_name, staged in sent}
        checked = current_services().readers.brand(name, _as_text(kit), paths, key=request.remote_addr or "")
        types = checked["media_types"]
        kept = {file_name: Asset(file_name, staged.id, types[file_name], staged.bytes) for file_name, staged in sent if file_name in types}
        for file_name, staged in sent:
            if file_name in types:
                in_file_thread(staged.keep)
    used = [asset for file_name, asset in (before | kept).items() if file_name in types]
    with files_written(store.data / "assets"):
        return in_file_thread(stored_brands.save_brand, store, name, checked, used), checked["adjusted"]


def _as_text(kit: Mapping[str, Any]) -> str:
    """Return a kit as JSON that is YAML, too: that knows no halves of characters, which JSON escapes beyond U+FFFF would be."""
    return json.dumps(kit, ensure_ascii=False).encode("utf-8", "replace").decode()


def describe(row: Brand) -> dict[str, Any]:
    """Return a brand as the API shows it."""
    kit = json.loads(row.definition)
    files = [{"name": name, "media_type": file.media_type, "bytes": file.bytes} for name, file in stored_brands.files_of(row).items()]
    return {
        "name": row.name,
        "description": str(kit.get("description", "")),
        "kit": kit,
        "files": files,
        "picture": url_for("brands.picture", name=row.name),
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "adjusted": [],
    }
