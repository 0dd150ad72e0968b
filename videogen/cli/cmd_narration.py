"""`app.py narration`: what the scenes of a video say, and a new version that says something else."""

from __future__ import annotations

import click

from videogen.cli.common import as_json, named_task, open_store, pass_settings, print_json
from videogen.cli.stored_script import find_video, print_version, request_of, submit_version
from videogen.cli.text_difference import plain_line
from videogen.config import Settings
from videogen.pipeline.narration_edit import edit_narration


@click.command(name="narration")
@named_task
@click.option(
    "--say",
    "said",
    metavar="SCENE TEXT",
    type=(click.IntRange(min=1), str),
    multiple=True,
    help="What a scene says from now on, by its number; an empty text is silence. May be repeated.",
)
@click.option("--script", "shows_script", is_flag=True, help="Print the changed script, and submit nothing.")
@as_json
@pass_settings
def command(settings: Settings, task_id: str, said: tuple[tuple[int, str], ...], shows_script: bool, as_json: bool) -> None:
    """Show what the scenes of a video say, or make a new version in which some say something else.

    Of the new version only those scenes are rendered, as long as the cache has the others. The video itself stays as it is. Prints the
    new task's id and the URL of its page. TASK is an id, or last for the newest task.
    """
    with open_store(settings) as store:
        row = find_video(store, task_id)
        with request_of(store, settings, row) as request:
            edited = edit_narration(request, dict(said))
        if shows_script:
            click.echo(edited["script"], nl=not edited["script"].endswith("\n"))
        elif not said:
            if as_json:
                print_json({"scenes": edited["scenes"]})
            for scene in edited["scenes"] if not as_json else ():
                click.echo(f"{scene['position']:3}  {plain_line(scene['title']) or scene['kind']}")
                click.echo(f"     {plain_line(scene['text']) or '(silent)'}")
        else:
            if edited["script"] == row.source:
                raise click.UsageError("No scene says anything else than before.")
            made = submit_version(store, settings, row, edited)
            print_version(store, settings, made, as_json=as_json)
