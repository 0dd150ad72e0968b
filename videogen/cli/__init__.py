"""The commands, one a file. A command's file is imported when the command runs, so that asking for help costs nothing."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import VideogenError
from videogen import __version__, as_typed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMANDS", "main"]

COMMANDS: Mapping[str, str] = {
    "serve": "Start the server and its workers.",
    "worker": "Start one more worker on the same store.",
    "render": "Make a film here and now, without a server.",
    "submit": "Put a script into the queue.",
    "tasks": "List the tasks, the newest first.",
    "events": "Show the log of a task.",
    "cancel": "Cancel tasks that wait or run.",
    "retry": "Try failed or cancelled tasks again.",
    "delete": "Delete tasks and their files.",
    "sql": "Ask the store in SQL.",
    "verify": "Check that rows, log and files agree.",
    "doctor": "Check that everything here is as it should be.",
    "inspect": "Look into the store with a browser.",
    "prune": "Delete old videos, and remove what belongs to none.",
    "backup": "Copy the store and all its videos.",
    "restore": "Put a backup back.",
    "password": "Set the password, so that others than this machine may come in.",
    "token": "Make, list and revoke tokens for programs.",
    "mcp": "Let an assistant make videos.",
    "voices": "List the voices, or hear one.",
    "schema": "Print the JSON Schema of a script.",
}

INTERRUPTED = 130


class Commands(click.Group):
    """The table of commands, and the one place where an error becomes a sentence and an exit code."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"videogen.cli.cmd_{name}").command
        command.help = as_typed(command.help or "")
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except VideogenError as error:
            tell(error)
            context.exit(1)
        except KeyboardInterrupt:
            context.exit(INTERRUPTED)


def tell(error: VideogenError) -> None:
    """Says on standard error what is wrong, where, and what to do about it."""
    click.secho(f"Error: {error.detail}", fg="red", err=True)
    for diagnostic in error.diagnostics:
        if len(error.diagnostics) == 1 and diagnostic.message in error.detail:
            break
        where = [
            f"line {diagnostic.line}" if diagnostic.line else "",
            f"column {diagnostic.column}" if diagnostic.column else "",
            diagnostic.path or "",
        ]
        click.echo(f"  {', '.join(filter(None, where))}: {diagnostic.message}".replace("  : ", "  "), err=True)
    click.echo(f"Hint: {error.hint}", err=True)


@click.command(cls=Commands, name="app.py", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Directory of the database, the videos and the cache.  [VIDEOGEN_DATA]"
)
@click.version_option(__version__, message="videogen %(version)s")
def main(data: Path | None) -> None:
    """A script becomes a narrated video, and every step of the making is shown as it happens.

    Settings are VIDEOGEN_* variables; see docs/settings.md. Exit codes: 0 done, 1 an error, 2 a wrong command line.
    """
