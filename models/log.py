"""The log's one row of its own: the epoch that names this history, and the floor below which it was pruned."""

from __future__ import annotations

import secrets

from sqlalchemy import CheckConstraint, Column, Connection, Integer, Table, Text

from models.database import metadata

log = Table(
    "log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch", Text, nullable=False),
    Column("floor", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    sqlite_strict=True,
)


def new_epoch() -> str:
    """Return a name for a new history: eight hexadecimal digits."""
    return secrets.token_hex(4)


def begin_log(connection: Connection) -> None:
    """Insert the row of the log, if it has none."""
    if connection.execute(log.select()).first() is None:
        connection.execute(log.insert().values(id=1, epoch=new_epoch(), floor=0))
