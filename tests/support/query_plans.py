"""The statements that a store executes, and how SQLite goes about each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event as listening

from models.database import Read, Store, Write
from models.prepared_statement import PreparedStatement, compile_for
from models.sqlite.dialect import SQLite
from models.sqlite.fast_reader import Execute

# In an index's own order, as far as the page goes; or the smallest index there is, for a count of everything.
IN_ORDER = {
    "SCAN tasks USING INDEX tasks_by_age",
    "SCAN tasks USING COVERING INDEX tasks_by_age",
    "SCAN tasks USING INDEX tasks_queued",
    "SCAN tasks USING COVERING INDEX tasks_by_status",
}
# Tables of a row or a few, what a word finds in the index of words, and what is no table.
HARMLESS = re.compile(
    r"SCAN (log|workers|schedules|draft_versions|drafts( USING (COVERING )?INDEX (drafts_by_change|sqlite_autoindex_drafts_1))?"
    r"|brands USING (COVERING )?INDEX sqlite_autoindex_brands_1|CONSTANT ROW"
    r"|(task_search|json_each|file) VIRTUAL TABLE INDEX \d+:\S*|\(?subquery.*|\d+ CONSTANT ROWS?)",
    re.I,
)

Statements = dict[str, Any]


@contextmanager
def executed(store: Store) -> Iterator[Statements]:
    """The statements that are executed meanwhile, each with parameters that it had."""
    statements: Statements = {}

    def note(statement: str, parameters: Any) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH", "INSERT"):
            statements.setdefault(statement, parameters)

    def before(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        note(statement, parameters)

    dialect = SQLite.of(store)
    reader = dialect.fast_reader
    run = reader._run

    def run_noted(read: Callable[[Execute], Any]) -> Any:
        def read_noted(execute: Execute) -> Any:
            def execute_noted(statement: str, parameters: Any) -> Any:
                note(statement, parameters)
                return execute(statement, parameters)

            return read(execute_noted)

        return run(read_noted)

    execute = PreparedStatement.execute

    def execute_prepared(self: PreparedStatement, transaction: Read | Write, values: Mapping[str, Any]) -> Any:
        text, bind = compile_for(self.statement, transaction.connection.dialect)
        note(text, bind(values))
        return execute(self, transaction, values)

    engines = (dialect.reader, dialect.writer)
    for engine in engines:
        listening.listen(engine, "before_cursor_execute", before)
    reader._run = run_noted  # type: ignore[method-assign]
    PreparedStatement.execute = execute_prepared  # type: ignore[method-assign]
    try:
        yield statements
    finally:
        del reader._run
        PreparedStatement.execute = execute  # type: ignore[method-assign]
        for engine in engines:
            listening.remove(engine, "before_cursor_execute", before)


def plan(store: Store, statement: str, parameters: Any) -> list[str]:
    with store.reading() as read:
        return [row[3] for row in read.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def scans(store: Store, statements: Statements) -> list[str]:
    """Those that read a whole table, each with its statement."""
    plans = [(statement, line) for statement, parameters in statements.items() for line in plan(store, statement, parameters)]
    whole = [(statement, line) for statement, line in plans if line.startswith("SCAN") and not HARMLESS.fullmatch(line)]
    return [f"{line}: {statement}" for statement, line in whole if line not in IN_ORDER]
