"""`app.py tasks`."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models import task
from models.task import STATUSES, Task
from videogen import PROGRAM
from videogen.cli.common import as_json, opened, pass_settings, print_json
from videogen.config import Settings

COLOURS = {"queued": "dim", "running": "bold cyan", "completed": "green", "failed": "red", "cancelled": "yellow"}
FIELDS = ("id", "title", "status", "stage", "progress", "message", "attempt", "priority", "created_at", "started_at", "finished_at")


@click.command(name="tasks")
@click.option("--status", type=click.Choice(STATUSES), help="Only the tasks of this status.")
@click.option("--search", "words", metavar="WORDS", help="Only the tasks whose title or script has these words.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most.")
@as_json
@pass_settings
def command(settings: Settings, status: str | None, words: str | None, limit: int, as_json: bool) -> None:
    """List the tasks, the newest first.

    Without a terminal the columns are separated by tabs.
    """
    with opened(settings) as store, store.reading() as read:
        tasks, _ = task.page(read, limit=limit, status=status, words=words)
    if as_json:
        print_json([{name: getattr(each, name) for name in FIELDS} for each in tasks])
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        for each in tasks:
            click.echo("\t".join((each.id, each.status, percent(each), each.created_at, _one_line(each.title), _one_line(each.message))))
    elif tasks:
        console.print(_table(tasks))
    else:
        console.print(_nothing(status, words))


def _nothing(status: str | None, words: str | None) -> str:
    if words:
        return f"No {status or ''} task has these words.".replace("  ", " ")
    return f"No task is {status}." if status else f"There is no task yet. Make one with: {PROGRAM} submit FILE"


def percent(each: Task) -> str:
    """The progress, rounded down: only what is completed shows 100 %."""
    return f"{int(each.progress * 100)}%"


def _table(tasks: list[Task]) -> Table:
    table = Table("task", "status", "", "submitted", "title", "message", box=None, pad_edge=False, header_style="dim")
    for each in tasks:
        status = Text(each.status, COLOURS[each.status])
        table.add_row(each.id, status, percent(each), each.created_at[:19].replace("T", " "), Text(each.title), Text(each.message or ""))
    table.columns[0].no_wrap = True
    return table


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
