"""The reads that follow each notification, on a driver connection that stays open."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import psycopg

from models.postgres.engine import connect
from models.postgres.errors import ERRORS, retry_while_away, translated


class FastReader:
    """Runs single statements, one at a time, each of which is a snapshot by itself. The connection is opened at the first one."""

    def __init__(self, url: str, *, prepares: bool = True) -> None:
        self._url, self._prepares = url, prepares
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """Return the rows of a SELECT."""
        try:
            return self._run_once(statement, values)
        except ERRORS:
            with translated():
                return retry_while_away(lambda: self._run_once(statement, values))

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _run_once(self, statement: str, values: Sequence[Any]) -> list[Any]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = connect(self._url, prepares=self._prepares)
                return self._connection.execute(statement, values).fetchall()
            except BaseException:
                self._disconnect()
                raise

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None
