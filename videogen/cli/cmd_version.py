"""`app.py version`: a new version of a video, with other options."""

from __future__ import annotations

from typing import Any

import click

from videogen.cli.choices import ScriptCommand
from videogen.cli.common import as_json, named_task, open_store, pass_settings
from videogen.cli.stored_script import find_video, print_version, submit_version_with
from videogen.config import Settings


@click.command(name="version", cls=ScriptCommand)
@named_task
@as_json
@pass_settings
def command(settings: Settings, task_id: str, format: str | None, options: dict[str, Any], as_json: bool) -> None:
    """Make a new version of a video with other options, such as another shape.

    The script is the same: --aspect 9:16 makes a tall video of it, --theme paper one with another look. The video itself stays as it is.
    Prints the new task's id and the URL of its page. TASK is an id, or last for the newest task.
    """
    if format or not options:
        raise click.UsageError("The script keeps its format." if format else "Name an option of the new version, such as --aspect 9:16.")
    with open_store(settings) as store:
        row = find_video(store, task_id)
        made = submit_version_with(store, settings, row, options)
        print_version(store, settings, made, as_json=as_json)
