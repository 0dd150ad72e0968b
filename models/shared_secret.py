"""Secrets in the database: what all hosts of a store on PostgreSQL have in common. On SQLite there is one host, and they are its files."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from models.database import Read, Store, Write
from models.dialect import POSTGRESQL

SELECT = text("SELECT name, value FROM shared_secrets")
REPLACE = text(
    "INSERT INTO shared_secrets (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    " WHERE shared_secrets.value <> excluded.value"
)


def are_shared(store: Store) -> bool:
    """Return whether the store's database holds secrets."""
    return store.dialect.name == POSTGRESQL


def every(read: Read | Write) -> Mapping[str, str]:
    """Return the secrets by name. An empty one was removed."""
    return {row.name: row.value for row in read.connection.execute(SELECT)}


def put(write: Write, name: str, value: str) -> None:
    """Add or replace a secret."""
    write.connection.execute(REPLACE, {"name": name, "value": value})
