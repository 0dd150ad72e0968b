"""The version of a store's schema, the newest one that this program knows, and the way from one to the other.

Alembic knows both too, but a process that finds its store up to date need not load it: that was a quarter of the time it took to start.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from models.errors import StoreTooNew


def known_versions(migrations: Path) -> list[str]:
    """Return the versions of the migrations below this directory, the oldest first, by the names of their files such as 0001_first.py."""
    return sorted(path.name.partition("_")[0] for path in (migrations / "versions").glob("[0-9]*_*.py"))


def version_to_upgrade(connection: Connection, migrations: Path) -> tuple[str | None, str] | None:
    """Return the version of the database, None for an empty one, and the newest; None if it has that. Raises StoreTooNew."""
    known = known_versions(migrations)
    current = None
    if inspect(connection).has_table("alembic_version"):
        current = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if current == known[-1]:
        return None
    if current is not None and current not in known:
        raise StoreTooNew(f"The database is of version {current}, which this program does not know.")
    return current, known[-1]


def run_migrations(connection: Connection, migrations: Path) -> None:
    """Bring the schema to the newest version, within the transaction of this connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
