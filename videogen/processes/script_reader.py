"""What a process that reads scripts can do: check them, look at uploaded files, write samples in YAML. See `renderer_pool`.

Nothing here is imported by the web process: parsers and decoders run in renderers, which are killed when they take too long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadAsset
from videogen.pipeline.script_check import check_script
from videogen.pipeline.script_files import UploadedFiles
from videogen.script.sample_yaml import written_samples
from videogen.voices import registry

Json = Mapping[str, Any]


def load(*, warm: bool) -> dict[str, Callable[[Json, object], Json]]:
    """Return the tasks by kind. `warm`: with all that some scripts and files need, too, so that none waits for its import."""
    if warm:
        from videogen.media import inspection  # noqa: F401

        written_samples()  # one scene of each kind, so each parser
    return {
        "admit": lambda request, _: _admit(request),
        "inspect": lambda request, _: _inspect(request),
        "samples": lambda request, _: {"samples": list(written_samples())},
    }


def _admit(request: Json) -> Json:
    """Read a script: {source, format, request, voice, theme, assets: {name: path}, piper} -> {format, title, files}."""
    registry.use_piper_directory(Path(request["piper"]))
    files = UploadedFiles({name: Path(path) for name, path in request["assets"].items()})
    return asdict(
        check_script(request["source"], request["format"], request["request"], voice=request["voice"], theme=request["theme"], files=files)
    )


def _inspect(request: Json) -> Json:
    """Look at files: {files: [(name, path)]} -> {media_types}. Raises BadAsset with a fault for each that is of no use."""
    from videogen.media.inspection import inspect

    media_types, diagnostics, hint = [], [], None
    for name, path in request["files"]:
        try:
            media_types.append(inspect(Path(path)))
        except BadAsset as error:
            hint = hint or error.hint
            diagnostics.append(Diagnostic(error.detail, path=name))
    if diagnostics:
        raise BadAsset(f"{diagnostics[0].path}: {diagnostics[0].message}", hint=hint, diagnostics=diagnostics)
    return {"media_types": media_types}
