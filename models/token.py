"""Tokens: what a program shows at the door. Only their hashes are kept, so that nobody can take one from here."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, Table, Text, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from models import clock
from models.database import Read, Store, metadata
from models.errors import StoreBusy, TokenExists, TokenNotFound
from models.text_values import clean

PREFIX = "videogen_"
USE_NOTED_S = 60.0

tokens = Table(
    "tokens",
    metadata,
    Column("name", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
    Column("used_at", Text),
    sqlite_strict=True,
)

BY_HASH = select(tokens).where(tokens.c.hash == bindparam("of_hash"))
ALL = select(tokens).order_by(tokens.c.created_at, tokens.c.name)


@dataclass(frozen=True)
class Token:
    """A token by its name; `used_at` is right to the minute."""

    name: str
    hash: str
    created_at: str
    used_at: str | None


def create(store: Store, name: str) -> str:
    """Create a token and return its secret. Only a hash is stored. Raises TokenExists when the name is taken."""
    secret = PREFIX + secrets.token_urlsafe(32)
    try:
        with store.writing() as write:
            write.connection.execute(insert(tokens), {"name": clean(name), "hash": _hash(secret), "created_at": clock.now()})
    except IntegrityError as error:
        raise TokenExists(f"There is a token {name} already.") from error
    return secret


def every(read: Read) -> list[Token]:
    """Return all tokens, the oldest first."""
    return [_token(row) for row in read.connection.execute(ALL)]


def revoke(store: Store, name: str) -> None:
    """Refuse the token from now on, also after a restore. Raises TokenNotFound."""
    with store.reading() as read:
        key = read.connection.execute(select(tokens.c.hash).where(tokens.c.name == clean(name))).scalar()
    if key is None:
        raise TokenNotFound(f"There is no token {name}.")
    store.revocations.add(key)
    with store.writing() as write:
        write.connection.execute(delete(tokens).where(tokens.c.hash == key))


def valid_keys(store: Store, read: Read, keys: Iterable[str]) -> frozenset[str]:
    """Return those of these hashes that are of tokens which are not revoked."""
    hashes = read.connection.execute(select(tokens.c.hash).where(tokens.c.hash.in_(list(keys)))).scalars()
    return frozenset(key for key in hashes if key not in store.revocations)


def check(store: Store, secret: str) -> Token | None:
    """Return the token whose secret this is, None when it is nobody's.

    Its use is noted at most once a minute, and not while the store is busy.
    """
    sought = _hash(secret)
    if sought in store.revocations:
        return None
    with store.reading() as read:
        row = read.connection.execute(BY_HASH, {"of_hash": sought}).one_or_none()
    # The index compares as fast as it can, but hashes: how far they agree tells nothing of a secret that has 256 random bits.
    if row is None or not hmac.compare_digest(row.hash, sought):
        return None
    if row.used_at is None or row.used_at < clock.ahead(-USE_NOTED_S):
        with suppress(StoreBusy), store.writing(wait_s=0) as write:
            write.connection.execute(update(tokens).where(tokens.c.hash == sought).values(used_at=clock.now()))
    return _token(row)


def _hash(secret: str) -> str:
    return hashlib.sha256(clean(secret).encode()).hexdigest()


def _token(row: Row[Any]) -> Token:
    return Token(row.name, row.hash, row.created_at, row.used_at)
