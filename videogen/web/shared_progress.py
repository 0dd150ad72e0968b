"""How far a shared video is: what whoever has the link may see of its task, as JSON and as a stream.

The stream is that of the task, of which only the cursors, the ends and the signs of life are passed on: for each group of events it has the
task's public state. So no text of the script, no message of an error and no name of a file gets out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from models import clock
from models.errors import ShareNotFound
from videogen.streams.framing import frame

PASSED_ON = ("reset", "end")
State = dict[str, Any]


def public_state(task: State) -> State:
    """Return what of a task's JSON whoever has a link to its video may see."""
    stages = [{name: stage[name] for name in ("label", "status", "progress")} for stage in task["stages"]]
    current = next((stage["label"] for stage in stages if stage["status"] == "running"), None)
    shown = ("title", "status", "label", "progress", "finished", "elapsed_s", "remaining_s")
    return {name: task[name] for name in shown} | {"summary": current or task["label"], "stages": stages}


def public_frames(chunks: Iterable[bytes], state: Callable[[], State]) -> Iterator[bytes]:
    """Yield a task's stream with its public state in place of its events. It ends when `state` raises ShareNotFound: it was revoked."""
    rest = b""
    for chunk in chunks:
        *frames, rest = (rest + chunk).split(b"\n\n")
        try:
            passed = b"".join(_translated(frames, state))
        except ShareNotFound as error:
            yield frame({"code": error.code, "title": error.title}, name="problem")
            return
        if passed:
            yield passed


def _translated(frames: Iterable[bytes], state: Callable[[], State]) -> Iterator[bytes]:
    last_id = ""
    for lines in frames:
        fields = dict(line.partition(": ")[::2] for line in lines.decode("utf-8", "replace").split("\n"))
        name, last_id = fields.get("event", ""), fields.get("id", last_id)
        if name == "end" and last_id:
            yield _message(last_id, state())
            last_id = ""
        if name == "hello":
            heartbeat_s = json.loads(fields["data"])["heartbeat_s"]
            yield frame({"now": clock.now(), "heartbeat_s": heartbeat_s, "task": state()}, name=name)
        elif name == "heartbeat":
            state()
            yield frame({"now": clock.now()}, name=name)
        elif name == "problem":
            yield frame({"code": json.loads(fields["data"])["code"]}, name=name)
        elif name in PASSED_ON or "retry" in fields:
            yield lines + b"\n\n"
    if last_id:
        yield _message(last_id, state())


def _message(id: str, state: State) -> bytes:
    """Return a message with a state, in the fields that events of the log have, too."""
    data = {"remaining_s": state["remaining_s"]}
    return frame({"status": state["status"], "progress": state["progress"], "message": state["summary"], "data": data}, id=id)
