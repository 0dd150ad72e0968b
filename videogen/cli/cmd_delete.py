"""`app.py delete`."""

from __future__ import annotations

import click

from models import task
from videogen import PROGRAM
from videogen.cli.common import as_json, find, named_tasks, opened, pass_settings, tell_of
from videogen.config import Settings


@click.command(name="delete")
@named_tasks
@click.option("--undo", is_flag=True, help="Bring tasks back that were deleted a moment ago.")
@as_json
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...], undo: bool, as_json: bool) -> None:
    """Delete tasks and their files. TASK is an id; last is the newest task.

    They are hidden at once and removed later, so that for a while --undo brings them back. One that runs is cancelled by it.
    """
    with opened(settings) as store:
        for task_id in task_ids:
            changed = task.undelete(store, task_id) if undo else task.delete(store, find(store, task_id).id)
            tell_of(changed, "back" if undo else f"deleted; for {settings.undo_s:g} s: {PROGRAM} delete --undo {changed.id}", as_json)
