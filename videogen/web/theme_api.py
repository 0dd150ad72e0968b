"""Themes in the API: the list, a picture of each, and themes of one's own, which are uploaded."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from models.errors import Diagnostic
from models.refusals import files_written
from videogen.errors.rendering import ServerBusy
from videogen.errors.request import BadRequest, NotFound, UnsupportedMediaType
from videogen.errors.script import BadOption
from videogen.script import theme_names
from videogen.web import content, script_shapes, uploads
from videogen.web.native_thread import in_thread
from videogen.web.operations import REFUSED_UPLOAD, Operation, described
from videogen.web.services import current_services

MAX_BYTES = 64 * 1024
NAME_HINT = "Name the file with letters, digits, hyphens and underscores, such as mine.yaml, unlike the themes of videogen."

blueprint = Blueprint("themes", __name__, url_prefix="/api/themes")


@blueprint.get("")
@described(Operation("Scripts", script_shapes.Themes, errors=(ServerBusy,)))
def themes() -> ResponseReturnValue:
    """Return the themes to choose from, and those of one's own that cannot be used, with the reason."""
    return jsonify({"themes": [_shape(theme) for theme in current_services().readers.themes(_own_files())]})


@blueprint.get("/<name>/picture")
@described(Operation("Scripts", "image/svg+xml", errors=(NotFound, ServerBusy)))
def picture(name: str) -> ResponseReturnValue:
    """Return a picture of the colours of a theme of one's own."""
    path = _own_files().get(name)
    described = next((theme for theme in current_services().readers.themes({name: path} if path else {}) if theme["name"] == name), None)
    if described is None or described["problem"]:
        raise NotFound("There is no such theme, or it cannot be used.")
    response = Response(draw_colours(described["colours"]), mimetype="image/svg+xml")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = content.INERT
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("")
@described(
    Operation(
        "Scripts",
        script_shapes.ThemeJson,
        status=201,
        errors=(BadRequest, BadOption, ServerBusy, *REFUSED_UPLOAD),
        form=script_shapes.NewTheme,
    )
)
def upload() -> ResponseReturnValue:
    """Keep a theme of one's own: 201. The file's name names it; one of the same name is replaced. Tasks keep the theme they had."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType(f"The body is of type {request.mimetype or 'unknown'}.", hint="Send the file as multipart/form-data.")
    files = [file for _, file in request.files.items(multi=True)]
    if len(files) != 1:
        raise BadRequest(f"There are {len(files)} files in the request, not one.", hint="Send one file as multipart/form-data.")
    file_name = uploads.name_of(files[0].filename).rpartition("/")[2]
    name = next((file_name.removesuffix(end) for end in (theme_names.FILE_SUFFIX, ".yaml", ".yml") if file_name.endswith(end)), "")
    if not theme_names.is_name(name) or name in theme_names.bundled():
        raise BadOption(f"A theme of your own cannot be called {file_name[:60]!r}.", hint=NAME_HINT)
    return jsonify(_shape(_keep(name, files[0]))), 201


@blueprint.delete("/<name>")
@described(Operation("Scripts", script_shapes.RemovedTheme, errors=(NotFound,)))
def remove(name: str) -> ResponseReturnValue:
    """Remove a theme of one's own. Tasks keep the theme they had; a script that names it is refused from now on."""
    path = _own_files().get(name)
    if path is None:
        raise NotFound(
            "There is no theme of your own by that name.", hint="GET /api/themes lists them; those of videogen cannot be removed."
        )
    with files_written(path.parent):
        path.unlink(missing_ok=True)
    return jsonify({"name": name, "removed": True})


def _keep(name: str, file: FileStorage) -> dict[str, Any]:
    """Check a theme and write it into the directory of themes. Raises BadOption, with the line, for one that cannot be used."""
    services = current_services()
    directory, passing = services.settings.themes_directory, services.store.data.resolve() / "tmp"
    if name not in (own := _own_files()) and len(own) >= theme_names.MAX_THEMES:
        raise BadRequest(
            f"There are {len(own)} themes; the limit is {theme_names.MAX_THEMES}.", hint="Remove some from the data directory."
        )
    text = file.stream.read(MAX_BYTES + 1)
    with files_written(passing):
        passing.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="theme-", dir=passing) as staging:
            staged = Path(staging) / f"{name}{theme_names.SUFFIX}"
            staged.write_bytes(text)
            described = services.readers.themes({name: staged}, key=request.remote_addr or "")[-1]
    if problem := described["problem"]:
        diagnostic = Diagnostic(problem["message"], line=problem["line"], path=name)
        raise BadOption(problem["message"], hint=problem["hint"], diagnostics=[diagnostic])
    with files_written(directory):
        in_thread(_write, directory / f"{name}{theme_names.SUFFIX}", text)
    return described


def _write(target: Path, text: bytes) -> None:
    """Write a file in one step. Raises OSError."""
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _own_files() -> dict[str, Path]:
    return theme_names.own_files(current_services().settings.themes_directory)


def picture_of(name: str) -> str:
    """Return the address of a theme's picture."""
    if name in theme_names.bundled():
        return url_for("static", filename=f"themes/{name}.webp")
    return url_for("themes.picture", name=name)


def _shape(theme: Mapping[str, Any]) -> dict[str, Any]:
    name = theme["name"]
    return {
        "name": name,
        "default": name == current_services().settings.theme,
        "own": theme["own"],
        "description": theme["description"],
        "mode": theme["mode"],
        "picture": None if theme["problem"] else picture_of(name),
        "problem": theme["problem"],
    }


def draw_colours(colours: Mapping[str, Any]) -> str:
    """Return a slide in the colours of a theme as SVG: a heading, three points and a card."""
    ink = {name: "#{:02x}{:02x}{:02x}".format(*(int(part) & 255 for part in colour)) for name, colour in colours.items()}

    def bar(x: float, y: float, width: float, height: float, name: str, radius: float = 0) -> str:
        return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{ink[name]}"/>'

    in_band = "band" in ink
    parts = [bar(0, 0, 240, 135, "background")]
    parts += [bar(0, 0, 240, 34, "band"), bar(16, 13, 120, 9, "ink", 4.5)] if in_band else [bar(16, 14, 26, 3, "accent")]
    parts += [] if in_band else [bar(16, 24, 120, 9, "text", 4.5)]
    for y, width, name in ((58, 86, "text"), (80, 70, "text"), (102, 78, "soft")):
        parts += [bar(17, y - 3, 6, 6, "accent", 3), bar(30, y - 3, width, 6, name, 3)]
    parts += [bar(140, 50, 84, 62, "edge", 5), bar(141, 51, 82, 60, "panel", 4)]
    parts += [bar(152, 64, 52, 5, "accent", 2.5), bar(152, 78, 60, 5, "soft", 2.5), bar(152, 92, 40, 5, "soft", 2.5)]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 135" width="240" height="135">{"".join(parts)}</svg>'
