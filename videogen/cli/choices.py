"""A video's options on the command line: a flag for each, generated from the script's model, and `-O name=value` for any."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

import click

from videogen.cli.common import drop_none


class ScriptCommand(click.Command):
    """A command that takes a script. Its function gets `format`, and `options` as an API request has them.

    Values are checked together with the script. The flags are created when the command line is parsed, since the model takes longer to
    import than everything else: `render` starts its renderer meanwhile.
    """

    def get_params(self, context: click.Context) -> list[click.Parameter]:
        *own, help_option = super().get_params(context)
        return [*own, *_flags(), help_option]

    def invoke(self, context: click.Context) -> Any:
        parameters = context.params
        flags = drop_none({str(flag.name): parameters.pop(str(flag.name)) for flag in _flags()})
        format, pairs = flags.pop("format", None), flags.pop("pairs")
        context.params = parameters | {"format": format, "options": {**dict(pairs), **flags}}
        return super().invoke(context)


@lru_cache(maxsize=1)
def _flags() -> tuple[click.Option, ...]:
    from videogen.script import FORMATS
    from videogen.script.video_options import Options

    return (
        click.Option(["--format"], type=click.Choice(FORMATS), help="Format of the script; detected by default."),
        *(
            click.Option([_flag(name), name], type=_type(field.annotation), metavar=_metavar(name), help=field.description)
            for name, field in Options.model_fields.items()
        ),
        click.Option(
            ["-O", "--option", "pairs"],
            multiple=True,
            callback=_pairs,
            metavar="NAME=VALUE",
            help="Any option of the video; may be repeated.",
        ),
    )


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _type(annotation: Any) -> click.ParamType[str]:
    """Return a choice for a Literal of strings, else text, which the script's own checks parse."""
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    return click.Choice(choices) if choices and all(isinstance(choice, str) for choice in choices) else click.STRING


def _metavar(name: str) -> str | None:
    return name.rpartition("_")[2].upper() if name.endswith("_s") else None


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE")
    return tuple((name.strip(), text) for name, _, text in (value.partition("=") for value in values))
