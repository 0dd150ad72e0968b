"""Migrations of SQLite: bring the database to this version under a file lock, after a copy of the old file, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from models import DATABASE_NAME
from models.errors import MigrationFailed, StoreDamaged, VideogenError
from models.filelock import locked
from models.log import begin_log
from models.schema_version import run_migrations, version_to_upgrade
from models.sqlite import schema_objects
from models.sqlite.driver import connect, driver
from models.sqlite.errors import translated
from models.sqlite.watermark import begin_anew_if_lost
from models.tables import metadata

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
LOCK = "migrate.lock"


def migrate(data: Path) -> None:
    """Create the database below `data`, or bring it to this version. A log that lost its end begins anew."""
    with locked(data / LOCK), translated(data):
        _refuse_empty_file(data)
        upgrade(data / DATABASE_NAME)
        begin_anew_if_lost(data)


def _refuse_empty_file(data: Path) -> None:
    """Refuse an empty file beside finished videos: it was a store once, and a new one would know nothing of them."""
    path, videos = data / DATABASE_NAME, data / "tasks"
    if path.exists() and path.stat().st_size == 0 and videos.is_dir() and any(videos.iterdir()):
        hint = "Put a backup back with: app.py restore. To begin anew all the same, remove the empty file."
        raise StoreDamaged(f"The database {path} is empty, and there are files of videos beside it.", hint=hint)


def upgrade(path: Path) -> None:
    """Bring one database file to this version, without the lock of `migrate`."""
    with _connection(path) as connection, connection.begin() as transaction:
        versions = version_to_upgrade(connection, MIGRATIONS)
        if versions is None:
            return
        current, newest = versions
        if current is not None:
            _copy(path, path.with_name(f"{path.name}.before-{newest}"))
        with _errors_translated(f"from version {current} to {newest}"), translated(path):
            _bring_up(connection)
            transaction.commit()


def _bring_up(connection: Connection) -> None:
    """Run the migrations that are missing, between dropping and creating all triggers, views and the full-text index.

    SQLite's way of altering a table loses its triggers, and refuses while a view names a column that goes. They hold no data of their own,
    so there is one list of them, today's, and no migration has any: each is the SQL for tables and rows of its own time, and never changes.
    """
    _run(connection, schema_objects.drop_all())
    run_migrations(connection, MIGRATIONS)
    begin_log(connection)
    _run(connection, schema_objects.create_all())
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise MigrationFailed(f"The migration broke {len(broken)} references.")


@contextmanager
def _errors_translated(step: str) -> Iterator[None]:
    """Raise MigrationFailed for whatever is not an error of ours already."""
    try:
        yield
    except VideogenError:
        raise
    except Exception as error:
        raise MigrationFailed(f"The database could not be brought {step}: {error}.") from error


def make(connection: Connection) -> None:
    """Create the whole schema from the models: a migrated database must be equal to it."""
    metadata.create_all(connection)
    begin_log(connection)
    _run(connection, schema_objects.create_all())


def _run(connection: Connection, statements: Iterator[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


@contextmanager
def _connection(path: Path) -> Iterator[Connection]:
    """Open a connection whose transactions are the database's own, so that half a migration rolls back."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=driver,
        poolclass=NullPool,
        connect_args={"isolation_level": None, "timeout": 30},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # Altering a table in SQLite makes it anew: with foreign keys on, dropping the old one would cascade to its children.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        yield connection


def _copy(source: Path, target: Path) -> None:
    """Copy the whole database from within SQLite, including the write-ahead log."""
    target.unlink(missing_ok=True)
    with closing(connect(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
