"""A task's life as spans of time, read from its log alone: attempts, stages, scenes, and what happened on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Outcome = Literal["running", "completed", "failed", "lost", "requeued", "cancelled"]

ENDS: Mapping[str, Outcome] = {
    "task.completed": "completed",
    "task.failed": "failed",
    "task.cancelled": "cancelled",
    "task.requeued": "requeued",
    "attempt.lost": "lost",
    "attempt.failed": "failed",
}
STAGE_ENDS: Mapping[str, Outcome] = {"stage.completed": "completed", "stage.failed": "failed"}
MARKS = frozenset({"task.held", "task.stalled", "task.warning", "task.cancelling", "task.retried"})


@dataclass
class AttemptSpan:
    """One worker's try. Times are seconds since the task was submitted; `end` is None while it runs."""

    number: int
    start: float
    end: float | None = None
    outcome: Outcome = "running"


@dataclass
class StageSpan:
    """A stage in one attempt; `made` and `reused` are its own counts."""

    stage: str
    attempt: int
    start: float
    end: float | None = None
    outcome: Outcome = "running"
    made: int | None = None
    reused: int | None = None


@dataclass(frozen=True)
class SceneTick:
    """A scene that was ready at this moment."""

    position: int
    at: float
    reused: bool


@dataclass(frozen=True)
class TimelineMark:
    """Something that happened at a moment and is worth seeing: the event's type."""

    type: str
    at: float


@dataclass
class Timeline:
    """All of it, up to `until`, the moment of the last event."""

    until: float = 0.0
    attempts: list[AttemptSpan] = field(default_factory=list)
    bars: list[StageSpan] = field(default_factory=list)
    ticks: list[SceneTick] = field(default_factory=list)
    marks: list[TimelineMark] = field(default_factory=list)


def read(events: Iterable[Mapping[str, Any]]) -> Timeline:
    """Return the timeline of events in the shape that the streams send, in order.

    Unknown and incomplete events are left out.
    """
    line = Timeline()
    first: datetime | None = None
    for event in events:
        at = datetime.fromisoformat(event["at"])
        first = first or at
        # A clock that was set back in between must not turn anything round.
        line.until = max((at - first).total_seconds(), line.until)
        _take(line, event, line.until)
    return line


def _take(line: Timeline, event: Mapping[str, Any], at: float) -> None:
    type, stage, attempt, data = event["type"], event.get("stage"), event.get("attempt") or 0, event.get("data") or {}
    match type:
        case "task.started":
            _end_attempt(line, at, "lost")
            line.attempts.append(AttemptSpan(attempt, at))
        case "stage.started" if stage:
            line.bars.append(StageSpan(stage, attempt, at))
        case "stage.completed" | "stage.failed" if stage:
            _end_stage(line, stage, at, STAGE_ENDS[type], data)
        case "scene.rendered" | "item.completed":
            line.ticks.append(SceneTick(_count(data.get("position")) or len(line.ticks) + 1, at, bool(data.get("reused"))))
        case _ if type in MARKS:
            line.marks.append(TimelineMark(type, at))
    if type in ENDS:
        _end_attempt(line, at, ENDS[type], stage)


def _end_attempt(line: Timeline, at: float, outcome: Outcome, failed: str | None = None) -> None:
    """End the running attempt and its stages. Stages beside the failed one are not to blame."""
    if not line.attempts or line.attempts[-1].end is not None:
        return
    line.attempts[-1].end, line.attempts[-1].outcome = at, outcome
    for bar in line.bars:
        if bar.end is None:
            bar.end, bar.outcome = at, "cancelled" if outcome == "failed" and bar.stage != failed else outcome


def _end_stage(line: Timeline, stage: str, at: float, outcome: Outcome, data: Mapping[str, Any]) -> None:
    for bar in reversed(line.bars):
        if bar.stage == stage and bar.end is None:
            bar.end, bar.outcome, bar.made, bar.reused = at, outcome, _count(data.get("made")), _count(data.get("reused"))
            return


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
