"""Migrations: create the store, or bring it to this version, before anything opens it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from models import DATABASE_NAME
from models.errors import DriverMissing, StoreUnusable
from models.server import Server
from models.sqlite import migrate as sqlite


def migrate(data: Path, server: Server | None = None) -> None:
    """Create the store below `data`, or bring it to this version. Other processes wait meanwhile.

    With `server` the database is there, and `data` has the files. Raises StoreAway when it does not answer.
    Raises StoreTooNew for a database of a newer version, StoreUnusable for a directory that cannot be written, MigrationFailed (and nothing
    is changed) when a step fails.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "listen").mkdir(exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"The data directory {data} cannot be made: {error.strerror}.") from error
    if server:
        postgres().migrate(server.url)
    else:
        sqlite.migrate(data)


def exists(data: Path, server: Server | None = None) -> bool:
    """Return whether there is a store: the file below `data`, or the tables at `server`."""
    return bool(postgres().exists(server.url)) if server else (data / DATABASE_NAME).exists()


def postgres() -> Any:
    """Return the module `models.postgres.migrate`. Raises DriverMissing."""
    try:
        return import_module("models.postgres.migrate")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise DriverMissing("The store is on PostgreSQL, and its driver psycopg is not installed.") from error
