"""How a task stands: its stages as of an event, and its signs of life between events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import clock, event, task, worker
from models.database import Read
from models.event import EventType
from models.projection import merge


class Stages:
    """The table of stages, folded from events as clients see them, as the row's is."""

    def __init__(self) -> None:
        self._stages: dict[str, dict[str, Any]] = {}

    def apply(self, each: Mapping[str, Any]) -> None:
        if each["type"] == EventType.TASK_STARTED:
            self._stages = {}
        merge(self._stages, event.stage_patch(*(each[name] for name in ("type", "stage", "stage_progress", "data", "at"))))

    def table(self) -> dict[str, dict[str, Any]]:
        return {name: dict(stage) for name, stage in self._stages.items()}


def sign(read: Read, found: task.Task) -> dict[str, Any]:
    """What a heartbeat tells of a task, so that a page can tell working, hung and cut off apart."""
    return {
        "id": found.id,
        "status": found.status,
        "stage": found.stage,
        "message": found.message,
        "queue_position": task.queue_position(read, found),
        "workers_alive": worker.count_alive(read),
        "since_event_s": _since(event.last_at(read, found.id)),
        "since_worker_s": _since(worker.seen_at(read, found.worker_id)),
    }


def _since(at: str | None) -> float | None:
    return round(clock.seconds_between(at, clock.now()), 1) if at else None
