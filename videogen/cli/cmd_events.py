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
from videogen.cli.common import as_json, escape_controls, find, named_task, open_store, pass_settings
from videogen.cli.following import follow_events, read_page
from videogen.config import Settings
from videogen.errors.request import BadRequest


@click.command(name="events")
@named_task
@click.option("-f", "--follow", "following", is_flag=True, help="Follow the log until the task has ended.")
@click.option("--after", metavar="CURSOR", help="Only events after this cursor, such as 7c1e0a52-1042.")
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice([type.value for type in EventType]),
    metavar="TYPE",
    help="Only events of this type; may be repeated.",
)
@as_json
@pass_settings
def command(settings: Settings, task_id: str, following: bool, after: str | None, types: tuple[str, ...], as_json: bool) -> None:
    """Show the events of a task. TASK is its id; last is the newest task.

    With --json each line is an event as the streams send it, with its cursor as id.
    """
    with open_store(settings) as store:
        id = find(store, task_id).id
        start, epoch = _start(store, after)
        log = follow_events(store, id, after=start, poll_interval_s=settings.floor_s) if following else _read_all(store, id, start)
        with closing(log):
            for row in log:
                if not types or row.type in types:
                    line = encode({"id": str(Cursor(epoch, row.seq))} | public(row)) if as_json else format_event(row)
                    click.echo(escape_controls(line))


def format_event(row: Event) -> str:
    """Return an event as a line: time, type, stage, progress, message and data."""
    percent = "" if row.progress is None else f"{int(row.progress * 100)}%"
    data = json.dumps(row.data, ensure_ascii=False) if row.data else ""
    message = " ".join((row.message or "").split())
    return f"{row.at[11:23]}  {row.type:<16}  {row.stage or '':<9}  {percent:>4}  {message}{'  ' + data if data else ''}".rstrip()


def _read_all(store: Store, task_id: str, after: int) -> Generator[Event]:
    while True:
        page, _ = read_page(store, task_id, after)
        if not page:
            return
        yield from page
        after = page[-1].seq


def _start(store: Store, after: str | None) -> tuple[int, str]:
    """Return the seq to continue from, and the epoch of the log. Raises BadRequest for a cursor that cannot be resumed."""
    with store.reading() as snapshot:
        cursor = Cursor.parse(after) if after else None
        reason = event.reset_reason(snapshot, cursor) if after else None
        if reason:
            raise BadRequest(f"The cursor {after} cannot be resumed: {reason}.", hint="Omit --after to read from the beginning.")
        return cursor.seq if cursor else 0, snapshot.epoch
