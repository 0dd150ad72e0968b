"""`app.py prune`."""

from __future__ import annotations

from dataclasses import asdict

import click

from models import retention, task
from models.database import Store
from models.text_values import one_line
from videogen.cli.common import as_json, drop_none, open_store, pass_settings, print_json
from videogen.config import MIB, Settings
from videogen.processes.janitor import Cleaned, clean


@click.command(name="prune")
@click.option(
    "--days",
    type=click.FloatRange(0, min_open=True),
    help="Delete videos that finished more than this many days ago.  [VIDEOGEN_RETENTION_DAYS]",
)
@click.option("--count", type=click.IntRange(1), help="Keep this many finished videos.  [VIDEOGEN_RETENTION_COUNT]")
@click.option("--now", is_flag=True, help="Remove deleted videos permanently now, without undo.")
@click.option("--dry-run", is_flag=True, help="List what would be deleted, and delete nothing.")
@as_json
@pass_settings
def command(settings: Settings, days: float | None, count: int | None, now: bool, dry_run: bool, as_json: bool) -> None:
    """Delete old videos and orphaned files once, as the server does periodically.

    Without --days and --count the limits of the settings apply; if there are none, no video is deleted. Videos that were deleted earlier
    are removed permanently when their time for undo is over. The cache is brought within its limit.
    """
    limits = drop_none({"retention_days": days, "retention_count": count})
    settings = settings.model_copy(update=limits)
    with open_store(settings) as store:
        if dry_run:
            _list(store, settings, as_json)
            return
        cleaned = clean(store, settings, at_once=now, wait=True)
    assert cleaned, "clean waits for the lock"
    if as_json:
        print_json(asdict(cleaned))
    else:
        _print(cleaned)


def _list(store: Store, settings: Settings, as_json: bool) -> None:
    with store.reading() as read:
        names = retention.surplus(read, days=settings.retention_days, count=settings.retention_count)
        tasks = [row for row in (task.look_up(read, name) for name in names) if row]
    if as_json:
        print_json([{"id": row.id, "title": row.title, "status": row.status, "finished_at": row.finished_at} for row in tasks])
        return
    for row in tasks:
        click.echo(f"{row.id}  {row.finished_at}  {row.status:9}  {one_line(row.title)}")
    if not tasks:
        click.echo("No video exceeds the limits.")


def _print(cleaned: Cleaned) -> None:
    pruned = cleaned.pruned
    click.echo(f"Videos deleted: {len(pruned.retired)}; removed for good: {len(pruned.purged)}.")
    click.echo(
        f"Removed {cleaned.orphans} orphaned files and {cleaned.cache_bytes / MIB:.1f} MiB of cache. The log starts after {pruned.floor}."
    )
