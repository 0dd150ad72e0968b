"""What `backup` and `restore` say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from models.database_copy import Copied
from models.database_copy import Progress as Told
from videogen.config import MIB


@contextmanager
def shown_progress() -> Iterator[Told]:
    """A bar on standard error, if that is a terminal, which goes when all is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("", total=1.0)
        yield lambda what, done: bars.update(bar, description=what, completed=done)


def count(copied: Copied) -> str:
    """What was copied, in words."""
    return f"{counted(copied.tasks, 'video')} with {counted(copied.files, 'file')}, {copied.bytes / MIB:.1f} MiB"


def counted(number: int, noun: str) -> str:
    """1 video, 2 videos."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tell_missing(copied: Copied) -> None:
    """A file that its row knows and the disk does not is no reason to do without all the others; but it has to be said."""
    for key in copied.missing:
        click.echo(f"Missing: {key}", err=True)
