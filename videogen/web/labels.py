"""What statuses, stages, actions and events are called, which actions a task allows, and what each event changes in a task that is shown.

The only place of these rules: templates ask this module, the browser gets them in each task's JSON and from `GET /api/labels`. How times
and sizes are written is in static/js/formats.js as well, since they change every second; a test holds both together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from models import clock as clock_of
from models.errors import KindMissing, QueueFull
from models.event import EventType, stage_patch
from models.schedule import MISSED, STILL_UNFINISHED
from models.task_table import WAITING, WAITING_FOR_TASKS
from videogen import PROGRAM
from videogen.config import Settings
from videogen.kinds import registry
from videogen.kinds.kind import KindLabels
from videogen.kinds.video import VIDEO
from videogen.processes.liveness import starts_workers
from videogen.web.phrases import Formats, fill

Shape = Mapping[str, Any]
"""A task, or an event, in the API's shape."""


class State(NamedTuple):
    """How a task of one status is shown.

    `summary` says what is happening; None: the task's message does. `row` and `times` are phrases: what a list says beside the status, and
    the times below the progress bar. `progress` is False where what an earlier attempt reached is not shown. `suggested` is the action that
    most people want next: `retry`, or `edit` for a new task from the same script.
    """

    label: str
    allowed: tuple[str, ...]
    finished: bool = False
    progress: bool = True
    summary: str | None = None
    suggested: str | None = None
    row: tuple[str, ...] = ("{summary}",)
    times: tuple[str, ...] = ("took {elapsed_s|duration}", "attempt {attempt>1}")


RUNNING = State(
    VIDEO.labels.running,
    ("cancel",),
    row=("{progress|percent}", "{summary}", "{remaining_s|remaining}"),
    times=("{elapsed_s|clock} elapsed", "{remaining_s|remaining}", "attempt {attempt>1}"),
)
WAITS = ("starts in {starts_in_s|countdown}", "next try in {retry_in_s|countdown}", "attempt {attempt>1}")
STATES: Mapping[str, State] = {
    "queued": State(
        "Queued",
        ("cancel",),
        progress=False,
        times=("starts in {starts_in_s|countdown}", "next try in {retry_in_s|countdown}", "attempt {attempt>1}"),
    ),
    "running": RUNNING,
    "completed": State("Done", ("delete",), finished=True, summary=VIDEO.labels.completed, row=(VIDEO.labels.took,)),
    "failed": State("Failed", ("retry", "delete"), finished=True, suggested="retry"),
    "cancelled": State("Cancelled", ("retry", "delete"), finished=True, summary="Cancelled", suggested="retry", row=()),
    "cancelling": RUNNING._replace(allowed=(), summary="Cancelling"),
}
"""By status, of videos; a running task that somebody asked to cancel is `cancelling`."""
STATUS = {name: state.label for name, state in STATES.items() if name != "cancelling"}

ACTIONS = {"cancel": "Cancel", "retry": "Try again", "edit": "Edit and make again", "delete": "Delete", "undelete": "Undo"}
OUTCOMES = {
    "running": "in progress",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "requeued": "requeued",
    "lost": "lost",
}
EMPTY_MESSAGES = {"running": "Starting", "failed": VIDEO.labels.failed, "queued": WAITING}
"""What a status says whose message is empty."""

STALLED = "No progress for over a minute, though the worker is alive. If the step hangs, it is stopped and you are told why."
SILENT = "The worker has given no sign for {since_worker_s|duration}. If it is lost, another attempt begins by itself."
DISK_LOW = "The disk is nearly full, so no video is started. Free some space or delete old videos: this one then starts by itself."
WORKER_STARTS = "A worker is starting"
KIND_MISSING = "No worker knows this kind of task. Install the package that brings it and restart the workers: it then starts by itself."


SKIPPED = {
    STILL_UNFINISHED: "its task before had not ended",
    MISSED: "its time was missed, as no server ran",
    QueueFull.code: "the queue was full",
}
"""Why a time of a schedule gave no task, by its code."""


class EventLabel(NamedTuple):
    """What the log of a task says of an event: the first of `text` that can be filled, and all of `details` that can."""

    text: tuple[str, ...]
    details: tuple[str, ...] = ()


REASON = ("{reason}",)
EVENTS: Mapping[str, EventLabel] = {
    EventType.TASK_SUBMITTED: EventLabel(("Submitted",)),
    EventType.TASK_PRIORITY_CHANGED: EventLabel(("Priority changed to {priority}", "Priority changed"), ("before {before}",)),
    EventType.TASK_RESCHEDULED: EventLabel(("Start moved to {run_at}", "Starts at once")),
    EventType.TASK_TAGGED: EventLabel(("Tags changed",)),
    EventType.TASK_STARTED: EventLabel(("Started",), ("attempt {attempt>1}",)),
    EventType.TASK_REQUEUED: EventLabel(("Requeued",), REASON),
    EventType.TASK_STALLED: EventLabel(("No progress for a while",)),
    EventType.TASK_RETRIED: EventLabel(("Queued again",)),
    EventType.TASK_WARNING: EventLabel(("{message}", "Warning"), ("{hint}",)),
    EventType.TASK_DELETED: EventLabel(("Deleted",)),
    EventType.TASK_UNDELETED: EventLabel(("Deletion undone",)),
    EventType.ATTEMPT_LOST: EventLabel(("Attempt {attempt} lost",), REASON),
    EventType.ATTEMPT_FAILED: EventLabel(("Attempt {attempt} failed",), ("{message}",)),
    EventType.STAGE_STARTED: EventLabel(("Started",)),
    EventType.STAGE_PROGRESS: EventLabel(("{message}", "In progress"), ("{done} of {of}",)),
    EventType.STAGE_COMPLETED: EventLabel(("Done",), ("{made>0} made", "{reused>0} reused")),
    EventType.STAGE_FAILED: EventLabel(("{message}", "Failed")),
    EventType.ITEM_COMPLETED: EventLabel(("Item {position} of {of}", "Item {position}", "Item"), ("{title}", "{reused?reused}")),
    EventType.SCENE_RENDERED: EventLabel(("Scene {position} of {of}", "Scene {position}", "Scene"), ("{title}", "{reused?reused}")),
    EventType.ARTIFACT_CREATED: EventLabel(("File ready: {kind|artifact}", "File ready")),
}
OTHER = EventLabel(("{message}", "{type}"))
DAMAGED = EventLabel(("A damaged entry",), ("{type}",))

AT = "{at}"
DATA = "{data}"
"""In what an event changes: the event's own time, and all of its data."""
WAITING_STAGE: dict[str, Any] = dict.fromkeys(("started_at", "finished_at", "remaining_s", "made", "reused")) | {
    "status": "waiting",
    "progress": 0.0,
}
BEGINS_ANEW: dict[str, Any] = {"not_before": None, "finished_at": None, "remaining_s": None, "error": None, "warnings": []}
ENDS: dict[str, Any] = {"finished_at": AT, "remaining_s": None, "cancel_requested": False}
CHANGES: Mapping[str, dict[str, Any]] = {
    EventType.TASK_STARTED: BEGINS_ANEW | {"stage": None},
    EventType.TASK_REQUEUED: {"cancel_requested": False},
    EventType.TASK_STALLED: {"stalled": True},
    EventType.TASK_CANCELLING: {"cancel_requested": True},
    EventType.TASK_COMPLETED: ENDS,
    EventType.TASK_CANCELLED: ENDS,
    EventType.TASK_FAILED: ENDS | {"error": DATA},
    EventType.TASK_RETRIED: BEGINS_ANEW,
    EventType.TASK_DELETED: {"deleted": True},
    EventType.TASK_UNDELETED: {"deleted": False},
}
"""What an event changes in its task's JSON, beyond the fields that every event carries."""
ONLY_THE_STATE_TELLS = (
    EventType.TASK_WARNING,
    EventType.TASK_PRIORITY_CHANGED,
    EventType.TASK_RESCHEDULED,
    EventType.TASK_HELD,
    EventType.TASK_RELEASED,
    EventType.TASK_RETRIED,
    EventType.ATTEMPT_LOST,
    EventType.ATTEMPT_FAILED,
)


def document(settings: Settings) -> dict[str, Any]:
    """Return all labels and rules as JSON for the browser: `GET /api/labels`."""
    return {
        "states": {name: state._asdict() for name, state in STATES.items()},
        "empty_messages": EMPTY_MESSAGES,
        "kinds": {name: kind_document(name) for name in registry.installed().kinds},
        "stages": kind_document(VIDEO.name)["stages"],
        "actions": ACTIONS,
        "artifacts": all_artifacts(),
        "events": {type.value: event_rule(type) for type in EventType},
        "other_event": OTHER._asdict(),
        "damaged_event": DAMAGED._asdict(),
        "waiting_stage": WAITING_STAGE,
        "troubles": [
            {"field": "since_worker_s", "over_s": settings.lease_s, "text": SILENT},
            {"field": "since_event_s", "over_s": settings.stall_s, "text": STALLED},
        ],
    }


def page_document(settings: Settings) -> dict[str, Any]:
    """Return the document as pages carry it: without what event rules and states of kinds repeat, which static/js/labels.js adds again."""
    whole = document(settings)
    default = event_rule(EventType.TASK_SUBMITTED)
    return whole | {
        "event_defaults": default,
        "events": {name: _differing(rule, default) for name, rule in whole["events"].items()},
        "kinds": {
            name: kind | {"states": {status: _differing(state, whole["states"][status]) for status, state in kind["states"].items()}}
            for name, kind in whole["kinds"].items()
        },
    }


def _differing(values: Mapping[str, Any], default: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != default[name]}


def kind_document(name: str) -> dict[str, Any]:
    """Return what differs for tasks of an installed kind."""
    kind = registry.find(name)
    return {
        "label": kind.label,
        "states": {status: state._asdict() for status, state in kind_states(name).items()},
        "empty_messages": {"failed": kind.labels.failed},
        "stages": [{"name": stage.name, "label": stage.label, "weight": stage.weight} for stage in kind.stages],
        "artifacts": dict(kind.artifacts),
    }


def kind_states(name: str) -> dict[str, State]:
    """Return the states that replace those of videos for tasks of another kind: a row of a list begins with the kind."""
    if name == VIDEO.name:
        return {}
    shown = labels_of(name)
    changes: dict[str, dict[str, Any]] = {
        "running": {"label": shown.running},
        "cancelling": {"label": shown.running},
        "completed": {"summary": shown.completed, "row": (shown.took,)},
    }
    states = {status: state._replace(**changes.get(status, {})) for status, state in STATES.items()}
    return {status: state._replace(row=(kind_label(name), *state.row)) for status, state in states.items()}


def labels_of(name: str) -> KindLabels:
    """Return the labels of a kind, also of one that is not installed."""
    kind = registry.look_up(name)
    return kind.labels if kind else KindLabels()


def kind_label(name: str) -> str:
    """Return what tasks of a kind are called."""
    kind = registry.look_up(name)
    return kind.label if kind else name


def all_artifacts() -> dict[str, str]:
    """Return the labels of all kinds of files. Videos win where two kinds of task use a name."""
    names: dict[str, str] = {}
    for kind in registry.installed().kinds.values():
        names = {**kind.artifacts, **names}
    return names


def event_rule(type: EventType) -> dict[str, Any]:
    """Return the label of events of this type, and what they change in a task.

    `task` and `stage` are merged into the task and into the event's stage; `copies` and `stage_copies` are fields of the event's data that
    replace those of the same name; `resets_stages` puts all stages back; `refresh` says that the task's JSON has to be fetched.
    """
    stage = stage_patch(type, "stage", None, {}, AT).get("stage", {})
    return EVENTS.get(type, OTHER)._asdict() | {
        "task": {"stalled": False} | CHANGES.get(type, {}),
        "stage": stage,
        "copies": ["language", "length_s"] if type == EventType.STAGE_COMPLETED else ["tags"] if type == EventType.TASK_TAGGED else [],
        "stage_copies": ["remaining_s"] + (["made", "reused"] if type == EventType.STAGE_COMPLETED else []),
        "resets_stages": type in (EventType.TASK_STARTED, EventType.TASK_RETRIED),
        "refresh": type in ONLY_THE_STATE_TELLS,
    }


def state(task: Shape) -> State:
    """Return how this task is shown."""
    status = "cancelling" if task["status"] == "running" and task.get("cancel_requested") else task["status"]
    return kind_states(task.get("kind", VIDEO.name)).get(status, STATES[status])


def described(task: Shape) -> dict[str, Any]:
    """Return the fields of a task's JSON that say how it is shown."""
    shown = state(task)
    return {
        "label": shown.label,
        "allowed": list(shown.allowed),
        "suggested": _suggested(task, shown),
        "finished": shown.finished,
        "summary": summary(task),
    }


def _suggested(task: Shape, shown: State) -> str | None:
    """Return the action that most people want next. Without a script there is nothing to edit."""
    if task["status"] == "failed" and (task.get("error") or {}).get("retryable") is False:
        return "edit" if task.get("kind", VIDEO.name) == VIDEO.name else None
    return shown.suggested


def summary(task: Shape) -> str:
    """Return what is happening, in one sentence."""
    if task.get("damaged"):
        return str((task.get("error") or {}).get("message"))
    if task["status"] == "queued":
        return _waiting_for(task)
    message = (task.get("error") or {}).get("message") if task["status"] == "failed" else task.get("message")
    return state(task).summary or str(message or _empty_message(task))


def _empty_message(task: Shape) -> str:
    return labels_of(task.get("kind", VIDEO.name)).failed if task["status"] == "failed" else EMPTY_MESSAGES[task["status"]]


def _waiting_for(task: Shape) -> str:
    position = task.get("queue_position")
    if task.get("workers_alive") == 0 and not starts_workers():
        return f"No worker is running: start one with `{PROGRAM} worker`"
    if task.get("message") not in (None, "", WAITING):
        return str(task["message"])  # why it waits, or waits again
    if task.get("starts_in_s"):
        return f"Starts at {str(task['run_at'])[:16].replace('T', ' ')} UTC"
    if task.get("workers_alive") == 0:
        return WORKER_STARTS
    if position == 1:
        return "Next in line"
    if position is not None and position > 1:
        return f"{ordinal(position)} in line"
    return WAITING


def trouble(task: Shape) -> str | None:
    """Return what is wrong though nothing has failed, or None."""
    if task.get("hold_reason") and task["hold_reason"] != WAITING_FOR_TASKS:
        return KIND_MISSING if task["hold_reason"] == KindMissing.code else DISK_LOW
    return STALLED if task.get("stalled") and not task.get("cancel_requested") else None


def row(task: Shape) -> str:
    """Return what a row of a list says beside the task's status."""
    return " · ".join(fill(("{summary}",) if task.get("damaged") else state(task).row, task, FORMATS))


def times(task: Shape) -> str:
    """Return the times below a task's progress bar."""
    return " · ".join(fill(state(task).times, task, FORMATS))


def event(event: Shape) -> tuple[str, str]:
    """Return what the log says of an event: what happened, and details."""
    data = event.get("data") or {}
    label = DAMAGED if data.get("damaged") else EVENTS.get(event["type"], OTHER)
    values = {**event, **{name: value for name, value in data.items() if value is not None}}
    return next(iter(fill(label.text, values, FORMATS)), str(event["type"])), ", ".join(fill(label.details, values, FORMATS))


def attempt(attempt: Shape) -> str:
    """Return how an attempt went."""
    outcome, seconds = attempt["outcome"], None
    if attempt["ended_at"]:
        seconds = clock_of.seconds_between(attempt["started_at"], attempt["ended_at"])
    after = "" if seconds is None else f" {'in' if outcome == 'completed' else 'after'} {duration(seconds)}"
    at = f", at {percent(attempt['progress'])}" if attempt["progress"] and outcome not in ("completed", "running") else ""
    return f"{OUTCOMES[outcome]}{after}{at}{': ' + attempt['reason'] if attempt['reason'] else ''}"


def empty_list(status: str | None, q: str | None, kind: str | None = None, tag: str | None = None) -> str:
    """Return what a list without a row says."""
    if tag and not q:
        return f"No task like this has the tag “{tag}”."
    if kind and kind != VIDEO.name:
        return f"There is no task “{kind_label(kind)}” like this."
    if q:
        return f"No {f'video that is “{STATUS[status]}”' if status else 'video'} has “{q}” in its title or script."
    return f"No video is “{STATUS[status]}”." if status else "No videos yet. Write a script, and make the first one."


def duration(seconds: float) -> str:
    """Write seconds as 0.4 s, 12 s, 1 min 12 s, 2 h 05 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = math.floor(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    minutes = math.floor(whole / 60 + 0.5)
    return f"{minutes // 60} h {minutes % 60:02} min"


def clock(seconds: float) -> str:
    """Write seconds as a player does: 0:07, 1:12, 1:02:03."""
    whole = max(0, math.floor(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def countdown(seconds: float) -> str:
    """Write seconds that are left: whole ones, a minute or more as `duration` does."""
    return duration(math.ceil(seconds)) if seconds > 60 else f"{math.ceil(seconds)} s"


def remaining(seconds: float) -> str:
    """Write the estimate of the remaining time, rounded to its precision."""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 60:
        return f"about {math.ceil(seconds / 5) * 5} s left"
    if seconds < 3600:
        return f"about {math.ceil(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"


def size(count: float) -> str:
    """Write bytes as 512 B, 1.5 kB, 12 MB."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.5:
            return f"{count:.1f} {unit}" if count < 9.95 else f"{math.floor(count + 0.5)} {unit}"
    return f"{math.floor(count / 1000 + 0.5)} TB"


def ordinal(n: int) -> str:
    """Write 1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def percent(fraction: float) -> str:
    """Write a fraction as 52 %; never 100 % before it is 1."""
    return f"{math.floor(fraction * 100)} %"


def artifact(kind: str) -> str:
    """Return what an artifact of this kind is called."""
    return all_artifacts().get(kind, kind)


def artifact_of(task_kind: str, kind: str) -> str:
    """Return what an artifact of this kind is called that a task of the kind `task_kind` has made."""
    task_kind_known = registry.look_up(task_kind)
    return (task_kind_known.artifacts if task_kind_known else {}).get(kind, kind)


FORMATS: Formats = {
    "duration": duration,
    "clock": clock,
    "countdown": countdown,
    "remaining": remaining,
    "percent": percent,
    "artifact": artifact,
}
