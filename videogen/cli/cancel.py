"""`app.py cancel`."""

from __future__ import annotations

import click

from models import task
from videogen.cli.common import find, opened, pass_settings
from videogen.config import Settings


@click.command(name="cancel")
@click.argument("task_ids", metavar="TASK...", nargs=-1, required=True)
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...]) -> None:
    """Cancel tasks that wait or run. TASK is an id; last is the newest task.

    A running one is ended by its worker, within a second if the worker is well.
    """
    with opened(settings) as store:
        for task_id in task_ids:
            cancelled = task.cancel(store, find(store, task_id).id)
            click.echo(f"{cancelled.id}  {(cancelled.message or '').lower()}")
