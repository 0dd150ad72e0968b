"""Migrations of PostgreSQL: create the schema in an empty database, or bring it to this version, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from models.errors import MigrationFailed, StoreUnusable, VideogenError
from models.log import begin_log
from models.postgres import schema_objects
from models.postgres.engine import connect, create
from models.postgres.errors import ERRORS, is_away, is_busy, retry_while_away, translated
from models.schema_version import run_migrations, version_to_upgrade

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "postgres"
LEAST_VERSION = 14
BUSY_S = 60.0
LOCK = "SELECT pg_advisory_xact_lock(1986356323)"
BEGIN_HEAD = "INSERT INTO log_head (id, head, history) VALUES (1, 0, videogen_history()) ON CONFLICT DO NOTHING"


def migrate(url: str) -> None:
    """Create the schema at `url`, or bring it to this version. Other processes wait meanwhile.

    Raises StoreTooNew, StoreUnusable, StoreAway, and MigrationFailed; nothing is changed then.
    """
    with translated():
        retry_while_away(lambda: _check(url))
        engine = create(url, prepares=False)
        try:
            _retry_while_busy(lambda: _upgrade_alone(engine))
        finally:
            engine.dispose()


def exists(url: str) -> bool:
    """Return whether there is a store at `url`. Raises StoreAway."""
    with translated(), connect(url) as connection:
        row = connection.execute("SELECT to_regclass('log_head') IS NOT NULL").fetchone()
        return bool(row and row[0])


def _check(url: str) -> None:
    """Raise StoreUnusable for a server or a database that cannot hold a store."""
    with connect(url) as connection:
        if connection.info.server_version < LEAST_VERSION * 10_000:
            raise StoreUnusable(
                f"PostgreSQL is of version {connection.info.server_version // 10_000}.", hint=f"Use version {LEAST_VERSION} or newer."
            )
        encoding = connection.execute("SHOW server_encoding").fetchone()
        if encoding != ("UTF8",):
            raise StoreUnusable("The database does not hold UTF-8.", hint="Create another: createdb --encoding UTF8 --template template0")


def _retry_while_busy(act: Callable[[], None]) -> None:
    """Call `act` again if it was chosen to end a deadlock: older servers may be at work. Raises the driver's error at last."""
    give_up_at = time.monotonic() + BUSY_S
    while True:
        try:
            return act()
        except ERRORS as error:
            if not is_busy(error) or time.monotonic() > give_up_at:
                raise


def _upgrade_alone(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql(LOCK)
        _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    versions = version_to_upgrade(connection, MIGRATIONS)
    if versions is None:
        return
    current, newest = versions
    with _errors_translated(f"from version {current} to {newest}"):
        if current is not None:
            _run(connection, schema_objects.drop_all())
        run_migrations(connection, MIGRATIONS)
        begin_log(connection)
        _run(connection, schema_objects.create_all())
        _run(connection, iter([BEGIN_HEAD]))


def _run(connection: Connection, statements: Iterator[str]) -> None:
    """Run statements as they are: a percent sign in them is one."""
    driver: Any = connection.connection.driver_connection
    for statement in statements:
        driver.execute(statement)


@contextmanager
def _errors_translated(step: str) -> Iterator[None]:
    """Raise MigrationFailed for whatever is not an error of ours already, nor of a database that is busy or away."""
    try:
        yield
    except VideogenError:
        raise
    except Exception as error:
        if isinstance(error, ERRORS) and (is_busy(error) or is_away(error)):
            raise
        raise MigrationFailed(f"The database could not be brought {step}: {error}.") from error
