"""`app.py cancel`."""

from __future__ import annotations

import click

from models import task
from videogen.cli.common import as_json, find, named_tasks, opened, pass_settings, tell_of
from videogen.config import Settings


@click.command(name="cancel")
@named_tasks
@as_json
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...], as_json: bool) -> None:
    """Cancel tasks that wait or run. TASK is an id; last is the newest task.

    A running one is ended by its worker, within a second if the worker is well.
    """
    with opened(settings) as store:
        for task_id in task_ids:
            cancelled = task.cancel(store, find(store, task_id).id)
            tell_of(cancelled, (cancelled.message or "").lower(), as_json)
