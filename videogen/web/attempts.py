"""What became of each attempt of a task, told by its log alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.event import Event, EventType

ENDS: Mapping[str, str] = {
    EventType.ATTEMPT_LOST: "lost",
    EventType.TASK_REQUEUED: "requeued",
    EventType.TASK_COMPLETED: "completed",
    EventType.TASK_FAILED: "failed",
    EventType.TASK_CANCELLED: "cancelled",
}


def attempts(milestones: Iterable[Event]) -> list[dict[str, Any]]:
    """The attempts, first to last: when each began and ended, how (`running` while it goes on), why, and how far it had come (0..1)."""
    found: list[dict[str, Any]] = []
    for each in milestones:
        if each.type == EventType.TASK_STARTED:
            found.append(
                {
                    "attempt": each.attempt,
                    "started_at": each.at,
                    "ended_at": None,
                    "outcome": "running",
                    "reason": None,
                    "progress": 0.0,
                    "made": 0,
                    "reused": 0,
                }
            )
            continue
        if not found or found[-1]["ended_at"]:
            continue
        current = found[-1]
        if outcome := ENDS.get(each.type):
            reason = each.data.get("reason") or (each.data.get("message") or each.message if outcome == "failed" else None)
            current |= {"ended_at": each.at, "outcome": outcome, "reason": reason}
        elif each.type == EventType.STAGE_COMPLETED:
            current |= {part: current[part] + (each.data.get(part) or 0) for part in ("made", "reused")}
        reached = each.data.get("progress") if each.type == EventType.ATTEMPT_LOST else each.progress
        current["progress"] = max(current["progress"], reached or 0.0)
    return found
