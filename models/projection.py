"""The projection of a task: what its row must be, computed from its events, and which event may follow which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.event import Event, EventType, stage_patch
from models.task_table import FINISHED, queue_rank

# What an event makes of a task's status, and from which it may come. None as the outcome: the status stays.
QUEUED, RUNNING, ENDED = frozenset({"queued"}), frozenset({"running"}), frozenset({"failed", "cancelled"})
RULES: Mapping[str, tuple[frozenset[str], frozenset[str] | None]] = {
    EventType.TASK_HELD: (QUEUED, None),
    EventType.TASK_RELEASED: (QUEUED, None),
    EventType.TASK_PRIORITY_CHANGED: (QUEUED, None),
    EventType.TASK_RESCHEDULED: (QUEUED, None),
    EventType.TASK_TAGGED: (QUEUED | RUNNING | FINISHED, None),
    EventType.TASK_STARTED: (QUEUED, RUNNING),
    EventType.TASK_REQUEUED: (RUNNING, QUEUED),
    EventType.TASK_STALLED: (RUNNING, None),
    EventType.TASK_CANCELLING: (RUNNING, None),
    EventType.TASK_CANCELLED: (QUEUED | RUNNING, frozenset({"cancelled"})),
    EventType.TASK_COMPLETED: (RUNNING, frozenset({"completed"})),
    # Also one that waits: a task before it has failed or was cancelled.
    EventType.TASK_FAILED: (QUEUED | RUNNING, frozenset({"failed"})),
    EventType.TASK_RETRIED: (ENDED, QUEUED),
    EventType.TASK_WARNING: (RUNNING, None),
    EventType.TASK_DELETED: (FINISHED, None),
    EventType.TASK_UNDELETED: (FINISHED, None),
    # The attempt that was the last one is followed by task.failed, one whose cancelling was asked for by task.cancelled.
    EventType.ATTEMPT_LOST: (RUNNING, QUEUED | RUNNING),
    EventType.ATTEMPT_FAILED: (RUNNING, QUEUED),
    EventType.STAGE_STARTED: (RUNNING, None),
    EventType.STAGE_PROGRESS: (RUNNING, None),
    EventType.STAGE_COMPLETED: (RUNNING, None),
    EventType.STAGE_FAILED: (RUNNING, None),
    EventType.ITEM_COMPLETED: (RUNNING, None),
    EventType.SCENE_RENDERED: (RUNNING, None),
    EventType.ARTIFACT_CREATED: (RUNNING, None),
}
OF_A_RUNNING_STAGE = frozenset({EventType.STAGE_PROGRESS, EventType.STAGE_COMPLETED, EventType.STAGE_FAILED})

Key = tuple[str, int]


@dataclass
class TaskProjection:
    """A task computed from its log. `row` has the columns whose values the log gives, and no others.

    With `begun` False the events before were pruned; what they would say is taken as right.
    """

    begun: bool = True
    last: Event | None = None
    row: dict[str, Any] = field(default_factory=dict)
    stages: dict[str, dict[str, Any]] | None = None
    files: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
    after: Sequence[str] = ()
    tags: Sequence[str] | None = None
    """None where the log does not say: its events were pruned."""
    running_stages: set[str] = field(default_factory=set)

    def take(self, event: Event) -> Iterator[str]:
        """Take the next event and return what is wrong with it, as sentences."""
        yield from self._illegal(event) if self.last else self._first(event)
        self._project(event)
        self.last = event

    def _first(self, event: Event) -> Iterator[str]:
        if self.begun and event.type != EventType.TASK_SUBMITTED:
            yield f"its log begins with {event.type}, not with task.submitted"

    def _illegal(self, event: Event) -> Iterator[str]:
        last = self.last
        assert last is not None
        rule = RULES.get(event.type)
        if rule is None:
            yield f"{event.type} does not come here" if event.type in set(EventType) else f"there is no event type {event.type}"
            return
        allowed, outcomes = rule
        if last.status not in allowed:
            yield f"{event.type} came while the task was {last.status}"
        if last.type == EventType.TASK_DELETED and event.type != EventType.TASK_UNDELETED:
            yield f"{event.type} came after task.deleted"
        if event.type == EventType.TASK_UNDELETED and last.type != EventType.TASK_DELETED:
            yield f"task.undeleted came after {last.type}"
        if event.status not in (outcomes or {last.status}):
            yield f"{event.type} says that the task is {event.status}"
        yield from self._attempt(event, last)
        yield from self._progress(event, last)
        if self.stages is not None and event.type in OF_A_RUNNING_STAGE and event.stage not in self.running_stages:
            yield f"{event.type} of the stage {event.stage}, which does not run"

    def _attempt(self, event: Event, last: Event) -> Iterator[str]:
        expected = last.attempt + (event.type == EventType.TASK_STARTED)
        if event.attempt != expected:
            yield f"{event.type} is of attempt {event.attempt}, and {expected} is on"

    def _progress(self, event: Event, last: Event) -> Iterator[str]:
        if event.type == EventType.TASK_STARTED:
            if event.progress != 0:
                yield f"attempt {event.attempt} starts with progress {event.progress}"
        elif (event.progress or 0.0) < (last.progress or 0.0):
            yield f"{event.type} takes the progress back from {last.progress} to {event.progress}"
        elif event.progress == 1 and event.type != EventType.TASK_COMPLETED and last.status != "completed":
            yield f"{event.type} says 1.0, which only task.completed may"

    def _project(self, event: Event) -> None:
        self.row |= {name: getattr(event, name) for name in ("status", "stage", "progress", "message", "attempt")}
        if event.type == EventType.TASK_STARTED:
            self.stages, self.running_stages = {}, set()
            self.row.pop("lease_expires_at", None)  # renewed without a word in the log
        elif event.type == EventType.TASK_RETRIED:
            self.row.pop("attempts_left", None)
        elif event.type == EventType.TASK_SUBMITTED:
            self.stages, self.assets, self.after = {}, event.data.get("assets", {}), event.data.get("after", ())
            self.tags = ()
        elif event.type == EventType.TASK_TAGGED:
            self.tags = event.data.get("tags", ())
        if self.stages is not None:
            merge(self.stages, stage_patch(event.type, event.stage, event.stage_progress, event.data, event.at))
        if event.type == EventType.STAGE_STARTED:
            self.running_stages.add(event.stage or "")
        elif event.type in (EventType.STAGE_COMPLETED, EventType.STAGE_FAILED):
            self.running_stages.discard(event.stage or "")
        for file in event.data.get("files", ()) if event.type in (EventType.SCENE_RENDERED, EventType.ARTIFACT_CREATED) else ():
            self.files[file["kind"], file["position"]] = file
        self.row |= _columns(event, self.row)


def merge(target: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Apply a JSON merge patch (RFC 7396) in place: null removes."""
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, Mapping):
            if not isinstance(target.get(name), dict):
                target[name] = {}
            merge(target[name], value)
        else:
            target[name] = value


def _columns(event: Event, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that this event changes, beyond those that every event carries."""
    no_error = dict.fromkeys(("error_code", "error_message", "error_hint", "error_stage"))
    no_lease = dict.fromkeys(("worker_id", "lease_expires_at"))
    nothing_asked = {"cancel_requested_at": None}
    no_hold = {"hold_reason": None}
    match event.type:
        case EventType.TASK_SUBMITTED:
            submitted = {name: event.data[name] for name in ("kind", "title", "format", "priority") if name in event.data}
            empty = {"started_at": None, "finished_at": None, "deleted_at": None}
            submitted |= {name: event.data.get(name) for name in ("run_at", "lock", "unique_key", "schedule_id", "hold_reason")}
            submitted |= _rank(event.at, submitted["run_at"], submitted.get("priority"))
            return submitted | {"created_at": event.at} | empty | no_error | no_lease | nothing_asked
        case EventType.TASK_PRIORITY_CHANGED:
            priority = event.data.get("priority")
            return {"priority": priority} | _rank(before.get("created_at"), before.get("run_at"), priority)
        case EventType.TASK_RESCHEDULED:
            run_at = event.data.get("run_at")
            return {"run_at": run_at} | _rank(before.get("created_at"), run_at, before.get("priority"))
        case EventType.TASK_HELD:
            return {"hold_reason": event.data.get("code")}
        case EventType.TASK_RELEASED:
            return no_hold
        case EventType.TASK_STARTED:
            first = {"started_at": before["started_at"] or event.at} if "started_at" in before else {}
            return first | {"worker_id": event.data.get("worker"), "finished_at": None} | no_error | no_hold
        case EventType.TASK_REQUEUED:
            return no_lease
        case EventType.TASK_CANCELLING:
            return {"cancel_requested_at": event.at}
        case EventType.ATTEMPT_LOST:
            # One whose cancelling was asked for ends, and what it has left is left as it is.
            left = {} if before.get("cancel_requested_at") else {"attempts_left": event.data.get("attempts_left")}
            return left | (no_lease if event.status == "queued" else {})
        case EventType.TASK_COMPLETED | EventType.TASK_CANCELLED:
            return {"finished_at": event.at} | no_lease | nothing_asked | no_hold
        case EventType.TASK_FAILED:
            error = {f"error_{name}": event.data.get(name) for name in ("code", "message", "hint", "stage")}
            return {"finished_at": event.at} | error | no_lease | nothing_asked | no_hold
        case EventType.TASK_RETRIED:
            hold = {"hold_reason": event.data.get("hold_reason")}
            return {"started_at": None, "finished_at": None} | no_error | nothing_asked | hold
        case EventType.ATTEMPT_FAILED:
            return {"attempts_left": event.data.get("attempts_left")} | no_lease
        case EventType.TASK_DELETED:
            return {"deleted_at": event.at}
        case EventType.TASK_UNDELETED:
            return {"deleted_at": None}
    return {}


def _rank(created_at: Any, run_at: Any, priority: Any) -> dict[str, int]:
    """Return the column `queue_rank`; nothing where the events that say it were pruned, or are damaged."""
    try:
        return {"queue_rank": queue_rank(created_at, run_at, priority)}
    except (TypeError, ValueError):
        return {}
