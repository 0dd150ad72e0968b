"""The stage table of a task as of an event, and its signs of life between events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import clock, event, task, worker
from models.database import Read
from models.event import EventType
from models.projection import merge


class Stages:
    """The stage table, computed from events as clients get them, by the same rule as the task's row."""

    def __init__(self) -> None:
        self._stages: dict[str, dict[str, Any]] = {}

    def apply(self, content: Mapping[str, Any]) -> None:
        """Apply the next event."""
        if content["type"] == EventType.TASK_STARTED:
            self._stages = {}
        merge(self._stages, event.stage_patch(*(content[name] for name in ("type", "stage", "stage_progress", "data", "at"))))

    def table(self) -> dict[str, dict[str, Any]]:
        """Return the stages by name."""
        return {name: dict(stage) for name, stage in self._stages.items()}


def signs_of_life(read: Read, row: task.Task) -> dict[str, Any]:
    """Return what a heartbeat says of a task, by which a page tells working, hung and disconnected apart."""
    return {
        "id": row.id,
        "status": row.status,
        "stage": row.stage,
        "message": row.message,
        "queue_position": task.queue_position(read, row),
        "workers_alive": worker.count_alive(read),
        "since_event_s": _since(event.last_at(read, row.id)),
        "since_worker_s": _since(worker.seen_at(read, row.worker_id)),
    }


def _since(at: str | None) -> float | None:
    return round(clock.seconds_between(at, clock.now()), 1) if at else None
