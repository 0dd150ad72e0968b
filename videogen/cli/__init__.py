"""The command line. One module per command, imported only when the command runs, so that help is fast.

May import everything but `videogen.web`; nothing imports it but `app.py`. Commands work on the store and need no running server.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import VideogenError
from models.text_values import readable
from videogen import __version__, as_typed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMANDS", "main"]

COMMANDS: Mapping[str, str] = {
    "serve": "Start the server and its workers.",
    "worker": "Start another worker on the same store.",
    "render": "Render a video here, without a server.",
    "import": "Turn a document into a script.",
    "assist": "Have a language model draft a script from a document, shorten or translate a script, or write its narration.",
    "submit": "Submit scripts to the queue.",
    "set": "Make many videos of one script, one for each row of values.",
    "languages": "Make a video of one script in each of several languages, from a script for each.",
    "narration": "Show what the scenes of a video say, or make a new version in which some say something else.",
    "version": "Make a new version of a video with other options, such as another shape.",
    "compare": "Show what differs between two videos.",
    "export": "Convert a finished video: another size or format, its sound, a document.",
    "download": "Save the files of a video, or of all videos of a set.",
    "tasks": "List tasks, newest first.",
    "tag": "Give tasks tags, by which they are found again; list them.",
    "draft": "List, print and remove drafts of scripts, which people write on the page.",
    "queue": "Show what waits, and in which order; change it.",
    "schedule": "Submit tasks again and again, at certain times.",
    "kinds": "List the kinds of task.",
    "events": "Show the events of a task.",
    "cancel": "Cancel queued or running tasks.",
    "retry": "Retry failed or cancelled tasks.",
    "delete": "Delete tasks and their files.",
    "share": "Share a video by a link.",
    "sql": "Query the store with SQL.",
    "verify": "Check that rows, log and files agree.",
    "doctor": "Check this installation: machine, store, fonts, voices, encoder.",
    "inspect": "Browse the store with Datasette.",
    "prune": "Delete old videos and orphaned files.",
    "backup": "Back up the store and all its videos.",
    "restore": "Restore a backup.",
    "files": "Copy the files of tasks between the disk and a bucket.",
    "copy": "Move a store to another database: from SQLite to PostgreSQL, or back.",
    "password": "Set the password that other machines need.",
    "token": "Create, list and revoke API tokens.",
    "mcp": "Serve the Model Context Protocol, for assistants.",
    "voices": "List voices, or write a sample of one.",
    "themes": "List themes, copy one to change it, or remove one of your own.",
    "brand": "Keep brand kits: logo, colours, fonts, footer, intro and outro.",
    "schema": "Print the JSON Schema of a script.",
}

INTERRUPTED = 130


class Commands(click.Group):
    """The group of all commands. It turns an error into a message on standard error and an exit code."""

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
            print_error(error)
            context.exit(1)
        except KeyboardInterrupt:
            context.exit(INTERRUPTED)


def print_error(error: VideogenError) -> None:
    """Print the error, its diagnostics and its hint to standard error. What they quote cannot control the terminal."""
    click.secho(readable(f"Error: {error.detail}"), fg="red", err=True)
    for diagnostic in error.diagnostics:
        if len(error.diagnostics) == 1 and diagnostic.message in error.detail:
            break
        where = [
            f"line {diagnostic.line}" if diagnostic.line else "",
            f"column {diagnostic.column}" if diagnostic.column else "",
            diagnostic.path or "",
        ]
        click.echo(readable(f"  {', '.join(filter(None, where))}: {diagnostic.message}").replace("  : ", "  "), err=True)
    click.echo(readable(f"Hint: {error.hint}"), err=True)


@click.command(cls=Commands, name="app.py", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Directory of the database, the videos and the cache.  [VIDEOGEN_DATA]"
)
@click.version_option(__version__, message="videogen %(version)s")
def main(data: Path | None) -> None:
    """Turn a script into a narrated video.

    Settings are VIDEOGEN_* variables; see docs/settings.md. Exit codes: 0 success, 1 error, 2 usage error.
    """
