"""docs/schema.md names every table, view and column of a store."""

from __future__ import annotations

import re

from sqlalchemy import text

from models.database import Store
from tests.docs.test_docs import DOCS

PAGE = (DOCS / "schema.md").read_text(encoding="utf-8")
NOT_LISTED = ("sqlite_", "task_search", "alembic_version")


def columns_of(store: Store, kind: str) -> dict[str, list[str]]:
    """Return the columns of each table or view, by its name."""
    with store.reading() as read:
        names = read.connection.execute(text("SELECT name FROM sqlite_schema WHERE type = :kind"), {"kind": kind}).scalars()
        listed = [name for name in names if not name.startswith(NOT_LISTED)]
        return {name: [row.name for row in read.connection.execute(text(f"PRAGMA table_info({name})"))] for name in listed}


def test_every_table_and_its_columns_are_described(store: Store) -> None:
    sections = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))
    described = {
        name: sorted(column for cell in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for column in re.findall(r"`(\w+)`", cell))
        for name, section in sections.items()
    }
    assert described == {name: sorted(columns) for name, columns in columns_of(store, "table").items()}


def test_every_view_and_its_columns_are_described(store: Store) -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", PAGE.partition("## Views")[2], re.MULTILINE)
    assert {name: re.findall(r"`(\w+)`", columns) for name, columns in rows} == columns_of(store, "view")
