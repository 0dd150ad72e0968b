"""A maker that only reads: `python -m videogen.reader`.

Long scripts and files of strangers are judged here: the web process stands still for none, and no decoder runs in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from videogen import processes
from videogen.errors import BadAsset, BadScript, Fault
from videogen.maker import Craft, serve
from videogen.orders import Maker
from videogen.pipeline.admission import Admitted, admit
from videogen.pipeline.files import Uploaded
from videogen.pipeline.report import Send
from videogen.voices import registry

READER = (sys.executable, "-m", "videogen.reader")
READ_S = 20.0


def admitted(
    source: str, format: str | None, request: Mapping[str, Any], *, voice: str, theme: str, assets: Mapping[str, Path] | None = None
) -> Admitted:
    """`admit`, in a process of its own that is killed when it takes too long: BadScript then. Raises what `admit` raises."""
    asked = {
        "source": source,
        "format": format,
        "request": dict(request),
        "voice": voice,
        "theme": theme,
        "assets": {name: str(path) for name, path in (assets or {}).items()},
        "piper": str(registry.PIPER.directory or ""),
    }
    with Maker(READER) as reader:
        try:
            return Admitted(**reader.ask("admit", asked, timeout_s=READ_S))
        except TimeoutError as error:
            raise BadScript(f"The script takes longer than {READ_S:g} s to read.", hint="Make it shorter, or split it.") from error


def inspected(files: Sequence[tuple[str, Path]]) -> list[str]:
    """The media types of files, each with the name that a person knows it by. Raises BadAsset with a fault for each that is of no use."""
    with Maker(READER) as reader:
        try:
            answer = reader.ask("inspect", {"files": [(name, str(path)) for name, path in files]}, timeout_s=READ_S)
        except TimeoutError as error:
            raise BadAsset(f"The files take longer than {READ_S:g} s to look at.", hint="Upload fewer at once, or smaller ones.") from error
        return list(answer["media_types"])


def main() -> None:
    processes.die_with_owner()
    serve(_crafts)


def _crafts() -> Mapping[str, Craft]:
    """What this process can do. The decoders are imported here: the web process, which imports this module, has none."""
    from videogen.media.inspection import inspect

    return {"admit": _admit, "inspect": partial(_inspect, inspect)}


def _admit(order: Mapping[str, Any], _send: Send) -> Mapping[str, Any]:
    if order["piper"]:
        registry.look_in(Path(order["piper"]))
    files = Uploaded({name: Path(path) for name, path in order["assets"].items()})
    return asdict(admit(order["source"], order["format"], order["request"], voice=order["voice"], theme=order["theme"], files=files))


def _inspect(inspect: Callable[[Path], str], order: Mapping[str, Any], _send: Send) -> Mapping[str, Any]:
    media_types, faults, hint = [], [], None
    for name, path in order["files"]:
        try:
            media_types.append(inspect(Path(path)))
        except BadAsset as error:
            hint = hint or error.hint
            faults.append(Fault(error.detail, path=name))
    if faults:
        raise BadAsset(f"{faults[0].path}: {faults[0].message}", hint=hint, faults=faults)
    return {"media_types": media_types}


if __name__ == "__main__":
    main()
