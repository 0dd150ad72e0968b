"""`app.py retry`."""

from __future__ import annotations

import click

from models import task
from videogen.cli.common import find, opened, pass_settings
from videogen.config import Settings


@click.command(name="retry")
@click.argument("task_ids", metavar="TASK...", nargs=-1, required=True)
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...]) -> None:
    """Try failed or cancelled tasks again. TASK is an id; last is the newest task.

    What was finished before is taken from the cache.
    """
    with opened(settings) as store:
        for task_id in task_ids:
            waiting = task.retry(store, find(store, task_id).id)
            click.echo(f"{waiting.id}  {waiting.status}")
