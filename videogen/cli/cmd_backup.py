"""`app.py backup`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from models.sqlite.backup import backup
from videogen.cli.common import as_json, open_store, pass_settings, print_json, require_sqlite
from videogen.cli.copy_output import describe_copy, print_missing, progress_bar
from videogen.config import Settings

INSTEAD = "Back up the database with pg_dump --format custom, then copy the directories tasks and assets of the data directory."


@click.command(name="backup")
@click.argument("target", metavar="DIRECTORY", type=click.Path(path_type=Path))
@as_json
@pass_settings
def command(settings: Settings, target: Path, as_json: bool) -> None:
    """Back up the store and all its videos to DIRECTORY, which must not exist yet. The server may run meanwhile.

    The backup is a consistent snapshot, and complete or not there at all. It is a data directory itself: app.py --data DIRECTORY serve
    opens it, and app.py restore DIRECTORY restores it. On the same disk the videos take no extra space. The cache is not copied.
    With files in a bucket the backup has the database alone; the files stay where they are.
    """
    require_sqlite(settings, INSTEAD)
    with open_store(settings) as store, progress_bar() as progress:
        copied = backup(store, target, progress)
    if as_json:
        print_json(asdict(copied) | {"directory": str(target)})
    else:
        click.echo(f"{target}: {describe_copy(copied)}")
        print_missing(copied)
