"""What became of each attempt of a task, told by its log alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.event import Event, EventType

ENDS: Mapping[str, str] = {
    EventType.ATTEMPT_LOST: "lost",
    EventType.ATTEMPT_FAILED: "failed",
    EventType.TASK_REQUEUED: "requeued",
    EventType.TASK_COMPLETED: "completed",
    EventType.TASK_FAILED: "failed",
    EventType.TASK_CANCELLED: "cancelled",
}


def attempts(milestones: Iterable[Event]) -> list[dict[str, Any]]:
    """List the attempts in order: when each began and ended, how (`running` while it runs), why, and how far it came (0..1)."""
    table: list[dict[str, Any]] = []
    for event in milestones:
        if event.type == EventType.TASK_STARTED:
            table.append(
                {
                    "attempt": event.attempt,
                    "started_at": event.at,
                    "ended_at": None,
                    "outcome": "running",
                    "reason": None,
                    "progress": 0.0,
                    "made": 0,
                    "reused": 0,
                }
            )
            continue
        if not table or table[-1]["ended_at"]:
            continue
        current = table[-1]
        if outcome := ENDS.get(event.type):
            reason = event.data.get("reason") or (event.data.get("message") or event.message if outcome == "failed" else None)
            current |= {"ended_at": event.at, "outcome": outcome, "reason": reason}
        elif event.type == EventType.STAGE_COMPLETED:
            current |= {part: current[part] + (event.data.get(part) or 0) for part in ("made", "reused")}
        reached = event.data.get("progress") if event.type == EventType.ATTEMPT_LOST else event.progress
        current["progress"] = max(current["progress"], reached or 0.0)
    return table
