"""`app.py restore`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from models import task
from models.database import Store
from models.errors import VideogenError
from models.restore import KEPT, check_source, restore
from videogen.cli.common import as_json, pass_settings, print_json
from videogen.cli.copy_output import count, counted, shown_progress, tell_missing
from videogen.config import Settings
from videogen.streams import listener


@click.command(name="restore")
@click.argument("source", metavar="DIRECTORY", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask whether the present store may be replaced.")
@as_json
@pass_settings
def command(settings: Settings, source: Path, yes: bool, as_json: bool) -> None:
    """Put a backup back.

    DIRECTORY is what app.py backup has made, or any other data directory; what came after it is gone.
    The server may run meanwhile: open pages begin anew with the restored videos, and what was in the making begins again. The database as
    it was is kept beside it as videogen.db.before-restore.
    """
    check_source(source, settings.data)
    replaced = settings.database.exists()
    if replaced and not yes:
        click.confirm(f"{_present(settings)} Replace it by {source}?", abort=True, err=True)
    directory = settings.data / "listen"
    with shown_progress() as progress:
        copied = restore(settings.data, source, in_use=bool(listener.alive(directory)), progress=progress)
    listener.notify(directory)
    if as_json:
        print_json(asdict(copied))
    else:
        click.echo(f"Restored {count(copied)}.{f' The database as it was: {settings.data / KEPT}' if replaced else ''}")
        tell_missing(copied)


def _present(settings: Settings) -> str:
    """The store that is there, in a sentence."""
    store = Store(settings.data)
    try:
        with store.reading() as read:
            number = sum(task.count_by_status(read).values())
            return f"The store in {settings.data} has {counted(number, 'video')}."
    except VideogenError as error:
        return f"The store in {settings.data} cannot be read: {error.detail}"
    finally:
        store.close()
