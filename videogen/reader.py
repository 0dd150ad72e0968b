"""A maker that only reads: `python -m videogen.reader`. Long scripts are judged here: the web process stands still for none."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from videogen import processes
from videogen.errors import BadScript
from videogen.maker import serve
from videogen.orders import Maker
from videogen.pipeline.admission import Admitted, admit
from videogen.pipeline.report import Send
from videogen.voices import registry

READER = (sys.executable, "-m", "videogen.reader")
READ_S = 20.0


def admitted(source: str, format: str | None, request: Mapping[str, Any], *, voice: str, theme: str) -> Admitted:
    """`admit`, in a process of its own that is killed when it takes too long: BadScript then. Raises what `admit` raises."""
    asked = {
        "source": source,
        "format": format,
        "request": dict(request),
        "voice": voice,
        "theme": theme,
        "piper": str(registry.PIPER.directory or ""),
    }
    with Maker(READER) as reader:
        try:
            return Admitted(**reader.ask("admit", asked, timeout_s=READ_S))
        except TimeoutError as error:
            raise BadScript(f"The script takes longer than {READ_S:g} s to read.", hint="Make it shorter, or split it.") from error


def main() -> None:
    processes.die_with_owner()
    serve(lambda: {"admit": _admit})


def _admit(order: Mapping[str, Any], _send: Send) -> Mapping[str, Any]:
    if order["piper"]:
        registry.look_in(Path(order["piper"]))
    return asdict(admit(order["source"], order["format"], order["request"], voice=order["voice"], theme=order["theme"]))


if __name__ == "__main__":
    main()
