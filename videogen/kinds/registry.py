"""The kinds of this installation: those of this program, and those that other packages bring by the entry point group `videogen.kinds`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from models.retry_policy import DEFAULT, RetryPolicy
from videogen.errors.kinds import UnknownKind
from videogen.kinds.document_import import IMPORT
from videogen.kinds.export import EXPORT
from videogen.kinds.kind import PROGRESS_EVENTS, Kind
from videogen.kinds.video import VIDEO
from videogen.kinds.video_set import SET

GROUP = "videogen.kinds"
BUILT_IN: dict[str, Kind] = {kind.name: kind for kind in (VIDEO, EXPORT, IMPORT, SET)}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Installed:
    """All kinds by name, and why entry points could not be loaded, by their names."""

    kinds: Mapping[str, Kind]
    broken: Mapping[str, str]


@cache
def installed() -> Installed:
    """Load the entry points once, and return all kinds. One that cannot be loaded is logged and left out: it stops nothing else."""
    kinds, broken = dict(BUILT_IN), {}
    for entry in entry_points(group=GROUP):
        try:
            kind = entry.load()
            if not isinstance(kind, Kind):
                raise TypeError(f"{entry.value} is not a Kind")
            if kind.name in kinds:
                raise ValueError(f"there is another kind called {kind.name}")
        except (Exception, SystemExit) as error:  # noqa: BLE001 - another package's code
            reason = broken[entry.name] = f"{type(error).__name__}: {error}"
            log.warning("The kind %s (%s) cannot be used: %s", entry.name, entry.value, reason, extra={"event": "kind.broken"})
        else:
            kinds[kind.name] = kind
    return Installed(kinds, broken)


def look_up(name: str) -> Kind | None:
    """Return the kind of this name, None if it is not installed. Entry points are loaded only for a name that is not built in."""
    return BUILT_IN.get(name) or installed().kinds.get(name)


def find(name: str) -> Kind:
    """Return the kind of this name. Raises UnknownKind."""
    kind = look_up(name)
    if kind is None:
        raise UnknownKind(
            f"There is no kind of task called {name[:40]!r}.", hint=f"The kinds that are installed here: {', '.join(installed().kinds)}."
        )
    return kind


def limits(set_here: Mapping[str, int]) -> dict[str, int | None]:
    """Return how many tasks of each kind may run at once: as set here, else as the kind says."""
    return {name: set_here.get(name, kind.limit) for name, kind in installed().kinds.items()}


def describe(set_here: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the kinds of this installation as JSON, as `GET /api/kinds` and `app.py kinds --json` list them."""
    limit_of = limits(set_here)
    return [
        {
            "name": kind.name,
            "label": kind.label,
            "stages": [{"name": stage.name, "label": stage.label, "weight": stage.weight} for stage in kind.stages],
            "payload": kind.payload.model_json_schema(),
            "limit": limit_of[kind.name],
            "batch": kind.batch,
            "retry": vars(kind.retry),
        }
        for kind in installed().kinds.values()
    ]


def progress_events(name: str) -> Collection[str]:
    """Return the types of events after which the loss of an attempt at a task of this kind costs nothing."""
    kind = look_up(name)
    return kind.progress_events if kind else PROGRESS_EVENTS


def retry_policy(name: str) -> RetryPolicy:
    """Return when a task of this kind is tried again."""
    kind = look_up(name)
    return kind.retry if kind else DEFAULT
