"""A kind of task of another package: what docs/kinds.md shows is installed, submitted, followed, cancelled, killed and resumed."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from models import artifact, attempt, task
from tests.conftest import Serve
from tests.kinds.conftest import install
from tests.processes.conftest import Workspace
from tests.processes.test_killed_renderers import renderers_below
from tests.support.process_state import living, until
from videogen.processes import landlock
from videogen.processes.process_group import ProcessGroup

SPY = """
import json
from pathlib import Path

from pydantic import BaseModel

from videogen.kinds import Kind, StageInfo


class Paths(BaseModel):
    paths: list[str]


def tried(path):
    try:
        Path(path).read_bytes()
    except OSError as error:
        return type(error).__name__
    return "read"


def look(job):
    with job.stage("look") as stage:
        file = job.work / "came.json"
        file.write_text(json.dumps([tried(path) for path in job.payload.paths]))
        stage.artifact("result", file, "application/json")


KIND = Kind(name="spy", label="Spy", payload=Paths, stages=(StageInfo("look", "Looking", 1.0),), handler="videogen_spy:look")
"""
BROKEN = "raise ImportError('a library of it is not there')\n"


def start_worker(workspace: Workspace) -> ProcessGroup:
    return workspace.start(sys.executable, "-m", "tests.support.cold_worker")


def submit(workspace: Workspace, **payload: Any) -> str:
    return task.submit(workspace.store, kind="primes", title="Primes", payload=payload).id


def forks_of(worker: ProcessGroup) -> set[int]:
    """Return the renderer and the process forked for the task."""
    (renderer,) = renderers_below(worker.pid)
    return {renderer, *renderers_below(renderer)}


def test_task_is_submitted_and_followed_like_a_video(known: Path, workspace: Workspace, serve: Serve) -> None:
    server = serve(heartbeat_s=5)
    kinds = {kind["name"]: kind for kind in server.client.get("/api/kinds").json()["kinds"]}
    assert [stage["name"] for stage in kinds["primes"]["stages"]] == ["count", "write"]
    assert kinds["primes"]["payload"]["properties"]["up_to"]["maximum"] == 10_000_000
    made = server.client.post("/api/tasks", json={"kind": "primes", "payload": {"up_to": 5000}}).json()
    assert (made["kind"], made["title"], made["payload"], made["format"]) == ("primes", "Prime numbers", {"up_to": 5000}, "")
    start_worker(workspace)
    types, last = follow(f"{server.url}/api/tasks/{made['id']}/stream")
    assert types[0] == "task.submitted"
    assert types[-1] == "task.completed"
    assert types.count("item.completed") == 3
    assert last["progress"] == 1.0
    shown = server.client.get(f"/api/tasks/{made['id']}").json()
    assert [stage["status"] for stage in shown["stages"]] == ["completed", "completed"]
    assert shown["summary"] == "The result is ready"
    (file,) = shown["artifacts"]
    assert file["url"] == f"/api/tasks/{made['id']}/files/result"
    assert server.client.get(file["url"]).json() == {"primes": 669}
    assert [row["id"] for row in server.client.get("/api/tasks", params={"kind": "primes"}).json()["tasks"]] == [made["id"]]
    assert server.client.get("/api/tasks", params={"kind": "video"}).json()["tasks"] == []
    for address in (f"/tasks/{made['id']}", "/tasks"):
        assert "Prime numbers" in server.client.get(address).text


def follow(address: str) -> tuple[list[str], dict[str, Any]]:
    """Read a stream to its end; return the types of the events, and the last event."""
    types: list[str] = []
    last: dict[str, Any] = {}
    with httpx.stream("GET", address, timeout=60) as stream:
        for line in stream.iter_lines():
            if line == "event: end":
                break
            if line.startswith("data: ") and '"seq"' not in line and '"type"' in line:
                event = json.loads(line.removeprefix("data: "))
                if "stage_progress" in event:
                    types.append(event["type"])
                    last = event
    return types, last


def test_killed_task_costs_no_attempt_and_goes_on_where_it_was(known: Path, workspace: Workspace) -> None:
    worker = start_worker(workspace)
    made = submit(workspace, up_to=16_000)
    workspace.wait_for(made, "item.completed")
    seen = forks_of(worker)
    os.kill(max(seen), signal.SIGKILL)
    lost = workspace.wait_for(made, "attempt.lost")
    assert (lost.data["code"], lost.data["attempts_left"]) == ("renderer_lost", 3)
    done_before = [event.data["position"] for event in workspace.events(made) if event.type == "item.completed"]
    until(lambda: workspace.task(made).finished, within_s=180)
    assert workspace.task(made).status == "completed"
    assert not living(seen)
    second = {
        event.data["position"]: event.data["reused"]
        for event in workspace.events(made)
        if event.type == "item.completed" and event.attempt == 2
    }
    assert all(second[position] for position in done_before)
    assert not second[max(second)]


def test_cancelled_task_ends_with_its_processes(known: Path, workspace: Workspace) -> None:
    worker = start_worker(workspace)
    made = submit(workspace, up_to=1_000_000)
    workspace.wait_for(made, "item.completed")
    seen = forks_of(worker)
    task.cancel(workspace.store, made)
    assert workspace.wait_for_end(made).status == "cancelled"
    assert not living(seen)


def test_payload_put_in_by_hand_that_does_not_fit_fails_with_its_place(known: Path, workspace: Workspace) -> None:
    start_worker(workspace)
    made = submit(workspace, up_to=1)
    ended = workspace.wait_for_end(made)
    assert (ended.status, ended.error_code) == ("failed", "bad_payload")
    assert ended.error_message == "payload.up_to: has to be at least 2."


def test_task_whose_package_is_missing_waits_and_says_why(packages: Path, workspace: Workspace, serve: Serve) -> None:
    made = submit(workspace, up_to=100)
    bad = submit(workspace, up_to=1)
    start_worker(workspace)
    hold = workspace.wait_for(made, "task.held")
    assert hold.data["code"] == "kind_missing"
    server = serve()
    shown = server.client.get(f"/api/tasks/{made}").json()
    assert (shown["status"], shown["hold_reason"]) == ("queued", "kind_missing")
    assert "No worker knows this kind of task" in shown["trouble"]
    assert server.client.get(f"/tasks/{made}").status_code == 200
    assert server.client.post("/api/tasks", json={"kind": "primes", "payload": {}}).json()["code"] == "unknown_kind"
    task.cancel(workspace.store, bad)
    claimed = attempt.claim(workspace.store, "somebody", 60, {"primes": None})
    assert claimed
    assert (claimed.id, claimed.hold_reason) == (made, None)


def test_entry_point_that_cannot_be_loaded_stops_nothing_else(known: Path, workspace: Workspace, serve: Serve) -> None:
    install(known, "videogen_broken", BROKEN, {"broken": "videogen_broken:KIND"})
    server = serve()
    (warning,) = [notice for notice in server.client.get("/api/status").json()["warnings"] if notice["code"] == "kind_broken"]
    assert "a library of it is not there" in warning["message"]
    made = submit(workspace, up_to=100)
    start_worker(workspace)
    until(lambda: workspace.task(made).finished)
    assert workspace.task(made).status == "completed"


@pytest.mark.skipif(landlock.abi() < landlock.OLDEST_ABI, reason="this kernel has no Landlock")
def test_handler_reads_neither_the_database_nor_other_tasks_files(known: Path, workspace: Workspace) -> None:
    install(known, "videogen_spy", SPY, {"spy": "videogen_spy:KIND"})
    other = workspace.data / "tasks" / "other" / "video.mp4"
    other.parent.mkdir(parents=True)
    other.write_text("a video")
    paths = [str(workspace.data / "videogen.db"), str(other), str(known / "videogen_spy.py")]
    made = task.submit(workspace.store, kind="spy", title="Spy", payload={"paths": paths}).id
    start_worker(workspace)
    until(lambda: workspace.task(made).finished, within_s=180)
    assert workspace.task(made).error_message is None
    with workspace.store.reading() as read:
        file = artifact.one(read, made, "result")
    assert file
    assert json.loads((workspace.data / file.key).read_text()) == ["PermissionError", "PermissionError", "read"]
