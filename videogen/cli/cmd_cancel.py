"""`app.py cancel`."""

from __future__ import annotations

import click

from models import task
from videogen.cli.common import as_json, find, named_tasks, open_store, pass_settings, print_task
from videogen.config import Settings


@click.command(name="cancel")
@named_tasks
@as_json
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...], as_json: bool) -> None:
    """Cancel queued or running tasks. TASK is an id; last is the newest task.

    A running task is stopped by its worker, usually within a second.
    """
    with open_store(settings) as store:
        for task_id in task_ids:
            cancelled = task.cancel(store, find(store, task_id).id)
            print_task(cancelled, (cancelled.message or "").lower(), as_json)
