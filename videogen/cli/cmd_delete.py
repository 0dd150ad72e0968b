"""`app.py delete`."""

from __future__ import annotations

import click

from models import task
from videogen import PROGRAM
from videogen.cli.common import as_json, find, named_tasks, open_store, pass_settings, print_task
from videogen.config import Settings


@click.command(name="delete")
@named_tasks
@click.option("--undo", is_flag=True, help="Restore tasks that were deleted a moment ago.")
@as_json
@pass_settings
def command(settings: Settings, task_ids: tuple[str, ...], undo: bool, as_json: bool) -> None:
    """Delete tasks and their files. TASK is an id; last is the newest task.

    Tasks are hidden at once and removed later; until then --undo restores them. A running task is cancelled.
    """
    with open_store(settings) as store:
        for task_id in task_ids:
            changed = task.undelete(store, task_id) if undo else task.delete(store, find(store, task_id).id)
            print_task(
                changed,
                "restored" if undo else f"deleted; undo within {settings.undo_s:g} s: {PROGRAM} delete --undo {changed.id}",
                as_json,
            )
