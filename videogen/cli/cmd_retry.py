"""`app.py retry`."""

from __future__ import annotations

import click

from models import task
from videogen.cli.common import as_json, find, named_tasks, opened, pass_settings, tell_of
from videogen.config import Settings


@click.command(name="retry")
@named_tasks
@as_json
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...], as_json: bool) -> None:
    """Try failed or cancelled tasks again. TASK is an id; last is the newest task.

    What was finished before is taken from the cache.
    """
    with opened(settings) as store:
        for task_id in task_ids:
            waiting = task.retry(store, find(store, task_id).id)
            tell_of(waiting, waiting.status, as_json)
