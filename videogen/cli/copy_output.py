"""The output of `backup` and `restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from models.sqlite.database_copy import Copied
from models.sqlite.database_copy import Progress as ReportProgress
from videogen import PROGRAM
from videogen.config import MIB


@contextmanager
def progress_bar() -> Iterator[ReportProgress]:
    """Show a progress bar on standard error if it is a terminal. It disappears at the end."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("", total=1.0)
        yield lambda what, done: bars.update(bar, description=what, completed=done)


def describe_copy(copied: Copied) -> str:
    """Return what was copied, for example `2 videos with 30 files, 1.5 MiB`."""
    return f"{pluralize(copied.tasks, 'video')} with {pluralize(copied.files, 'file')}, {copied.bytes / MIB:.1f} MiB"


def pluralize(number: int, noun: str) -> str:
    """Return `1 video`, `2 videos`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def print_missing(copied: Copied) -> None:
    """Print what was left out: files that stay elsewhere or are not there, and tokens. The others were copied all the same."""
    if copied.files_elsewhere:
        click.echo(f"Not copied: the files at {copied.files_elsewhere}. The bucket's own versioning keeps what is removed there.", err=True)
    for key in copied.missing:
        click.echo(f"Missing: {key}", err=True)
    if copied.dropped_tokens:
        number = pluralize(copied.dropped_tokens, "token")
        click.echo(f"Left out: {number}, which may have been revoked since. Create new ones: {PROGRAM} token create NAME", err=True)
