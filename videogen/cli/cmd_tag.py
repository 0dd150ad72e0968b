"""`app.py tag`."""

from __future__ import annotations

import click

from models import tag
from videogen.cli.common import as_json, complete_task, find, open_store, pass_settings, print_json
from videogen.config import Settings


@click.command(name="tag")
@click.argument("task_id", metavar="[TASK]", required=False, shell_complete=complete_task)
@click.argument("added", metavar="[TAG]...", nargs=-1)
@click.option("--remove", "removed", metavar="TAG", multiple=True, help="Take this tag away; may be given several times.")
@click.option("--clear", is_flag=True, help="Take all tags away first.")
@as_json
@pass_settings
def command(settings: Settings, task_id: str | None, added: tuple[str, ...], removed: tuple[str, ...], clear: bool, as_json: bool) -> None:
    """Give tasks tags, by which they are found again; list them.

    TASK is an id; last is the newest task. Without TAG it prints the task's tags, without TASK all tags and how many tasks have each.
    """
    with open_store(settings) as store:
        if task_id is None:
            with store.reading() as read:
                rows = tag.counted(read)
            if as_json:
                print_json([{"tag": word, "tasks": count} for word, count in rows])
            else:
                for word, count in rows:
                    click.echo(f"{word}\t{count}")
            return
        row = find(store, task_id)
        with store.reading() as read:
            before = tag.of_task(read, row.id)
        after = before
        if added or removed or clear:
            after = sorted(({*before} if not clear else set()) - {*tag.normalize(removed)} | {*tag.normalize(added)})
            tag.put(store, row.id, after)
        if as_json:
            print_json({"id": row.id, "tags": after})
        else:
            click.echo(", ".join(after) if after else "It has no tags.")
