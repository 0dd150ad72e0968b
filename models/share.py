"""Share links: each opens one video to whoever has it, until it expires or is revoked.

A row has no secret. A link is the id with a signature (`videogen.files.share_link`): it can be shown again, and the database alone opens
nothing.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Row, Table, Text, bindparam, delete, insert, select, update

from models import clock, task
from models.database import Store, metadata
from models.errors import ShareNotFound, StoreBusy

DAY_S = 86400.0
USE_NOTED_S = 60.0
ID_BYTES = 8

shares = Table(
    "shares",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text),
    ForeignKeyConstraint(["task_id"], ["tasks.id"], ondelete="CASCADE"),
    Index("shares_of_task", "task_id"),
    sqlite_strict=True,
)

UNEXPIRED = shares.c.expires_at > bindparam("now")
ONE = select(shares).where(shares.c.id == bindparam("of_id"), UNEXPIRED)
OF_TASK = select(shares).where(shares.c.task_id == bindparam("of_task"), UNEXPIRED).order_by(shares.c.created_at, shares.c.id)


@dataclass(frozen=True)
class Share:
    """A share link by its id; `used_at`, when it was last opened, is right to the minute."""

    id: str
    task_id: str
    created_at: str
    expires_at: str
    used_at: str | None


def create(store: Store, task_id: str, days: float) -> Share:
    """Share a task's video for a number of days. Remove expired rows. Raises TaskNotFound and TaskGone."""
    with store.writing() as write:
        task.find(write, task_id)
        write.connection.execute(delete(shares).where(shares.c.task_id == task_id, shares.c.expires_at <= clock.now()))
        row = Share(secrets.token_hex(ID_BYTES), task_id, clock.now(), clock.ahead(days * DAY_S), None)
        write.connection.execute(insert(shares), vars(row))
    return row


def of_task(store: Store, task_id: str) -> list[Share]:
    """Return the share links of a task that are valid, the oldest first. Raises TaskNotFound and TaskGone."""
    with store.reading() as read:
        task.find(read, task_id)
        rows = read.connection.execute(OF_TASK, {"of_task": task_id, "now": clock.now()}).all()
    return [_share(row) for row in rows if row.id not in store.revocations]


def check(store: Store, share_id: str) -> Share | None:
    """Return the share link with this id if it is valid. Its use is noted at most once a minute, and not while the store is busy."""
    if share_id in store.revocations:
        return None
    with store.reading() as read:
        row = read.connection.execute(ONE, {"of_id": share_id, "now": clock.now()}).one_or_none()
    if row is None:
        return None
    if row.used_at is None or row.used_at < clock.ahead(-USE_NOTED_S):
        with suppress(StoreBusy), store.writing(wait_s=0) as write:
            write.connection.execute(update(shares).where(shares.c.id == share_id).values(used_at=clock.now()))
    return _share(row)


def revoke(store: Store, task_id: str, share_id: str) -> None:
    """Revoke one share link of a task. Raises TaskNotFound, TaskGone and ShareNotFound."""
    if share_id not in [share.id for share in of_task(store, task_id)]:
        raise ShareNotFound(f"The task has no share link {share_id[:40]}.")
    _revoke(store, share_id)


def revoke_all(store: Store, task_id: str) -> int:
    """Revoke every share link of a task and return how many there were. Raises TaskNotFound and TaskGone."""
    ids = [share.id for share in of_task(store, task_id)]
    if ids:
        _revoke(store, *ids)
    return len(ids)


def _revoke(store: Store, *ids: str) -> None:
    store.revocations.add(*ids)
    with store.writing() as write:
        write.connection.execute(delete(shares).where(shares.c.id.in_(ids)))


def _share(row: Row[Any]) -> Share:
    return Share(row.id, row.task_id, row.created_at, row.expires_at, row.used_at)
