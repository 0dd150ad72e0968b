"""SQLAlchemy's dialect for PostgreSQL, with types as wide as SQLite's, and connections by psycopg.

It is imported only where a store is opened by its URL, and needs the extra `[postgres]`.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.pool import QueuePool

from models.errors import StoreUnusable

POOL_SIZE = 4
MAX_CONNECTIONS = 8
"""Of one process, besides the one that listens and the one for short reads."""
CONNECT_TIMEOUT_S = 5
PREPARED_AFTER = 5
"""How often a connection sends a statement before it is prepared."""
URL_HINT = (
    "Write VIDEOGEN_DATABASE_URL as postgresql://user:password@host/name, and @ / % # and spaces of a password as %40 %2F %25 %23 %20."
)
DEFAULTS: dict[str, Any] = {
    "application_name": "videogen",
    "connect_timeout": CONNECT_TIMEOUT_S,
    # A server that promotes its standby may be asked at either; only one of them takes writes.
    "target_session_attrs": "read-write",
    # A peer that vanishes is noticed within half a minute, and by unanswered data within ten seconds.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class _Types(PGTypeCompiler):
    """Names types that hold what SQLite's do: INTEGER has 32 bits in PostgreSQL, and REAL 24 binary digits."""

    def visit_INTEGER(self, type_: Any, **options: Any) -> str:
        return "BIGINT"

    def visit_REAL(self, type_: Any, **options: Any) -> str:
        return "DOUBLE PRECISION"


class StorePostgres(PGDialect_psycopg):
    """PostgreSQL as the store uses it. Each transaction is begun by a statement of its own (`models.postgres.dialect`)."""

    driver = "videogen"
    supports_statement_cache = True
    type_compiler_cls = _Types


registry.register("postgresql.videogen", __name__, "StorePostgres")


class _Text(StrDumperUnknown):
    """Sends text, with U+FFFD for what PostgreSQL has no place for: a NUL, or half of a character."""

    def dump(self, obj: str) -> bytes:
        return obj.replace("\0", "\ufffd").encode("utf-8", "replace")


def connect(url: str, *, prepares: bool = True) -> psycopg.Connection[Any]:
    """Return a bare connection in autocommit mode. Raises psycopg.OperationalError, and StoreUnusable for a malformed URL.

    What libpq says of a malformed URL quotes the password, and so does a host that is the rest of one. The connection prepares statements
    that come again, unless a pooler may send the next one to another session, which does not know them.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise StoreUnusable("The address of the database is not written as it has to be.", hint=URL_HINT) from None
    if "@" in str(given.get("host", "")):
        raise StoreUnusable("The host of the database's address has an @.", hint=URL_HINT)
    options = {name: value for name, value in DEFAULTS.items() if name not in given}
    connection = psycopg.connect(url, autocommit=True, prepare_threshold=PREPARED_AFTER if prepares else None, **options)
    connection.adapters.register_dumper(str, _Text)
    return connection


def create(url: str, *, prepares: bool = True) -> Engine:
    """Return an engine that waits for a connection when all are in use: there may be thousands of streams."""
    return create_engine(
        "postgresql+videogen://",
        creator=lambda: connect(url, prepares=prepares),
        poolclass=QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=MAX_CONNECTIONS - POOL_SIZE,
        pool_timeout=10.0,
        use_native_hstore=False,
    )
