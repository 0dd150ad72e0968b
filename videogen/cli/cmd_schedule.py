"""`app.py schedule add`, `list`, `pause`, `resume`, `move` and `remove`."""

from __future__ import annotations

from typing import Any

import click

from models import cron, schedule
from models.schedule import Schedule
from models.text_values import one_line
from videogen.cli.common import as_json, find, open_store, pass_settings, print_json
from videogen.config import Settings

timezone = click.option("--timezone", metavar="ZONE", help="Time zone of the times, such as Europe/Berlin.")


@click.group(name="schedule")
def command() -> None:
    """Submit tasks again and again, at certain times. A running server (`app.py serve`) submits them."""


@command.command
@click.argument("name")
@click.argument("times", metavar="CRON")
@click.option("--repeat", metavar="TASK", required=True, help="The task that is submitted each time, with its files.")
@timezone
@click.option("--overlap", is_flag=True, help="Submit it also while the task before has not ended.")
@click.option("--no-catch-up", is_flag=True, help="Make up for no time that was missed. By default one is.")
@as_json
@pass_settings
def add(
    settings: Settings, name: str, times: str, repeat: str, timezone: str | None, overlap: bool, no_catch_up: bool, as_json: bool
) -> None:
    """Add a schedule. CRON is minute, hour, day, month and weekday, such as "0 9 * * MON"."""
    with open_store(settings) as store:
        task_id = find(store, repeat).id
        with store.reading() as read:
            spec = schedule.repeat(read, task_id)
        _print(schedule.add(store, name, times, timezone or "UTC", spec, overlap=overlap, catch_up=not no_catch_up), as_json)


@command.command(name="list")
@as_json
@pass_settings
def list_(settings: Settings, as_json: bool) -> None:
    """List schedules: those that come next first."""
    with open_store(settings) as store, store.reading() as read:
        schedules = schedule.every(read)
    if as_json:
        print_json([_as_json(row) for row in schedules])
        return
    for row in schedules:
        click.echo(_line(row))


@command.command
@click.argument("name")
@as_json
@pass_settings
def pause(settings: Settings, name: str, as_json: bool) -> None:
    """Pause a schedule."""
    with open_store(settings) as store:
        _print(schedule.pause(store, name), as_json)


@command.command
@click.argument("name")
@as_json
@pass_settings
def resume(settings: Settings, name: str, as_json: bool) -> None:
    """Resume a paused schedule with its next time."""
    with open_store(settings) as store:
        _print(schedule.resume(store, name), as_json)


@command.command
@click.argument("name")
@click.argument("times", metavar="CRON")
@timezone
@as_json
@pass_settings
def move(settings: Settings, name: str, times: str, timezone: str | None, as_json: bool) -> None:
    """Give a schedule other times."""
    with open_store(settings) as store:
        _print(schedule.move(store, name, times, timezone), as_json)


@command.command
@click.argument("name")
@pass_settings
def remove(settings: Settings, name: str) -> None:
    """Remove a schedule. The tasks that it submitted stay."""
    with open_store(settings) as store:
        click.echo(f"{schedule.remove(store, name).name} is removed.")


def _print(row: Schedule, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(row))
    else:
        click.echo(_line(row))


def _line(row: Schedule) -> str:
    following = "paused" if row.paused_at else f"next {row.next_at}" if row.next_at else "never again"
    last = f"last {row.last_task_id}" if row.last_task_id else "no task yet"
    skipped = [f"skipped: {one_line(row.skip_reason)}"] if row.skip_reason else []
    return "\t".join((row.name, row.cron, row.timezone, following, last, *skipped))


def _as_json(row: Schedule) -> dict[str, Any]:
    names = ("id", "name", "cron", "timezone", "overlap", "catch_up", "paused_at", "next_at", "last_at", "last_task_id", "skip_reason")
    return {name: getattr(row, name) for name in names} | {"text": cron.describe(row.cron), "title": row.spec.title}
