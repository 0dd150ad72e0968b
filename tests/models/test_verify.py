"""What `verify` promises: a store that was only ever changed through its verbs is not found at fault, and each kind of damage is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from models import attempt, event, retention, task, worker
from models.artifact import File
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.sqlite.driver import connect
from models.task import Task
from models.verify import Finding, verify
from videogen.errors.rendering import RendererLost, StageFailed


class Life:
    """A store and its one worker, with the verbs of a video's life."""

    def __init__(self, data: Path) -> None:
        self.store = Store(data)
        self.worker_id = worker.register(self.store)

    def submit(self, attempts: int = 3) -> Task:
        return task.submit(self.store, source="# Hello", format="markdown", title="Hello", attempts=attempts)

    def claim(self) -> Task:
        claimed = attempt.claim(self.store, self.worker_id, 600)
        assert claimed
        return claimed

    def report(self, claimed: Task, *facts: Fact) -> None:
        attempt.report(self.store, claimed.lease, facts)

    def draw(self, claimed: Task) -> None:
        """A stage with a scene in it, as a worker tells of it."""
        scene = self.file("scene_picture", "scene-1.png", b"picture", position=1)
        started = Fact(EventType.STAGE_STARTED, stage="video", stage_progress=0.0, progress=0.1, message="Drawing")
        moved = Fact(EventType.STAGE_PROGRESS, "video", 0.3, 0.2, "Drawing the scenes", data={"done": 0, "of": 1, "remaining_s": 4.5})
        last = Fact(EventType.STAGE_PROGRESS, stage="video", stage_progress=0.9, progress=0.4, data={"remaining_s": None})
        rendered = Fact(EventType.SCENE_RENDERED, stage="video", data={"position": 1, "remaining_s": 1.0}, files=(scene,))
        done = Fact(EventType.STAGE_COMPLETED, stage="video", stage_progress=1.0, progress=0.5, data={"made": 1, "reused": 0})
        self.report(claimed, started, moved, last, rendered, done)

    def completed_task(self) -> Task:
        made = self.submit()
        claimed = self.claim()
        self.draw(claimed)
        video = self.file("video", "video.mp4", b"film")
        self.report(claimed, Fact(EventType.ARTIFACT_CREATED, stage="output", progress=0.9, data={"kind": "video"}, files=(video,)))
        attempt.complete(self.store, claimed.lease)
        return made

    def file(self, kind: str, name: str, content: bytes, position: int = 0) -> File:
        path = self.store.data / f"made-{name}"
        path.write_bytes(content)
        return File(kind, path, name, "application/octet-stream", len(content), hashlib.sha256(content).hexdigest(), position)

    def by_hand(self, *statements: str) -> None:
        """Changes the database as somebody might who gets round its guards."""
        with closing(connect(self.store.path)) as connection:
            for name in ("events_are_not_changed", "events_are_kept", "events_get_their_seq", "log_is_one_row", "floor_only_rises"):
                connection.execute(f"DROP TRIGGER IF EXISTS {name}")
            for statement in statements:
                connection.execute(statement)

    def findings(self, **options: Any) -> list[str]:
        return [finding.message for finding in verify(self.store, **options)]


@pytest.fixture
def life(data: Path) -> Iterator[Life]:
    life = Life(data)
    yield life
    life.store.close()


def complete(life: Life) -> None:
    life.completed_task()


def fail_and_retry(life: Life) -> None:
    made = life.submit()
    attempt.fail(life.store, life.claim().lease, StageFailed("It broke."), "video")
    task.retry(life.store, made.id)
    life.draw(life.claim())


def lose_until_none_is_left(life: Life) -> None:
    life.submit(attempts=1)
    attempt.lose(life.store, life.claim().lease, RendererLost("Gone."))


def lose_once(life: Life) -> None:
    life.submit()
    claimed = life.claim()
    life.draw(claimed)
    attempt.lose(life.store, claimed.lease, RendererLost("Gone."))
    life.draw(life.claim())


def cancel_waiting(life: Life) -> None:
    task.cancel(life.store, life.submit().id)


def cancel_running(life: Life) -> None:
    made = life.submit()
    claimed = life.claim()
    task.cancel(life.store, made.id)
    attempt.finish_cancel(life.store, claimed.lease)
    task.retry(life.store, made.id)


def lose_what_was_cancelled(life: Life) -> None:
    made = life.submit()
    claimed = life.claim()
    task.cancel(life.store, made.id)
    attempt.lose(life.store, claimed.lease, RendererLost("Gone."))


def requeue(life: Life) -> None:
    life.submit()
    claimed = life.claim()
    life.draw(claimed)
    attempt.requeue(life.store, claimed.lease)


def delete_and_undo(life: Life) -> None:
    task.delete(life.store, life.completed_task().id)
    undone = life.completed_task()
    task.delete(life.store, undone.id)
    task.undelete(life.store, undone.id)


def purge(life: Life) -> None:
    task.delete(life.store, life.completed_task().id)
    life.submit()
    retention.purge(life.store, undo_s=-1)


def act_in_sql(life: Life) -> None:
    running = life.submit()
    life.claim()
    waiting = life.submit()
    with closing(connect(life.store.path)) as connection:
        connection.execute("INSERT INTO submit(source) VALUES ('# By hand')")
        connection.executemany("INSERT INTO cancel(task_id) VALUES (?)", [(waiting.id,), (running.id,)])


LIVES = (
    complete,
    fail_and_retry,
    lose_until_none_is_left,
    lose_once,
    cancel_waiting,
    cancel_running,
    lose_what_was_cancelled,
    requeue,
    delete_and_undo,
    purge,
    act_in_sql,
)


@pytest.mark.parametrize("live", LIVES)
def test_what_the_verbs_write_agrees(life: Life, live: Callable[[Life], None]) -> None:
    live(life)
    assert verify(life.store, deep=True) == []


def test_an_empty_store_agrees(life: Life) -> None:
    assert verify(life.store) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE tasks SET status = 'failed'", "status 'failed'"),
        ("UPDATE tasks SET progress = 0.5", "progress 0.5"),
        ("UPDATE tasks SET message = 'Fine'", "message 'Fine'"),
        ("UPDATE tasks SET stage = 'audio'", "stage 'audio'"),
        ("UPDATE tasks SET attempt = 7", "attempt 7"),
        ("UPDATE tasks SET title = 'Another'", "title 'Another'"),
        ("UPDATE tasks SET created_at = '2001-01-01T00:00:00.000Z'", "created_at '2001"),
        ("UPDATE tasks SET started_at = NULL", "started_at None"),
        ("UPDATE tasks SET finished_at = '2001-01-01T00:00:00.000Z'", "finished_at '2001"),
        ("UPDATE tasks SET error_code = 'stage_failed'", "error_code 'stage_failed'"),
        ("UPDATE tasks SET worker_id = 'somebody'", "worker_id 'somebody'"),
        ("UPDATE tasks SET cancel_requested_at = '2001-01-01T00:00:00.000Z'", "cancel_requested_at"),
        ("UPDATE tasks SET deleted_at = '2001-01-01T00:00:00.000Z'", "deleted_at"),
        ("UPDATE tasks SET stages = json_set(stages, '$.video.made', 99)", "of the stage video"),
        ("UPDATE tasks SET stages = '{}'", "of the stage video"),
        ("UPDATE artifacts SET bytes = 1 WHERE kind = 'video'", "registered with bytes 1"),
        ("DELETE FROM artifacts WHERE kind = 'video'", "no such file is registered"),
        ("DELETE FROM artifacts WHERE kind = 'scene_picture'", "its scene_picture 1 was made"),
        ("INSERT INTO artifacts SELECT 99, task_id, 'poster', 0, key, media_type, bytes, sha256 FROM artifacts LIMIT 1", "no event says"),
    ],
)
def test_a_row_changed_by_hand_is_found(life: Life, statement: str, says: str) -> None:
    life.completed_task()
    life.by_hand(statement)
    assert any(says in finding for finding in life.findings()), life.findings()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM events WHERE type = 'task.submitted'", "The events from 1 to 1 are missing."),
        ("DELETE FROM events WHERE type = 'stage.completed'", "Events are missing between 1 and"),
        ("DELETE FROM events WHERE type = 'task.completed'", "The events after"),
        ("DELETE FROM events WHERE type = 'task.started'", "Stage.started came while the task was queued."),
        ("DELETE FROM events", "It has a row, and no event in the log."),
        ("DELETE FROM tasks", "is of a task that has no row"),
        ("UPDATE events SET type = 'task.exploded' WHERE type = 'stage.progress'", "There is no event type task.exploded."),
        ("UPDATE events SET type = 'task.submitted' WHERE type = 'stage.progress'", "Task.submitted does not come here."),
        ("UPDATE events SET attempt = 2 WHERE type = 'scene.rendered'", "is of attempt 2, and 1 is on"),
        ("UPDATE events SET progress = 0.05 WHERE type = 'scene.rendered'", "takes the progress back"),
        ("UPDATE events SET progress = 1 WHERE type = 'artifact.created'", "which only task.completed may"),
        ("UPDATE events SET status = 'queued' WHERE type = 'scene.rendered'", "says that the task is queued"),
        (
            "UPDATE events SET type = 'stage.progress' WHERE type = 'stage.started'",
            "Stage.progress of the stage video, which does not run.",
        ),
        ("UPDATE events SET data = '{}' WHERE type = 'artifact.created'", "no event says that it was made"),
    ],
)
def test_a_log_changed_by_hand_is_found(life: Life, statement: str, says: str) -> None:
    life.completed_task()
    life.by_hand(statement)
    assert any(says in finding for finding in life.findings()), life.findings()


def test_attempts_that_were_given_back_by_hand_are_found(life: Life) -> None:
    life.submit()
    attempt.lose(life.store, life.claim().lease, RendererLost("Gone."))
    life.by_hand("UPDATE tasks SET attempts_left = 3")
    assert life.findings() == ["Its row says attempts_left 3, the log 2."]


def test_an_event_after_the_end_is_found(life: Life) -> None:
    made = life.completed_task()
    life.by_hand(
        "INSERT INTO events (task_id, attempt, type, status, progress, message, data, at) "
        "SELECT task_id, attempt, 'stage.progress', status, progress, message, '{}', at FROM events WHERE type = 'task.completed'"
    )
    assert Finding("Stage.progress came while the task was completed.", made.id, life_head(life)) in verify(life.store)


def test_a_started_task_that_was_never_put_back_is_found(life: Life) -> None:
    life.submit()
    life.claim()
    life.by_hand(
        "INSERT INTO events (task_id, attempt, type, status, progress, message, data, at) "
        "SELECT task_id, 2, 'task.started', status, progress, message, data, at FROM events WHERE type = 'task.started'"
    )
    assert "Task.started came while the task was running." in life.findings()


def test_a_file_that_is_gone_or_changed_is_found(life: Life) -> None:
    made = life.completed_task()
    files = life.store.data / "tasks" / made.id / "1"
    (files / "scene-1.png").unlink()
    (files / "video.mp4").write_bytes(b"fil")
    assert life.findings() == [
        f"The file tasks/{made.id}/1/video.mp4 has 3 bytes, and should have 4.",
        f"The file tasks/{made.id}/1/scene-1.png is not there.",
    ]


def test_a_file_of_the_same_size_is_found_only_when_it_is_read(life: Life) -> None:
    made = life.completed_task()
    (life.store.data / "tasks" / made.id / "1" / "video.mp4").write_bytes(b"flim")
    assert life.findings() == []
    assert life.findings(deep=True) == [f"The file tasks/{made.id}/1/video.mp4 is not what it was when it was made."]


@pytest.mark.parametrize("upto", range(1, 10))
def test_what_was_pruned_is_taken_as_right(life: Life, upto: int) -> None:
    life.completed_task()
    life.completed_task()
    life.by_hand(f"UPDATE log SET floor = {upto}", f"DELETE FROM events WHERE seq <= {upto}")
    assert life.findings() == []


def test_a_wrong_row_is_found_although_the_log_was_pruned(life: Life) -> None:
    life.completed_task()
    life.by_hand("UPDATE log SET floor = 4", "DELETE FROM events WHERE seq <= 4", "UPDATE tasks SET message = 'Fine'")
    assert life.findings() == ["Its row says message 'Fine', the log 'Completed'."]


def life_head(life: Life) -> int:
    with life.store.reading() as read:
        return event.head(read)
