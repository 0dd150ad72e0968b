"""A film's options on the command line: one flag each, made from the one definition of what there is, and `-O name=value` for any."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

import click

from videogen.cli.common import without_none


class ScriptCommand(click.Command):
    """A command that is given a script: with `format`, and `options`: what was said of the film, as a request says it.

    Values are checked with the script. The flags are made when the line is read and not before, since the definition takes longer to import
    than all else a command needs: `render` starts its renderer meanwhile.
    """

    def get_params(self, context: click.Context) -> list[click.Parameter]:
        *own, help_option = super().get_params(context)
        return [*own, *_flags(), help_option]

    def invoke(self, context: click.Context) -> Any:
        given = context.params
        flags = without_none({str(flag.name): given.pop(str(flag.name)) for flag in _flags()})
        format, pairs = flags.pop("format", None), flags.pop("pairs")
        context.params = given | {"format": format, "options": {**dict(pairs), **flags}}
        return super().invoke(context)


@lru_cache(maxsize=1)
def _flags() -> tuple[click.Option, ...]:
    from videogen.script import FORMATS
    from videogen.script.models import Options

    return (
        click.Option(["--format"], type=click.Choice(FORMATS), help="Format of the script; found out from its name or its text."),
        *(
            click.Option([_flag(name), name], type=_type(field.annotation), metavar=_metavar(name), help=field.description)
            for name, field in Options.model_fields.items()
        ),
        click.Option(
            ["-O", "--option", "pairs"],
            multiple=True,
            callback=_pairs,
            metavar="NAME=VALUE",
            help="Any option of the film; may be repeated.",
        ),
    )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _type(annotation: Any) -> click.ParamType[str]:
    """Choices where there are choices of text; all else is text that the script's own checks read."""
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    return click.Choice(choices) if choices and all(isinstance(choice, str) for choice in choices) else click.STRING


def _metavar(name: str) -> str | None:
    return name.rpartition("_")[2].upper() if name.endswith("_s") else None


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE")
    return tuple((name.strip(), text) for name, _, text in (value.partition("=") for value in values))
