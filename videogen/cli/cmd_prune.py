"""`app.py prune`."""

from __future__ import annotations

from dataclasses import asdict

import click

from models import retention, task
from models.database import Store
from videogen.cli.common import as_json, opened, pass_settings, print_json, without_none
from videogen.config import MIB, Settings
from videogen.processes.janitor import Kept, keep


@click.command(name="prune")
@click.option("--days", type=click.FloatRange(0, min_open=True), help="Delete what finished more days ago.  [VIDEOGEN_RETENTION_DAYS]")
@click.option("--count", type=click.IntRange(1), help="Delete all but so many finished videos.  [VIDEOGEN_RETENTION_COUNT]")
@click.option("--now", is_flag=True, help="Remove deleted videos for good now; none can be brought back.")
@click.option("--dry-run", is_flag=True, help="Only list what would be deleted.")
@as_json
@pass_settings
def command(settings: Settings, days: float | None, count: int | None, now: bool, dry_run: bool, as_json: bool) -> None:
    """Delete old videos, and remove what belongs to none: what the server does by itself, once and now.

    Without --days and --count the settings' limits hold; where they name none, no video is deleted. Videos deleted before are removed for
    good once the time for undoing that is over, files of which no row knows at once, and the cache is brought within its limit.
    """
    limits = without_none({"retention_days": days, "retention_count": count})
    settings = settings.model_copy(update=limits)
    with opened(settings) as store:
        if dry_run:
            _list(store, settings, as_json)
            return
        kept = keep(store, settings, at_once=now, wait=True)
    assert kept, "who waits is not sent away"
    if as_json:
        print_json(asdict(kept))
    else:
        _tell(kept)


def _list(store: Store, settings: Settings, as_json: bool) -> None:
    with store.reading() as read:
        names = retention.surplus(read, days=settings.retention_days, count=settings.retention_count)
        found = [each for each in (task.look_up(read, name) for name in names) if each]
    if as_json:
        print_json([{"id": each.id, "title": each.title, "status": each.status, "finished_at": each.finished_at} for each in found])
        return
    for each in found:
        click.echo(f"{each.id}  {each.finished_at}  {each.status:9}  {each.title}")
    if not found:
        click.echo("Nothing is beyond the limits.")


def _tell(kept: Kept) -> None:
    pruned = kept.pruned
    click.echo(f"Videos deleted: {len(pruned.retired)}; removed for good: {len(pruned.purged)}.")
    click.echo(
        f"Removed {kept.orphans} orphaned files and {kept.cache_bytes / MIB:.1f} MiB of cache. The log begins after event {pruned.floor}."
    )
