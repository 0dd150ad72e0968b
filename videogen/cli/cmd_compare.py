"""`app.py compare`: what differs between two videos, scene by scene."""

from __future__ import annotations

import click

from videogen.cli.common import as_json, complete_task, named_task, open_store, pass_settings, print_json
from videogen.cli.stored_script import find_video, request_of
from videogen.cli.text_difference import difference_text, plain_line
from videogen.config import Settings
from videogen.pipeline.comparison import compare

SIGNS = {"same": " ", "changed": "~", "added": "+", "removed": "-"}
PICTURE = "the picture differs"


@click.command(name="compare")
@named_task
@click.argument("other_id", metavar="[OTHER]", required=False, shell_complete=complete_task)
@as_json
@pass_settings
def command(settings: Settings, task_id: str, other_id: str | None, as_json: bool) -> None:
    """Show what differs between two videos. By default OTHER is the one that TASK was made from.

    Of each scene that differs: the words that went, [-so-], and those that came, {+so+}.
    """
    with open_store(settings) as store:
        after = find_video(store, task_id)
        if not (other_id or after.made_from_task_id):
            raise click.UsageError(f"The video {after.id} was made from no other: name one to compare it with.")
        before = find_video(store, other_id or after.made_from_task_id or "")
        with request_of(store, settings, before) as old, request_of(store, settings, after) as new:
            result = compare(old, new)
    if as_json:
        print_json({"before": before.id, "after": after.id, **result})
        return
    for row in result["scenes"]:
        scene = row["after"] or row["before"]
        if row["change"] == "same":
            continue
        click.echo(f"{SIGNS[row['change']]} {scene['position']:3}  {plain_line(scene['title']) or scene['kind']}")
        whole = row["change"] != "changed"
        if whole or "text" in row["differs"]:
            click.echo(f"       says   {difference_text(row['text'])}")
        if whole or "shown" in row["differs"]:
            click.echo(f"       shows  {difference_text(row['shown'])}")
        if "picture" in row["differs"]:
            click.echo(f"       {PICTURE}")
    counts = {name: count for name, count in result["counts"].items() if count}
    click.echo(", ".join(f"{count} {name}" for name, count in counts.items()) or "Neither has scenes.")
