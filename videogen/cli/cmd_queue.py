"""`app.py queue`."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models import dependency, task
from models.database import Read
from models.task import Task
from models.text_values import one_line
from videogen.cli.common import as_json, complete_task, find, open_store, parse_moment, pass_settings, print_json, print_task
from videogen.config import Settings


@click.command(name="queue")
@click.argument("task_id", metavar="[TASK]", required=False, shell_complete=complete_task)
@click.option("--priority", type=click.IntRange(-100, 100), help="Give TASK this priority; a point is worth ten minutes of waiting.")
@click.option("--run-at", metavar="TIME", callback=parse_moment, help="Start TASK then: 2027-01-31T09:00, in this machine's time zone.")
@click.option("--at-once", is_flag=True, help="Start TASK as soon as it is its turn.")
@as_json
@pass_settings
def command(settings: Settings, task_id: str | None, priority: int | None, run_at: str | None, at_once: bool, as_json: bool) -> None:
    """Show what waits, and in which order; change it.

    Without TASK it lists the queued tasks, the next one first. In a pipe the columns are separated by tabs.
    """
    changes = priority is not None or run_at is not None or at_once
    if changes and task_id is None:
        raise click.UsageError("Name the TASK to change.")
    if task_id and not changes:
        raise click.UsageError("Say what to change: --priority, --run-at or --at-once.")
    if run_at and at_once:
        raise click.UsageError("Use either --run-at or --at-once.")
    with open_store(settings) as store:
        if task_id:
            changed = task.change_queue(store, find(store, task_id).id, priority=priority, run_at=run_at, at_once=at_once)
            print_task(changed, f"has priority {changed.priority}" + (f", starts at {changed.run_at}" if changed.run_at else ""), as_json)
            return
        with store.reading() as read:
            waiting = [(row, _waits_for(read, row)) for row in task.queued(read)]
    _print(waiting, as_json)


def _waits_for(read: Read, row: Task) -> str:
    """Return what a task waits for beside its turn."""
    ids = [other for other, _ in dependency.unfinished(read, row.id)]
    parts = [f"at {row.run_at}" if row.run_at else "", f"after {' '.join(ids)}" if ids else "", f"lock {row.lock}" if row.lock else ""]
    return ", ".join(filter(None, parts))


def _print(waiting: list[tuple[Task, str]], as_json: bool) -> None:
    if as_json:
        fields = ("id", "kind", "title", "priority", "created_at", "run_at", "lock", "hold_reason")
        print_json([{name: getattr(row, name) for name in fields} | {"waits_for": text} for row, text in waiting])
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        for row, text in waiting:
            click.echo("\t".join((row.id, str(row.priority), row.created_at, " ".join(one_line(row.title).split()), one_line(text))))
    elif waiting:
        table = Table("task", "priority", "submitted", "title", "waits for", box=None, pad_edge=False, header_style="dim")
        for row, text in waiting:
            table.add_row(row.id, str(row.priority), row.created_at[:19].replace("T", " "), Text(one_line(row.title)), Text(one_line(text)))
        console.print(table)
    else:
        console.print("Nothing waits.")
