"""The tables of the documents that are made from the code. `python -m tests.docs.tables` puts them right."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import click

from models.event import EventType
from videogen.cli import COMMANDS
from videogen.config import GIB, MIB, Settings
from videogen.errors import every_error
from videogen.script.models import Scene, SceneBase
from videogen.script.video_options import Options
from videogen.web import access_rules, create_app, openapi
from videogen.web.services import services_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
WHEN_NOT_A_VALUE = {
    "data": "data; [installed](install.md#where-videos-are-kept), the user's own",
    "render_processes": "cores",
    "reader_processes": "cores + 4",
    "preview_processes": "cores + 8",
}


def settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = WHEN_NOT_A_VALUE.get(name) or shown(field.default)
        yield f"| `VIDEOGEN_{name.upper()}` | {default} | {field.description} |"


def events() -> Iterator[str]:
    for event_type in EventType:
        yield f"| `{event_type.value}` | {event_type.description} |"


def errors() -> Iterator[str]:
    for module in ("web.preview_service", "web.problems"):  # errors that only one package knows
        importlib.import_module(f"videogen.{module}")
    for error in every_error():
        sentence = (error.__doc__ or "").strip().splitlines()[0]
        yield f"| `{error.code}` | {error.status} | {sentence} | {error.hint} |"


def commands() -> Iterator[str]:
    for name, sentence in COMMANDS.items():
        yield f"| `{usage(name)}` | {sentence} |"


def options() -> Iterator[str]:
    for name, field in Options.model_fields.items():
        default = "the setting's" if name in Settings.model_fields and field.default is None else shown(field.default)
        yield f"| `{name}` | {default} | {field.description} |"


def kinds() -> Iterator[str]:
    common = SceneBase.model_fields.keys() | {"kind"}
    for scene in get_args(get_args(Scene)[0]):
        own = ", ".join(f"`{name}`" for name in scene.model_fields if name not in common)
        yield f"| `{get_args(scene.model_fields['kind'].annotation)[0]}` | {own}: {(scene.__doc__ or '').splitlines()[0]} |"


def routes() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(Settings(data=Path(directory) / "data", voice="none"))
        try:
            for route in access_rules.routes(app):
                path = openapi.CONVERTED.sub(r"{\1}", route.path)
                yield f"| {route.method} | `{path}` | {route.rule} | {route.write} |"
        finally:
            services_of(app).close()


def usage(name: str) -> str:
    """`app.py submit FILE`, with what stands for the options left out."""
    command: click.Command = importlib.import_module(f"videogen.cli.cmd_{name}").command
    arguments = [parameter.make_metavar(click.Context(command)) for parameter in command.params if isinstance(parameter, click.Argument)]
    return " ".join(["app.py", name, *arguments])


def shown(value: object) -> str:
    """A default as people write it."""
    if value is None or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and value >= MIB and value % MIB == 0:
        return f"{value} ({value // GIB} GiB)" if value % GIB == 0 else f"{value} ({value // MIB} MiB)"
    return f"{value:g}" if isinstance(value, float) else str(value) or "empty"


# By document: the row of names that begins a table, and its rows.
TABLES: dict[str, dict[str, Callable[[], Iterator[str]]]] = {
    "settings.md": {"| setting | default | what it is |": settings},
    "events.md": {"| type | what it says |": events},
    "errors.md": {"| code | status | what it means | what to do |": errors},
    "routes.md": {"| method | path | who | a write needs |": routes},
    "commands.md": {"| command | what it does |": commands},
    "writing.md": {"| option | default | what it is |": options, "| kind | what it has |": kinds},
}


def fitted(document: Path) -> str:
    """The document with its tables as the code has them."""
    text = document.read_text(encoding="utf-8")
    for names, rows in TABLES[document.name].items():
        before, matched, after = text.partition(f"{names}\n")
        assert matched, f"{document.name} has no table {names}"
        rule, _, rest = after.partition("\n")
        text = f"{before}{names}\n{rule}\n" + "\n".join(rows()) + "\n" + rest[rest.index("\n\n") + 1 if "\n\n" in rest else len(rest) :]
    return text


if __name__ == "__main__":
    for name in TABLES:
        (DOCS / name).write_text(fitted(DOCS / name), encoding="utf-8")
