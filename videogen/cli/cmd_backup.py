"""`app.py backup`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from models.backup import backup
from videogen.cli.common import as_json, opened, pass_settings, print_json
from videogen.cli.copy_output import count, shown_progress, tell_missing
from videogen.config import Settings


@click.command(name="backup")
@click.argument("target", metavar="DIRECTORY", type=click.Path(path_type=Path))
@as_json
@pass_settings
def command(settings: Settings, target: Path, as_json: bool) -> None:
    """Copy the store and all its videos to DIRECTORY, which must not be there yet. The server may run meanwhile.

    The copy is of one moment, and whole or not there at all. It is a data directory of its own: app.py --data DIRECTORY serve opens it, and
    app.py restore DIRECTORY puts it back. On the same disk the videos take no more space. The cache is left out: it can be made again.
    """
    with opened(settings) as store, shown_progress() as progress:
        copied = backup(store, target, progress)
    if as_json:
        print_json(asdict(copied) | {"directory": str(target)})
    else:
        click.echo(f"{target}: {count(copied)}")
        tell_missing(copied)
