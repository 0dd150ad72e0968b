"""A damaged database: everything that shows it says so, with what to do; and what is not damaged goes on."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models import attempt, event, task
from models.database import Store
from models.errors import StoreDamaged, TaskNotFound
from models.event import Cursor
from models.sqlite import watermark
from models.verify import verify
from tests.support.database_damage import PAGE_BYTES, Answer, ask, by_hand, frames, overwrite, pages
from tests.support.task_store import TaskStore
from tests.support.web_server import OpenApp
from videogen.cli.checks import store as checks
from videogen.config import Settings

pytestmark = pytest.mark.integration

VIDEOS = 12
STEPS = 20
DAMAGED = Answer(500, "store_damaged")
# Some videos, and then a kill: what was written stays in the write-ahead log.
KILLED = """
import os, signal, sys
from pathlib import Path
from models.sqlite import watermark
from tests.support.task_store import TaskStore

task_store = TaskStore(Path(sys.argv[1]))
print(*[task_store.completed_task() for _ in range(6)], flush=True)
watermark.note(task_store.data, task_store.head())
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def task_ids(task_store: TaskStore) -> list[str]:
    """Finished videos, all in the database file itself, which nobody has open any more."""
    made = [task_store.completed_task("# Film\n\n" + "words " * 400, steps=STEPS) for _ in range(VIDEOS)]
    task_store.store.checkpoint()
    task_store.store.close()
    return made


def doctor(data: Path) -> dict[str, str]:
    """What doctor says of the store: verdicts by name, the worst of each."""
    worst: dict[str, str] = {}
    for check in checks.checks(Settings.model_validate({"data": data})):
        worst[check.name] = max(worst.get(check.name, ""), check.verdict, key=["", "good", "warning", "bad"].index)
        assert check.verdict == "good" or check.hint, check
    return worst


def garbage(path: Path, page: int) -> None:
    overwrite(path, (page - 1) * PAGE_BYTES, random.Random(page).randbytes(PAGE_BYTES))


@pytest.mark.slow
def test_garbage_in_the_tasks_is_said_and_the_tasks_elsewhere_are_served(data: Path, task_ids: list[str], open_app: OpenApp) -> None:
    path = data / "videogen.db"
    garbage(path, pages(path)["tasks"][VIDEOS // 2])
    client = open_app()
    assert ask(client, "/api/tasks") == DAMAGED
    page = client.get("/tasks", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert "The database is damaged" in page.text and "app.py doctor" in page.text
    alone = [ask(client, f"/api/tasks/{task_id}") for task_id in task_ids]
    assert set(alone) == {Answer(200), DAMAGED}
    assert ask(client, "/api/health") == ask(client, "/api/ready") == Answer(200)
    with pytest.raises(StoreDamaged):
        verify(Store(data))
    assert doctor(data)["integrity"] == "bad"


def test_a_stream_that_meets_garbage_says_so_and_ends_and_the_others_go_on(data: Path, task_ids: list[str], open_app: OpenApp) -> None:
    path = data / "videogen.db"
    leaves = pages(path)["events"]
    assert len(leaves) > 4
    garbage(path, leaves[1])
    client = open_app()
    assert ask(client, "/api/tasks").status == 200
    lasts = [frames(client, task_id)[-1] for task_id in task_ids]
    assert {last.split(b"\n")[0] for last in lasts} == {b"event: end", b"event: problem"}
    problem = next(last for last in lasts if last.startswith(b"event: problem"))
    report = json.loads(problem.partition(b"data: ")[2])
    assert report["code"] == "store_damaged" and "app.py" in report["hint"]
    assert doctor(data)["integrity"] == "bad"


@pytest.mark.parametrize("wound", ["header", "schema", "short"])
def test_a_file_that_cannot_be_opened_is_refused_at_the_door_and_left_as_it_is(
    data: Path, task_ids: list[str], open_app: OpenApp, wound: str
) -> None:
    path = data / "videogen.db"
    match wound:
        case "header":
            overwrite(path, 0, b"\xff" * 100)
        case "schema":
            overwrite(path, 110, b"\xff" * 300)
        case "short":
            os.truncate(path, path.stat().st_size // 2)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged):
        open_app()
    for command in ("verify", "serve"):
        result = subprocess.run([sys.executable, "app.py", "--data", str(data), command], capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert "Error: SQLite says" in result.stderr and "Hint: Stop the server" in result.stderr
    assert doctor(data)["integrity"] == "bad"
    assert path.read_bytes() == before


def test_an_emptied_database_is_not_taken_for_a_new_one(data: Path, task_ids: list[str], open_app: OpenApp) -> None:
    os.truncate(data / "videogen.db", 0)
    with pytest.raises(StoreDamaged, match="is empty, and there are files of videos") as refused:
        open_app()
    assert "app.py restore" in refused.value.hint


@pytest.mark.parametrize("wound", ["torn", "rotten", "gone", "older"])
def test_of_a_damaged_write_ahead_log_what_is_left_is_whole(data: Path, wound: str, open_app: OpenApp) -> None:
    older = shutil.copy(data / "videogen.db", data / "older")
    made = subprocess.run([sys.executable, "-c", KILLED, str(data)], check=False, capture_output=True, text=True)
    assert made.returncode == -signal.SIGKILL, made.stderr
    task_ids, wal = made.stdout.split(), data / "videogen.db-wal"
    saw = Cursor.parse((data / watermark.NAME).read_text())
    assert saw
    size = wal.stat().st_size
    match wound:
        case "torn":
            os.truncate(wal, size * 2 // 3 + 100)
        case "rotten":
            overwrite(wal, size * 2 // 3, b"\xff" * 1000)
        case "gone":
            wal.unlink()
        case "older":
            wal.unlink()
            Path(older).replace(data / "videogen.db")
    client = open_app()
    listed = [row["id"] for row in client.get("/api/tasks").get_json()["tasks"]]
    assert listed == [task_id for task_id in reversed(task_ids) if task_id in listed]
    assert len(listed) < len(task_ids)
    left = TaskStore(data)
    assert left.faults() == []
    while left.head().seq <= saw.seq:  # also when the log is as long again
        left.completed_task()
    with left.store.reading() as read:
        assert event.reset_reason(read, saw) == "epoch", "a browser that saw what is gone begins anew"
    for task_id in set(task_ids) - set(listed):
        with pytest.raises(TaskNotFound):
            task.get(left.store, task_id)
    left.store.close()


def test_bad_rows_are_shown_as_damaged_beside_the_good_ones(data: Path, task_ids: list[str], open_app: OpenApp) -> None:
    by_hand(
        data / "videogen.db",
        f"UPDATE tasks SET options = '{{broken', stages = '[]' WHERE id = '{task_ids[1]}'",
        f"UPDATE tasks SET started_at = 'yesterday', created_at = '2026' WHERE id = '{task_ids[2]}'",
        f"UPDATE tasks SET stages = '{{\"video\": 5}}', status = 'undone' WHERE id = '{task_ids[3]}'",
        f"UPDATE tasks SET title = CAST(x'ff41' AS TEXT) WHERE id = '{task_ids[4]}'",
    )
    client = open_app()
    listed = {row["id"]: row for row in client.get("/api/tasks").get_json()["tasks"]}
    assert set(listed) == set(task_ids)
    assert {task_id: listed[task_id]["damaged"] for task_id in task_ids if listed[task_id]["damaged"]} == {
        task_ids[1]: ["options", "stages"],
        task_ids[2]: ["created_at", "started_at"],
        task_ids[3]: ["status", "stages"],
    }
    assert listed[task_ids[1]]["error"]["code"] == "row_damaged"
    assert listed[task_ids[4]]["title"] == "\ufffdA"
    assert "Its row is damaged: options, stages." in client.get("/tasks").text
    for task_id in task_ids[:5]:
        assert ask(client, f"/api/tasks/{task_id}") == Answer(200)
        assert "Its row is damaged" in client.get(f"/tasks/{task_id}").text or not listed[task_id]["damaged"]
        assert frames(client, task_id)[-1].startswith(b"event: end")
    with TaskStore(data).store.reading() as read:
        pages_of_two: list[Any] = []
        cursor = None
        while len(pages_of_two) < VIDEOS:
            rows, cursor = task.page(read, limit=2, before=cursor)
            pages_of_two += [row.id for row in rows]
    assert sorted(pages_of_two) == sorted(task_ids)
    findings = [str(finding.message) for finding in verify(Store(data)) if finding.task_id == task_ids[1]]
    assert findings[0] == "Its row is damaged: options, stages."
    assert (doctor(data)["integrity"], doctor(data)["verify"]) == ("bad", "bad")  # integrity_check knows the checks of the tables


def test_bad_events_are_told_as_damaged_in_their_place(data: Path, task_ids: list[str], open_app: OpenApp) -> None:
    path = data / "videogen.db"
    by_hand(
        path,
        "UPDATE events SET data = '{oops' WHERE seq % 5 = 0",
        "UPDATE events SET at = 'once' WHERE seq % 5 = 1",
        "UPDATE events SET type = 'task.unheard-of' WHERE seq % 5 = 2",
    )
    client = open_app()
    for task_id in task_ids:
        frames_read = frames(client, task_id)
        assert len([frame for frame in frames_read if frame.startswith(b"id:") and b"\ndata:" in frame]) == 4 + STEPS
        assert frames_read[-1].startswith(b"event: end")
        assert ask(client, f"/tasks/{task_id}", "text/html").status == 200
    events = client.get(f"/api/tasks/{task_ids[0]}/events").get_json()["events"]
    assert [entry["data"].get("damaged") for entry in events[:6]] == [["at"], None, None, None, ["data"], ["at"]]
    assert "A damaged entry" in client.get(f"/tasks/{task_ids[0]}").text
    assert any(finding.message == "The event is damaged: data." for finding in verify(Store(data)))
    assert doctor(data)["verify"] == "bad"


def test_a_waiting_task_of_which_nobody_knows_what_was_asked_fails_and_keeps_no_worker_from_the_next(task_store: TaskStore) -> None:
    bad, good = task_store.submit().id, task_store.submit().id
    by_hand(task_store.store.path, f"UPDATE tasks SET options = 'none' WHERE id = '{bad}'")
    claimed = attempt.claim(task_store.store, task_store.worker_id, 15)
    assert claimed and claimed.id == good
    failed = task.get(task_store.store, bad)
    assert (failed.status, failed.error_code) == ("failed", "row_damaged")
    assert task_store.types(bad) == ["task.submitted", "task.started", "task.failed"]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_rots_is_said_in_our_words(data: Path, task_ids: list[str], open_app: OpenApp, seed: int) -> None:
    """Bytes anywhere in the file, some of them in the middle of values."""
    path, chance = data / "videogen.db", random.Random(seed)
    for _ in range(30):
        overwrite(path, chance.randrange(100, path.stat().st_size), chance.randbytes(chance.choice((1, 1, 8))))
    try:
        client = open_app()
    except StoreDamaged:
        return
    asked = ["/api/tasks", "/tasks", "/api/status"]
    asked += [
        f"{prefix}/{task_id}{rest}"
        for task_id in task_ids
        for prefix, rest in (("/api/tasks", ""), ("/api/tasks", "/events"), ("/tasks", ""))
    ]
    for path_ in asked:
        assert ask(client, path_).code in (None, "store_damaged", "task_not_found", "task_deleted"), path_
    for task_id in task_ids:
        answer = client.get(f"/api/tasks/{task_id}/stream")
        assert answer.status_code != 500 or answer.get_json()["code"] == "store_damaged"
        if answer.mimetype == "text/event-stream":
            assert b"internal_error" not in b"".join(answer.response)  # type: ignore[arg-type]
