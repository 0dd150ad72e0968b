"""`app.py events`."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import closing

import click

from models import event
from models.database import Store
from models.event import Cursor, Event, EventType
from models.replay import encode, public
from videogen.cli.common import as_json, find, named_task, opened, pass_settings
from videogen.cli.following import follow, read
from videogen.config import Settings
from videogen.errors.request import BadRequest


@click.command(name="events")
@named_task
@click.option("-f", "--follow", "following", is_flag=True, help="Go on until the task has ended.")
@click.option("--after", metavar="CURSOR", help="Only what came after this cursor, such as 7c1e0a52-1042.")
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice([each.value for each in EventType]),
    metavar="TYPE",
    help="Only this type; may be repeated.",
)
@as_json
@pass_settings
def command(settings: Settings, task_id: str, following: bool, after: str | None, types: tuple[str, ...], as_json: bool) -> None:
    """Show the log of a task. TASK is its id; last is the newest task.

    With --json each line is an event as the streams send it, with its cursor as id.
    """
    with opened(settings) as store:
        found = find(store, task_id)
        start, epoch = _start(store, after)
        log = follow(store, found.id, after=start, poll_interval_s=settings.floor_s) if following else _all(store, found.id, start)
        with closing(log):
            for each in log:
                if not types or each.type in types:
                    click.echo(encode({"id": str(Cursor(epoch, each.seq))} | public(each)) if as_json else line(each))


def line(each: Event) -> str:
    """An event for people: when, what, how far, and what else it says."""
    percent = "" if each.progress is None else f"{int(each.progress * 100)}%"
    data = json.dumps(each.data, ensure_ascii=False) if each.data else ""
    message = " ".join((each.message or "").split())
    return f"{each.at[11:23]}  {each.type:<16}  {each.stage or '':<9}  {percent:>4}  {message}{'  ' + data if data else ''}".rstrip()


def _all(store: Store, task_id: str, after: int) -> Generator[Event]:
    while True:
        page, _ = read(store, task_id, after)
        if not page:
            return
        yield from page
        after = page[-1].seq


def _start(store: Store, after: str | None) -> tuple[int, str]:
    """The seq to go on from, and the log's epoch. Raises BadRequest for a cursor that cannot be gone on from."""
    with store.reading() as snapshot:
        place = Cursor.parse(after) if after else None
        reason = event.why_not(snapshot, place) if after else None
        if reason:
            raise BadRequest(f"The log cannot be read on from {after}: {reason}.", hint="Leave --after out to read from the beginning.")
        return place.seq if place else 0, snapshot.epoch
