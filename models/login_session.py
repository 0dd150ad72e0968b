"""Sessions of people who have logged in. A session is a row, so that it can be ended here; its secret is in the browser's cookie alone.

A session belongs to one epoch of the log: a restore begins another one, and so ends every session.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, Table, Text, bindparam, delete, insert, select, update

from models import clock
from models.database import Read, Store, metadata
from models.errors import StoreBusy
from models.text_values import clean

DAY_S = 86400.0
USE_NOTED_S = 60.0

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Text, primary_key=True, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("ended_at", Text),
    Index("sessions_by_network", "network"),
    Index("sessions_by_expiry", "expires_at"),
    sqlite_strict=True,
)

IS_VALID = (
    (sessions.c.epoch == bindparam("of_epoch"))
    & (sessions.c.password == bindparam("of_password"))
    & sessions.c.ended_at.is_(None)
    & (sessions.c.expires_at > bindparam("now"))
    & (sessions.c.used_at > bindparam("idle_since"))
)
ONE = select(sessions.c.used_at).where(sessions.c.hash == bindparam("of_hash"), IS_VALID)
SOME = select(sessions.c.hash).where(sessions.c.hash.in_(bindparam("keys", expanding=True)), IS_VALID)
OF_NETWORK = select(sessions.c.hash).where(sessions.c.network == bindparam("of_network")).limit(1)


@dataclass(frozen=True)
class Validity:
    """What a session must match: the fingerprint of today's password, and the days that it may be unused."""

    password: str
    idle_days: float


def create(store: Store, *, password: str, network: str, days: float) -> str:
    """Begin a session and return its secret, of which only the hash is stored. Rows of expired sessions are removed.

    `password` is the fingerprint of the password that was right, `network` where the login came from, `days` the session's absolute age.
    """
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    with store.writing() as write:
        write.connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        values = {"hash": key_of(secret), "password": password, "network": network, "created_at": now, "used_at": now}
        epoch = write.connection.exec_driver_sql("SELECT epoch FROM log").scalar_one()
        write.connection.execute(insert(sessions), values | {"epoch": epoch, "expires_at": clock.ahead(days * DAY_S)})
    return secret


def check(store: Store, secret: str, validity: Validity) -> bool:
    """Return whether the secret is that of a valid session. Its use is noted at most once a minute, and not while the store is busy."""
    key = key_of(secret)
    with store.reading() as read:
        row = read.connection.execute(ONE, _values(read, validity) | {"of_hash": key}).one_or_none()
    if row is None:
        return False
    if row.used_at < clock.ahead(-USE_NOTED_S):
        with suppress(StoreBusy), store.writing(wait_s=0) as write:
            write.connection.execute(update(sessions).where(sessions.c.hash == key).values(used_at=clock.now()))
    return True


def valid_keys(read: Read, keys: Iterable[str], validity: Validity) -> frozenset[str]:
    """Return those of these keys that are of valid sessions. This is no use of them."""
    return frozenset(read.connection.execute(SOME, _values(read, validity) | {"keys": list(keys)}).scalars())


def is_known(read: Read, network: str) -> bool:
    """Return whether somebody has logged in from this network, within the age of a session."""
    return read.connection.execute(OF_NETWORK, {"of_network": network}).first() is not None


def end(store: Store, secret: str) -> None:
    """End the session with this secret, if there is one."""
    with store.writing() as write:
        write.connection.execute(update(sessions).where(sessions.c.hash == key_of(secret)).values(ended_at=clock.now()))


def key_of(secret: str) -> str:
    """Return what is stored of a secret. Its 256 random bits need no slow hash, and comparing hashes tells nothing of them."""
    return hashlib.sha256(clean(secret).encode()).hexdigest()


def _values(read: Read, validity: Validity) -> dict[str, Any]:
    return {
        "of_epoch": read.epoch,
        "of_password": validity.password,
        "now": clock.now(),
        "idle_since": clock.ahead(-validity.idle_days * DAY_S),
    }
