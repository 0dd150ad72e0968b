"""Statements that run on the driver's own connection: SQLAlchemy's way takes several times as long as most of them do.

They are for what every task and event goes through. Everything else uses SQLAlchemy's connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect as SQLAlchemyDialect
from sqlalchemy.sql import ClauseElement

from models.database import Read, Write

Bind = Callable[[Mapping[str, Any]], Any]
"""Returns the driver's parameters for values by name."""


class PreparedStatement:
    """A statement of SQLAlchemy's, compiled once for each database. Its values are texts, numbers and None, as its results are."""

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement
        self._compiled: dict[str, tuple[str, Bind]] = {}

    def rows(self, transaction: Read | Write, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run it in the transaction, and return its rows."""
        return self.execute(transaction, values).fetchall()  # type: ignore[no-any-return]

    def row(self, transaction: Read | Write, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """Run it in the transaction, and return its only row, if there is one."""
        return next(iter(self.rows(transaction, values)), None)

    def execute(self, transaction: Read | Write, values: Mapping[str, Any]) -> Any:
        """Run it in the transaction, and return the driver's cursor."""
        text, bind = self._compiled.get(transaction.dialect.name) or self._compile(transaction)
        return transaction.driver.execute(text, bind(values))

    def _compile(self, transaction: Read | Write) -> tuple[str, Bind]:
        compiled = self._compiled[transaction.dialect.name] = compile_for(self.statement, transaction.connection.dialect)
        return compiled


def compile_for(statement: ClauseElement, dialect: SQLAlchemyDialect) -> tuple[str, Bind]:
    """Return a statement's text for a database, and a function for its parameters. A value that is missing is a KeyError."""
    compiled: Any = statement.compile(dialect=dialect)
    constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
    if compiled.positional:
        names = tuple(compiled.positiontup)
        if not constants:
            return compiled.string, lambda values: tuple([values[name] for name in names])

        def positional(values: Mapping[str, Any]) -> tuple[Any, ...]:
            merged = {**constants, **values}
            return tuple([merged[name] for name in names])

        return compiled.string, positional
    return compiled.string, lambda values: {**constants, **values}
