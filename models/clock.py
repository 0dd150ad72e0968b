"""Time as the store keeps it: UTC text for people, and for leases the machine's own steady clock with the boot it counts from."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def now() -> str:
    """Return the current UTC time, ISO-8601 with milliseconds and Z."""
    return _text_of_utc(datetime.now(UTC))


def text(moment: datetime) -> str:
    return _text_of_utc(moment.astimezone(UTC))


def _text_of_utc(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"  # without its +00:00


def parse(at: str) -> datetime:
    return datetime.fromisoformat(at)


def moment(at: str, zone: tzinfo | None = None) -> str | None:
    """Return a moment that a person or a program has written (ISO 8601) as the store keeps it; None for anything else.

    `zone` is the time zone of one that names none; without it such a moment is none.
    """
    try:
        written = datetime.fromisoformat(at.strip())
        if written.tzinfo is None and zone is None:
            return None
        written = written if written.tzinfo else written.replace(tzinfo=zone)
        return text(written) if 1970 < written.year < 9999 else None
    except (ValueError, OverflowError):
        return None


def seconds_between(start: str, end: str) -> float:
    """Return the seconds between two moments, never less than 0, in case the clock was set back."""
    return max((parse(end) - parse(start)).total_seconds(), 0.0)


def ahead(seconds: float) -> str:
    """Return the moment `seconds` from now, as UTC text."""
    return _text_of_utc(datetime.now(UTC) + timedelta(seconds=seconds))


def monotonic() -> float:
    """Return the seconds of the machine's steady clock.

    It is the same in every process of one boot, and no clock jump moves it.
    """
    return time.monotonic()


@cache
def boot_id() -> str:
    """Return an id of this boot of this machine.

    Without one from the system it is made of the machine's name and start time.
    """
    if BOOT_ID.exists():
        return BOOT_ID.read_text().strip()
    return f"{uuid.getnode():x}-{round(time.time() - time.monotonic()) // 60}"
