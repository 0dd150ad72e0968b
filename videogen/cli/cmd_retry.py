"""`app.py retry`."""

from __future__ import annotations

import click

from models import task
from videogen.cli.common import as_json, find, named_tasks, open_store, pass_settings, print_task
from videogen.config import Settings


@click.command(name="retry")
@named_tasks
@as_json
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...], as_json: bool) -> None:
    """Retry failed or cancelled tasks. TASK is an id; last is the newest task.

    Scenes that were finished are taken from the cache.
    """
    with open_store(settings) as store:
        for task_id in task_ids:
            retried = task.retry(store, find(store, task_id).id)
            print_task(retried, retried.status, as_json)
