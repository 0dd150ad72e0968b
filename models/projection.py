"""What the log of a task says: its events folded into what its row must be, and each of them held against what may come when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.event import Event, EventType, stage_patch
from models.task import FINISHED

# What an event makes of a task's status, and from which it may come. None as the outcome: the status stays.
QUEUED, RUNNING, ENDED = frozenset({"queued"}), frozenset({"running"}), frozenset({"failed", "cancelled"})
RULES: Mapping[str, tuple[frozenset[str], frozenset[str] | None]] = {
    EventType.TASK_HELD: (QUEUED, None),
    EventType.TASK_RELEASED: (QUEUED, None),
    EventType.TASK_STARTED: (QUEUED, RUNNING),
    EventType.TASK_REQUEUED: (RUNNING, QUEUED),
    EventType.TASK_STALLED: (RUNNING, None),
    EventType.TASK_CANCELLING: (RUNNING, None),
    EventType.TASK_CANCELLED: (QUEUED | RUNNING, frozenset({"cancelled"})),
    EventType.TASK_COMPLETED: (RUNNING, frozenset({"completed"})),
    EventType.TASK_FAILED: (RUNNING, frozenset({"failed"})),
    EventType.TASK_RETRIED: (ENDED, QUEUED),
    EventType.TASK_WARNING: (RUNNING, None),
    EventType.TASK_DELETED: (FINISHED, None),
    EventType.TASK_UNDELETED: (FINISHED, None),
    # The attempt that was the last one is followed by task.failed, one whose cancelling was asked for by task.cancelled.
    EventType.ATTEMPT_LOST: (RUNNING, QUEUED | RUNNING),
    EventType.STAGE_STARTED: (RUNNING, None),
    EventType.STAGE_PROGRESS: (RUNNING, None),
    EventType.STAGE_COMPLETED: (RUNNING, None),
    EventType.STAGE_FAILED: (RUNNING, None),
    EventType.SCENE_RENDERED: (RUNNING, None),
    EventType.ARTIFACT_CREATED: (RUNNING, None),
}
OF_A_RUNNING_STAGE = frozenset({EventType.STAGE_PROGRESS, EventType.STAGE_COMPLETED, EventType.STAGE_FAILED})

Key = tuple[str, int]


@dataclass
class TaskProjection:
    """A task as its log tells it. `row` has what the log says of a column; a column of which it says nothing is not there.

    `begun` False: the log begins in the middle, since what came before was pruned; what is not known then is taken as right.
    """

    begun: bool = True
    last: Event | None = None
    row: dict[str, Any] = field(default_factory=dict)
    stages: dict[str, dict[str, Any]] | None = None
    files: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)
    running_stages: set[str] = field(default_factory=set)

    def take(self, each: Event) -> Iterator[str]:
        """Take the next event in; gives what is wrong with it, as sentences."""
        yield from self._illegal(each) if self.last else self._first(each)
        self._project(each)
        self.last = each

    def _first(self, each: Event) -> Iterator[str]:
        if self.begun and each.type != EventType.TASK_SUBMITTED:
            yield f"its log begins with {each.type}, not with task.submitted"

    def _illegal(self, each: Event) -> Iterator[str]:
        last = self.last
        assert last is not None
        rule = RULES.get(each.type)
        if rule is None:
            yield f"{each.type} does not come here" if each.type in set(EventType) else f"there is no event type {each.type}"
            return
        allowed, outcomes = rule
        if last.status not in allowed:
            yield f"{each.type} came while the task was {last.status}"
        if last.type == EventType.TASK_DELETED and each.type != EventType.TASK_UNDELETED:
            yield f"{each.type} came after task.deleted"
        if each.type == EventType.TASK_UNDELETED and last.type != EventType.TASK_DELETED:
            yield f"task.undeleted came after {last.type}"
        if each.status not in (outcomes or {last.status}):
            yield f"{each.type} says that the task is {each.status}"
        yield from self._attempt(each, last)
        yield from self._progress(each, last)
        if self.stages is not None and each.type in OF_A_RUNNING_STAGE and each.stage not in self.running_stages:
            yield f"{each.type} of the stage {each.stage}, which does not run"

    def _attempt(self, each: Event, last: Event) -> Iterator[str]:
        expected = last.attempt + (each.type == EventType.TASK_STARTED)
        if each.attempt != expected:
            yield f"{each.type} is of attempt {each.attempt}, and {expected} is on"

    def _progress(self, each: Event, last: Event) -> Iterator[str]:
        if each.type == EventType.TASK_STARTED:
            if each.progress != 0:
                yield f"attempt {each.attempt} starts with progress {each.progress}"
        elif (each.progress or 0.0) < (last.progress or 0.0):
            yield f"{each.type} takes the progress back from {last.progress} to {each.progress}"
        elif each.progress == 1 and each.type != EventType.TASK_COMPLETED and last.status != "completed":
            yield f"{each.type} says 1.0, which only task.completed may"

    def _project(self, each: Event) -> None:
        self.row |= {name: getattr(each, name) for name in ("status", "stage", "progress", "message", "attempt")}
        if each.type == EventType.TASK_STARTED:
            self.stages, self.running_stages = {}, set()
            self.row.pop("lease_expires_at", None)  # renewed without a word in the log
        elif each.type == EventType.TASK_RETRIED:
            self.row.pop("attempts_left", None)
        elif each.type == EventType.TASK_SUBMITTED:
            self.stages, self.assets = {}, each.data.get("assets", {})
        if self.stages is not None:
            merge(self.stages, stage_patch(each.type, each.stage, each.stage_progress, each.data, each.at))
        if each.type == EventType.STAGE_STARTED:
            self.running_stages.add(each.stage or "")
        elif each.type in (EventType.STAGE_COMPLETED, EventType.STAGE_FAILED):
            self.running_stages.discard(each.stage or "")
        for file in each.data.get("files", ()) if each.type in (EventType.SCENE_RENDERED, EventType.ARTIFACT_CREATED) else ():
            self.files[file["kind"], file["position"]] = file
        self.row |= _columns(each, self.row)


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


def _columns(each: Event, before: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that this event changes, beyond those that every event carries."""
    no_error = dict.fromkeys(("error_code", "error_message", "error_hint", "error_stage"))
    no_lease = dict.fromkeys(("worker_id", "lease_expires_at"))
    nothing_asked = {"cancel_requested_at": None}
    no_hold = {"hold_reason": None}
    match each.type:
        case EventType.TASK_SUBMITTED:
            said = {name: each.data[name] for name in ("title", "format", "priority") if name in each.data}
            empty = {"started_at": None, "finished_at": None, "deleted_at": None}
            return said | {"created_at": each.at} | empty | no_error | no_lease | nothing_asked | no_hold
        case EventType.TASK_HELD:
            return {"hold_reason": each.data.get("code")}
        case EventType.TASK_RELEASED:
            return no_hold
        case EventType.TASK_STARTED:
            first = {"started_at": before["started_at"] or each.at} if "started_at" in before else {}
            return first | {"worker_id": each.data.get("worker"), "finished_at": None} | no_error | no_hold
        case EventType.TASK_REQUEUED:
            return no_lease
        case EventType.TASK_CANCELLING:
            return {"cancel_requested_at": each.at}
        case EventType.ATTEMPT_LOST:
            # One whose cancelling was asked for ends, and what it has left is left as it is.
            left = {} if before.get("cancel_requested_at") else {"attempts_left": each.data.get("attempts_left")}
            return left | (no_lease if each.status == "queued" else {})
        case EventType.TASK_COMPLETED | EventType.TASK_CANCELLED:
            return {"finished_at": each.at} | no_lease | nothing_asked | no_hold
        case EventType.TASK_FAILED:
            error = {f"error_{name}": each.data.get(name) for name in ("code", "message", "hint", "stage")}
            return {"finished_at": each.at} | error | no_lease | nothing_asked
        case EventType.TASK_RETRIED:
            return {"started_at": None, "finished_at": None} | no_error | nothing_asked
        case EventType.TASK_DELETED:
            return {"deleted_at": each.at}
        case EventType.TASK_UNDELETED:
            return {"deleted_at": None}
    return {}
