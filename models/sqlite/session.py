"""Transactions on connections that stay open: SQLAlchemy's way into and out of a transaction takes longer than most of what they do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine

IDLE = 4


class Sessions:
    """Connections of `engine`, each of which is used for one transaction at a time.

    A transaction is begun and ended on the driver's connection. Statements of SQLAlchemy's see that it has begun.
    """

    def __init__(self, engine: Engine, begin: str) -> None:
        self._engine = engine
        self._begin = begin
        self._idle: list[Connection] = []

    def begin(self, first: str | None = None) -> tuple[Connection, Any]:
        """Return a connection in a transaction that has begun, and the row that the statement `first` selects in it.

        Raises the driver's error where the database is busy. That connection is not used again.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._engine.connect()
        try:
            driver: Any = connection.connection.driver_connection
            driver.execute(self._begin)
            return connection, driver.execute(first).fetchone() if first else None
        except BaseException:
            connection.close()
            raise

    def commit(self, connection: Connection) -> None:
        if connection.in_transaction():
            connection.commit()  # which also ends what SQLAlchemy has begun for its statements
        else:
            driver: Any = connection.connection.driver_connection
            driver.commit()

    def end(self, connection: Connection, *, failed: bool) -> None:
        """Roll back what has not been committed, and keep the connection for the next transaction, unless this one failed."""
        try:
            if connection.in_transaction():
                connection.rollback()
            # SQLAlchemy does not do it where a commit has failed, and would give the connection to the next one in this transaction.
            driver: Any = connection.connection.driver_connection
            driver.rollback()
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        if failed or len(self._idle) >= IDLE:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close the idle connections. Others are opened when they are needed."""
        while self._idle:
            self._idle.pop().close()
