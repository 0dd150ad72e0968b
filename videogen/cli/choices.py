"""A film's options on the command line: one flag each, made from the one definition of what there is, and `-O name=value` for any."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar, get_args, get_origin

import click

from videogen.cli.common import without_none
from videogen.script import FORMATS
from videogen.script.models import Options

Command = TypeVar("Command", bound=Callable[..., Any])


def script_options(command: Command) -> Command:
    """Gives a command `options` (what was said of the film, as a request says it) and `format`. Values are checked with the script."""

    @wraps(command)
    def with_options(*args: Any, pairs: tuple[tuple[str, str], ...], **given: Any) -> Any:
        flags = without_none({name: given.pop(name) for name in Options.model_fields})
        return command(*args, options={**dict(pairs), **flags}, **given)

    decorated: Any = click.option(
        "-O", "--option", "pairs", multiple=True, callback=_pairs, metavar="NAME=VALUE", help="Any option of the film; may be repeated."
    )(with_options)
    for name, field in reversed(Options.model_fields.items()):
        decorated = click.option(_flag(name), name, type=_type(field.annotation), metavar=_metavar(name), help=field.description)(decorated)
    decorated = click.option("--format", type=click.Choice(FORMATS), help="Format of the script; found out from its name or its text.")(
        decorated
    )
    return decorated  # type: ignore[no-any-return]


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
