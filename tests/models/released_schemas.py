"""Databases as released versions wrote them: `schemas/NNNN.sql` has the schema of migration NNNN, with rows in it.

Before a new migration, write the last schema down: `python -m tests.models.released_schemas DATABASE` prints a database as a script.
The sqlite3 shell's `.dump` does not do: what it prints of a virtual table needs a writable schema.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from models.sqlite.driver import driver

SCHEMAS = Path(__file__).parent / "schemas"
REVISIONS = sorted(path.stem for path in SCHEMAS.glob("*.sql"))
SEARCH_INDEX = "task_search"


def create(revision: str, path: Path) -> None:
    """Create the database of this revision at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(driver.connect(str(path))) as connection:
        connection.executescript((SCHEMAS / f"{revision}.sql").read_text())


def dump(path: Path) -> Iterator[str]:
    """Return the statements that create the database at `path`: tables, then rows, then what acts on rows."""
    with closing(driver.connect(str(path))) as connection:
        objects = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        tables = [(name, sql) for type, name, sql in objects if type == "table" and not name.startswith((f"{SEARCH_INDEX}_", "sqlite_"))]
        for name, sql in tables:
            yield sql
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            key = "rowid, " if name == SEARCH_INDEX else ""
            for row in connection.execute(f"SELECT {key}{', '.join(columns)} FROM {name}"):
                yield f"INSERT INTO {name} ({key}{', '.join(columns)}) VALUES ({', '.join(map(literal, row))})"
        yield "DELETE FROM sqlite_sequence"
        for name, seq in connection.execute("SELECT name, seq FROM sqlite_sequence"):
            yield f"INSERT INTO sqlite_sequence (name, seq) VALUES ({literal(name)}, {seq})"
        yield from (sql for type, _, sql in objects if type != "table")


def literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    print("BEGIN;", *(f"{statement};" for statement in dump(Path(sys.argv[1]))), "COMMIT;", sep="\n")
