"""Wrong passwords of the last minute, in the store: so limits hold in every web process, and across restarts.

An attempt is counted before its password is checked, and taken off the count when the password was right: many at once pass no limit.
A client that has reached its limit is counted no further, so one address cannot use up what all may try together.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Row, Table, Text, bindparam, delete, insert, select

from models import clock, login_session
from models.database import Read, Store, metadata

WINDOW_S = 60.0
IPV6_CLIENT_BITS = 64
"""A client of IPv6 has a network of this size to itself: each of its addresses may be used once only."""

failed_logins = Table(
    "failed_logins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("failed_logins_by_time", "at"),
    sqlite_strict=True,
)

# What lies in the future was written before the clock was set back.
RECENT = (
    select(failed_logins)
    .where(failed_logins.c.at > bindparam("since"), failed_logins.c.at <= bindparam("now"))
    .order_by(failed_logins.c.at, failed_logins.c.id)
)


@dataclass(frozen=True)
class LoginLimits:
    """How many wrong passwords are checked within a minute. A network that somebody has logged in from is not under the limit `in_all`."""

    address: int = 10
    network: int = 20
    in_all: int = 100


@dataclass(frozen=True)
class LoginAttempt:
    """An attempt that may be made (`id`), or how long its client has to wait (`wait_s`)."""

    id: int | None
    wait_s: float = 0.0


def begin(store: Store, address: str, limits: LoginLimits) -> LoginAttempt:
    """Count an attempt of this address as failed, for now, unless a limit is reached."""
    network = network_of(address)
    with store.reading() as read:
        known = login_session.is_known(read, network)
        wait_s = _wait_s(read.connection, address, network, known, limits)
    if wait_s:
        return LoginAttempt(None, wait_s)  # a flood writes nothing
    with store.writing() as write:
        write.lock("logins")
        if wait_s := _wait_s(write.connection, address, network, known, limits):
            return LoginAttempt(None, wait_s)
        write.connection.execute(delete(failed_logins).where(failed_logins.c.at <= clock.ahead(-WINDOW_S)))
        values = {"address": address, "network": network, "at": clock.now()}
        row = write.connection.execute(insert(failed_logins).values(**values).returning(failed_logins.c.id)).one()
        return LoginAttempt(row.id)


def forgive(store: Store, attempt: LoginAttempt) -> None:
    """Take an attempt off the count: its password was right."""
    with store.writing() as write:
        write.connection.execute(delete(failed_logins).where(failed_logins.c.id == attempt.id))


def recent(read: Read) -> int:
    """Return how many attempts count now."""
    return len(_recent(read.connection))


def network_of(address: str) -> str:
    """Return what an attacker with this address can choose addresses from: the address itself, of IPv6 its /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed.packed, IPV6_CLIENT_BITS), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def _wait_s(connection: Connection, address: str, network: str, known: bool, limits: LoginLimits) -> float:
    """Return the seconds until this client may try a password; 0 if it may do so now."""
    rows = _recent(connection)
    groups = [
        ([row for row in rows if row.address == address], limits.address),
        ([row for row in rows if row.network == network], limits.network),
        (rows, limits.in_all if not known else len(rows) + 1),
    ]
    now = clock.now()
    return max([0.0, *(WINDOW_S - clock.seconds_between(group[-limit].at, now) for group, limit in groups if len(group) >= limit)])


def _recent(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(RECENT, {"since": clock.ahead(-WINDOW_S), "now": clock.now()}))
