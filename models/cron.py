"""Cron expressions: five fields in a time zone, and when they are next."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from models.errors import BadSchedule, Diagnostic

FIELDS = 5


def check(expression: str, timezone: str) -> None:
    """Raise BadSchedule for an expression that says no time, or a time zone that is not known."""
    if next_after(expression, timezone, datetime.now(UTC)) is None:
        raise _bad(f"The time {expression!r} never comes.", "never comes", "cron")


def next_after(expression: str, timezone: str, moment: datetime) -> datetime | None:
    """Return the first time after a moment, in UTC; None if there is none. Raises BadSchedule."""
    try:
        return next(_simulator(expression, timezone, moment)).astimezone(UTC)
    except StopIteration:
        return None


def describe(expression: str) -> str:
    """Return what an expression says, for people; the expression itself if it cannot be said."""
    try:
        return _simulator(expression, "UTC", datetime.now(UTC)).explain().strip()
    except (BadSchedule, StopIteration):
        return expression


def _simulator(expression: str, timezone: str, moment: datetime) -> CronSim:
    if len(expression) > 200 or len(expression.split()) != FIELDS:
        raise _bad(f"{expression[:60]!r} has not five fields.", "has not five fields", "cron")
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _bad(f"There is no time zone {timezone[:60]!r}.", "is no time zone", "timezone") from error
    try:
        return CronSim(expression, moment.astimezone(zone))
    except CronSimError as error:
        raise _bad(
            f"{expression!r} is no time: a field has a value that it cannot have.", "has a field that cannot be read", "cron"
        ) from error


def _bad(message: str, what: str, path: str) -> BadSchedule:
    return BadSchedule(message, diagnostics=[Diagnostic(what, path=path)])
