"""When a task starts, as a request says it: `priority`, `run_at`, `after`, `lock` and `unique`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models import clock
from models.errors import Diagnostic
from models.intake import SCOPES, UniqueKey
from videogen.errors.request import BadRequest, BadStart

TASK_ID = re.compile(r"[0-9a-z]{1,64}", re.ASCII)
NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,200}")
"""A lock, or a unique key."""
MOST_AFTER = 100
PRIORITIES = range(-100, 101)


@dataclass(frozen=True)
class QueueOptions:
    """What decides when a task starts; the fields of a TaskSpec. `after` has numbers of earlier tasks only in a list of tasks."""

    priority: int = 0
    run_at: str | None = None
    after: Sequence[str | int] = ()
    lock: str | None = None
    unique: UniqueKey | None = None

    @property
    def fields(self) -> dict[str, Any]:
        return vars(self)


IN_TURN = QueueOptions()


def parse(body: Mapping[str, Any]) -> QueueOptions:
    """Return what the body says. Raises BadStart, or BadRequest for the priority, with the field."""
    return QueueOptions(priority(body), run_at(body.get("run_at")), _after(body.get("after")), _lock(body.get("lock")), _unique(body))


def priority(body: Mapping[str, Any]) -> int:
    value = whole(body.get("priority", 0))
    if isinstance(value, bool) or not isinstance(value, int) or value not in PRIORITIES:
        diagnostic = Diagnostic("Must be from -100 to 100.", path="priority")
        raise BadRequest("The priority is not a whole number from -100 to 100.", diagnostics=[diagnostic])
    return value


def run_at(value: Any, path: str = "run_at") -> str | None:
    """Return a moment as the store keeps it."""
    if value is None or value == "":
        return None
    at = clock.moment(value) if isinstance(value, str) else None
    if at is None:
        must = "Must be a date and time with a time zone, such as 2027-01-31T09:00:00+01:00."
        raise _bad("The field run_at is no moment.", must, path)
    return at


def _after(value: Any) -> Sequence[str | int]:
    if value is None:
        return ()
    sound = (
        isinstance(value, list)
        and len(value) <= MOST_AFTER
        and all(
            (isinstance(other, str) and TASK_ID.fullmatch(other)) or (isinstance(other, int) and not isinstance(other, bool))
            for other in value
        )
    )
    if not sound:
        raise _bad("The field after is no list of tasks.", f"Must be a list of at most {MOST_AFTER} ids of tasks.", "after")
    return tuple(value)


def _lock(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise _bad("The field lock is no name.", "Must be a text of 1 to 200 characters.", "lock")
    return value


def _unique(body: Mapping[str, Any]) -> UniqueKey | None:
    """Parse a unique key: a text, or an object with `key`, `scope` and `refuse`."""
    value = body.get("unique")
    if value is None:
        return None
    unique = {"key": value} if isinstance(value, str) else value
    if not isinstance(unique, dict) or unique.keys() - {"key", "scope", "refuse"}:
        raise _bad("The field unique is no key.", "Must be a text, or an object with key, scope and refuse.", "unique")
    key, scope, refuse = unique.get("key"), unique.get("scope", "unfinished"), unique.get("refuse", False)
    if not isinstance(key, str) or not NAME.fullmatch(key):
        raise _bad("The unique key is no text.", "Must be a text of 1 to 200 characters.", "unique.key")
    if scope not in SCOPES:
        raise _bad("The scope of the unique key is not known.", f"Must be one of {', '.join(SCOPES)}.", "unique.scope")
    if not isinstance(refuse, bool):
        raise _bad("The field refuse is neither true nor false.", "Must be true or false.", "unique.refuse")
    return UniqueKey(key, scope, refuse)


def whole(value: Any) -> Any:
    """Convert whole floats such as 2.0, which JSON does not tell from 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _bad(message: str, must: str, path: str) -> BadStart:
    return BadStart(message, diagnostics=[Diagnostic(must, path=path)])
