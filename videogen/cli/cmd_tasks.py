"""`app.py tasks`."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models import tag, task
from models.task import STATUSES, Task
from models.text_values import one_line
from videogen import PROGRAM
from videogen.cli.common import as_json, open_store, pass_settings, print_json
from videogen.config import Settings

COLOURS = {"queued": "dim", "running": "bold cyan", "completed": "green", "failed": "red", "cancelled": "yellow"}
FIELDS = ("id", "kind", "title", "status", "stage", "progress", "message", "attempt", "priority", "created_at", "started_at", "finished_at")


@click.command(name="tasks")
@click.option("--status", type=click.Choice(STATUSES), help="Only tasks with this status.")
@click.option("--kind", help="Only tasks of this kind, such as video.")
@click.option("--tag", "tagged", help="Only tasks with this tag.")
@click.option("--search", "words", metavar="WORDS", help="Only tasks with these words in title or script.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Maximum number of tasks.")
@as_json
@pass_settings
def command(
    settings: Settings, status: str | None, kind: str | None, tagged: str | None, words: str | None, limit: int, as_json: bool
) -> None:
    """List tasks, newest first.

    In a pipe the columns are separated by tabs.
    """
    with open_store(settings) as store, store.reading() as read:
        tasks, _ = task.page(read, limit=limit, status=status, kind=kind, words=words, among=tag.ids_of(tagged) if tagged else None)
    if as_json:
        print_json([{name: getattr(row, name) for name in FIELDS} for row in tasks])
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        for row in tasks:
            click.echo("\t".join((row.id, row.status, percent(row), row.created_at, _one_line(row.title), _one_line(row.message))))
    elif tasks:
        console.print(_table(tasks))
    else:
        console.print(_explain_empty(status, words, tagged))


def _explain_empty(status: str | None, words: str | None, tagged: str | None) -> str:
    if tagged and not words:
        return f"No {status or ''} task has the tag {tagged}.".replace("  ", " ")
    if words:
        return f"No {status or ''} task has these words.".replace("  ", " ")
    return f"No task is {status}." if status else f"There is no task yet. Submit one: {PROGRAM} submit FILE"


def percent(row: Task) -> str:
    """Return the progress, rounded down: only a completed task shows 100 %."""
    return f"{int(row.progress * 100)}%"


def _table(tasks: list[Task]) -> Table:
    table = Table("task", "status", "", "submitted", "title", "message", box=None, pad_edge=False, header_style="dim")
    for row in tasks:
        status = Text(row.status, COLOURS[row.status])
        table.add_row(
            row.id,
            status,
            percent(row),
            row.created_at[:19].replace("T", " "),
            Text(one_line(row.title)),
            Text(one_line(row.message or "")),
        )
    table.columns[0].no_wrap = True
    return table


def _one_line(text: str | None) -> str:
    return " ".join(one_line(text or "").split())
