"""`app.py restore`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from models import task
from models.database import Store
from models.errors import VideogenError
from models.sqlite.restore import KEPT, check_source, restore
from videogen.cli.common import as_json, pass_settings, print_json, require_sqlite
from videogen.cli.copy_output import describe_copy, pluralize, print_missing, progress_bar
from videogen.config import Settings
from videogen.files.privacy import keep_private
from videogen.files.storage import open_storage
from videogen.streams import listener

INSTEAD = "Stop the server, restore the dump with pg_restore --clean, and copy the directories tasks and assets back."


@click.command(name="restore")
@click.argument("source", metavar="DIRECTORY", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the current store without asking.")
@as_json
@pass_settings
def command(settings: Settings, source: Path, yes: bool, as_json: bool) -> None:
    """Restore a backup.

    DIRECTORY is a backup of app.py backup, or any other data directory. It replaces the current store.
    The server may run meanwhile: open pages show the restored videos, and running tasks start again. Everybody has to log in again, and
    what was revoked since stays revoked. The previous database is kept as videogen.db.before-restore. With files in a bucket, those that
    the backup has and the bucket has not are put there.
    """
    require_sqlite(settings, INSTEAD)
    check_source(source, settings.data)
    exists = settings.database.exists()
    if exists and not yes:
        click.confirm(f"{_describe_store(settings)} Replace it with {source}?", abort=True, err=True)
    keep_private(settings.data)
    directory = settings.data / "listen"
    in_use = bool(listener.alive(directory))
    with progress_bar() as progress:
        copied = restore(settings.data, source, in_use=in_use, progress=progress, storage=open_storage(settings))
    listener.notify(directory)
    if as_json:
        print_json(asdict(copied))
    else:
        click.echo(f"Restored {describe_copy(copied)}.{f' The previous database: {settings.data / KEPT}' if exists else ''}")
        print_missing(copied)


def _describe_store(settings: Settings) -> str:
    """Return a sentence about the current store."""
    store = Store(settings.data)
    try:
        with store.reading() as read:
            number = sum(task.count_by_status(read).values())
            return f"The store in {settings.data} has {pluralize(number, 'video')}."
    except VideogenError as error:
        return f"The store in {settings.data} cannot be read: {error.detail}"
    finally:
        store.close()
