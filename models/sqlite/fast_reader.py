"""The reads that follow each notification, on a driver connection that stays open: SQLAlchemy's way takes ten times as long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from models.sqlite.errors import ERRORS, retry_while_busy, translated

T = TypeVar("T")

Execute = Callable[[str, Sequence[Any]], Any]
"""Runs a statement with its values, and returns the driver's cursor."""


class FastReader:
    """Runs reads one at a time on a connection of `engine`, which is opened at the first one and after each error."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._lock = threading.Lock()
        self._connection: PoolProxiedConnection | None = None
        self._execute: Execute | None = None

    def rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """Return the rows of a SELECT, which is a snapshot by itself."""
        return self._run(lambda execute: execute(statement, values).fetchall())

    def select(self, read: Callable[[Execute], T]) -> T:
        """Return what `read` returns, which runs one SELECT: a snapshot by itself."""
        return self._run(read)

    def snapshot(self, read: Callable[[Execute], T]) -> T:
        """Return what `read` returns. All its SELECTs see the same state of the database."""

        def read_in_transaction(execute: Execute) -> T:
            execute("BEGIN", ())
            result = read(execute)
            execute("COMMIT", ())
            return result

        return self._run(read_in_transaction)

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _run(self, read: Callable[[Execute], T]) -> T:
        """Try at once; after an error, with retries and translated errors, which take longer to set up than most reads take."""
        try:
            return self._run_once(read)
        except (*ERRORS, UnicodeDecodeError):
            with translated(self._path):
                return retry_while_busy(partial(self._run_once, read))

    def _run_once(self, read: Callable[[Execute], T]) -> T:
        with self._lock:
            try:
                return read(self._execute or self._connect())
            except BaseException:
                self._disconnect()  # which ends its transaction
                raise

    def _connect(self) -> Execute:
        self._connection = self._engine.raw_connection()
        execute: Execute = self._connection.driver_connection.execute  # type: ignore[union-attr]
        self._execute = execute
        return execute

    def _disconnect(self) -> None:
        self._execute = None
        if self._connection:
            self._connection.close()
            self._connection = None
