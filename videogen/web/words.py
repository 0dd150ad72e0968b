"""Times, sizes and states in words, for what the server draws. static/js/words.js says the same; a test holds them together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from models import clock as clock_of
from videogen import PROGRAM

Shape = Mapping[str, Any]
"""A task, or an event, in the API's shape."""

WAITING = "Waiting for a worker"
STATUS = {"queued": "Queued", "running": "Rendering", "completed": "Done", "failed": "Failed", "cancelled": "Cancelled"}

OUTCOMES = {
    "running": "goes on",
    "completed": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "requeued": "put back",
    "lost": "lost",
}

STALLED = "Nothing new for over a minute, though the worker is alive. If the step hangs it is stopped and you are told why."
"""What a running task says when nothing is heard of its maker."""


HELD_BACK = "Waiting for room on the disk"
NO_ROOM = "The disk is nearly full, so no video is started. Free some space or delete old videos: this one then starts by itself."
"""What a waiting task says when it could be started and the disk has no room."""


def nothing(status: str | None, q: str | None) -> str:
    """What a list without a row says."""
    if q:
        return f"No {f'video that is “{STATUS[status]}”' if status else 'video'} has “{q}” in its title or script."
    return f"No video is “{STATUS[status]}”." if status else "No videos yet. Write a script, and make the first one."


def duration(seconds: float) -> str:
    """Seconds as 0.4 s, 12 s, 1 min 12 s, 2 h 05 min."""
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
    """Seconds as on a player: 0:07, 1:12, 1:02:03."""
    whole = max(0, math.floor(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def remaining(seconds: float) -> str:
    """What is left, no more exact than it can be known."""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 60:
        return f"about {math.ceil(seconds / 5) * 5} s left"
    if seconds < 3600:
        return f"about {math.ceil(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"


def size(count: float) -> str:
    """Bytes as 512 B, 1.5 kB, 12 MB."""
    if count < 1000:
        return f"{count:.0f} B"
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.5:
            return f"{count:.1f} {unit}" if count < 9.95 else f"{math.floor(count + 0.5)} {unit}"
    return f"{math.floor(count / 1000 + 0.5)} TB"


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def percent(fraction: float) -> str:
    """A fraction as 52 %; never 100 % before it is 1."""
    return f"{math.floor(fraction * 100)} %"


def waiting(task: Shape) -> str:
    """What a waiting task waits for."""
    position = task.get("queue_position")
    if task.get("workers_alive") == 0:
        return f"No worker is running: start one with `{PROGRAM} worker`"
    if task.get("message") not in (None, "", WAITING):
        return str(task["message"])  # why it waits, or waits again
    if position == 1:
        return "Next in line"
    if position is not None and position > 1:
        return f"{ordinal(position)} in line"
    return WAITING


def trouble(task: Shape) -> str:
    """What is wrong though nothing has failed, as far as the state tells."""
    if task["status"] == "queued" and task.get("message") == HELD_BACK:
        return NO_ROOM
    return STALLED if task.get("stalled") else ""


def next_try(seconds: float) -> str:
    """When a task that was lost is tried again."""
    return f"next try in {duration(math.ceil(seconds)) if seconds > 60 else f'{math.ceil(seconds)} s'}"


def now(task: Shape) -> str:
    """What is happening, in one sentence."""
    if task.get("damaged"):
        return str((task.get("error") or {}).get("message"))
    match task["status"]:
        case "queued":
            return waiting(task)
        case "completed":
            return "Your video is ready"
        case "failed":
            return str((task.get("error") or {}).get("message") or "The making failed")
        case "cancelled":
            return "Cancelled"
    return "Cancelling" if task.get("cancel_requested") else str(task.get("message") or "Starting")


def row(task: Shape) -> str:
    """What a row of a list says beside the task's state."""
    if task.get("damaged"):
        return now(task)
    match task["status"]:
        case "running":
            left = task.get("remaining_s")
            return f"{percent(task['progress'])} · {now(task)}" + ("" if left is None else f" · {remaining(left)}")
        case "completed":
            taken = task.get("elapsed_s")
            return "" if taken is None else f"Made in {duration(taken)}"
        case "cancelled":
            return ""
    return now(task)


def event(event: Shape) -> tuple[str, str]:
    """An event: what happened, and details. Its own `message` is the task's as of the event, so only some types are told by it."""
    if (event.get("data") or {}).get("damaged"):
        return "A damaged entry", str(event["type"])
    tell = TOLD.get(event["type"])
    return tell(event, event.get("data") or {}) if tell else (str(event.get("message") or event["type"]), "")


def attempt(attempt: Shape) -> str:
    """How an attempt went."""
    outcome, seconds = attempt["outcome"], None
    if attempt["ended_at"]:
        seconds = clock_of.seconds_between(attempt["started_at"], attempt["ended_at"])
    after = "" if seconds is None else f" {'in' if outcome == 'completed' else 'after'} {duration(seconds)}"
    at = f", at {percent(attempt['progress'])}" if attempt["progress"] and outcome not in ("completed", "running") else ""
    return f"{OUTCOMES[outcome]}{after}{at}{': ' + attempt['reason'] if attempt['reason'] else ''}"


def _progress(event: Shape, data: Shape) -> tuple[str, str]:
    counted = data.get("done") is not None and data.get("of")
    return str(event.get("message") or "Going on"), f"{data['done']} of {data['of']}" if counted else ""


def _made(event: Shape, data: Shape) -> tuple[str, str]:
    made, reused = data.get("made"), data.get("reused")
    return "Done", ", ".join(([f"{made} made"] if made else []) + ([f"{reused} reused"] if reused else []))


def _scene(event: Shape, data: Shape) -> tuple[str, str]:
    of = f" of {data['of']}" if data.get("of") else ""
    return f"Scene {data.get('position', '')}{of}", ", ".join(filter(None, (data.get("title"), "reused" if data.get("reused") else "")))


def _file(event: Shape, data: Shape) -> tuple[str, str]:
    files = data.get("files") or [{}]
    return f"File ready: {(data.get('kind') or files[0].get('kind') or '').replace('_', ' ')}", ""


TOLD: Mapping[str, Callable[[Shape, Shape], tuple[str, str]]] = {
    "task.submitted": lambda event, data: ("Submitted", ""),
    "task.started": lambda event, data: ("Started", f"attempt {event['attempt']}" if event["attempt"] > 1 else ""),
    "task.requeued": lambda event, data: ("Put back into the queue", data.get("reason") or ""),
    "task.stalled": lambda event, data: ("Nothing new for a while", ""),
    "task.retried": lambda event, data: ("Put into the queue again", ""),
    "task.warning": lambda event, data: (data.get("message") or event.get("message") or "Warning", data.get("hint") or ""),
    "task.deleted": lambda event, data: ("Deleted", ""),
    "task.undeleted": lambda event, data: ("Deletion undone", ""),
    "attempt.lost": lambda event, data: (f"Attempt {data.get('attempt') or event['attempt']} lost", data.get("reason") or ""),
    "stage.started": lambda event, data: ("Begun", ""),
    "stage.progress": _progress,
    "stage.completed": _made,
    "stage.failed": lambda event, data: (data.get("message") or event.get("message") or "Failed", ""),
    "scene.rendered": _scene,
    "artifact.created": _file,
}
