"""`app.py copy`."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from models.copy import copy
from models.database import Store
from models.errors import StoreUnusable
from models.migrate import exists, migrate
from models.server import Server
from videogen.cli.common import as_json, pass_settings, print_json
from videogen.cli.copy_output import describe_copy, print_missing, progress_bar
from videogen.config import Settings
from videogen.files.privacy import keep_private
from videogen.files.storage import open_storage


class Place(click.ParamType[Path | Server]):
    """A store's place: sqlite:DIRECTORY, or postgresql://..."""

    name = "store"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> Path | Server:
        if value.startswith(("postgresql://", "postgres://")):
            return Server(value)
        if value.startswith("sqlite:") and (directory := value.removeprefix("sqlite:")):
            return Path(directory)
        self.fail("Write sqlite:DIRECTORY or postgresql://user@host/name.", param, context)


@click.command(name="copy")
@click.option("--from", "source", type=Place(), required=True, help="The store to copy: sqlite:DIRECTORY or postgresql://...")
@click.option("--to", "target", type=Place(), required=True, help="An empty store, or none yet: sqlite:DIRECTORY or postgresql://...")
@as_json
@pass_settings
def command(settings: Settings, source: Path | Server, target: Path | Server, as_json: bool) -> None:
    """Move a store to another database: from SQLite to PostgreSQL, or back.

    Stop the server first: what is written meanwhile is not in the copy. Events keep their numbers, and open pages begin anew; tasks that
    ran are queued again, and everybody has to log in again. The files of a store on PostgreSQL are in the data directory.
    """
    keep_private(settings.data)
    here, there = _directory(settings, source), _directory(settings, target)
    from_server, to_server = (place if isinstance(place, Server) else None for place in (source, target))
    if not exists(here, from_server):
        raise StoreUnusable(f"There is no store in {here if from_server is None else 'this database'}.", hint="Check the option --from.")
    migrate(here, from_server)
    migrate(there, to_server)
    files = open_storage(settings) if settings.files_url else None
    old, new = Store(here, files=files, server=from_server), Store(there, files=files, server=to_server)
    with closing(old), closing(new), progress_bar() as progress:
        copied = copy(old, new, progress)
    if as_json:
        print_json(asdict(copied))
    else:
        click.echo(f"Copied {describe_copy(copied)}.")
        print_missing(copied)


def _directory(settings: Settings, place: Path | Server) -> Path:
    return place if isinstance(place, Path) else settings.data
