"""What a drawing of a task's life is made of: all of its log but the steps, however the tasks' events are mixed."""

from pathlib import Path

import pytest

from models import attempt, milestones, task
from models.attempt import Fact
from models.database import Store
from models.errors import TaskGone, TaskNotFound
from models.event import EventType
from tests.support.task_store import TaskStore


@pytest.fixture
def task_store(tmp_path: Path) -> TaskStore:
    return TaskStore(tmp_path)


def types(store: Store, task_id: str) -> list[str]:
    return [event.type for event in milestones.milestones(store, task_id, milestones.cursor(store, task_id))]


def test_all_but_the_steps_are_there_in_order_in_however_many_strides(task_store: TaskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milestones, "STRIDE", 3)
    task_store.submit()
    claimed = task_store.claim()
    for number in range(5):
        task_store.submit()
        step = Fact(EventType.STAGE_PROGRESS, stage="video", message=str(number))
        scene = Fact(EventType.SCENE_RENDERED, stage="video", data={"position": number + 1})
        attempt.report(task_store.store, claimed.lease, [step, scene, step])
    attempt.complete(task_store.store, claimed.lease)
    task_store.submit()
    assert types(task_store.store, claimed.id) == ["task.submitted", "task.started", *["scene.rendered"] * 5, "task.completed"]


def test_nothing_after_the_cursor_is_told(task_store: TaskStore) -> None:
    task_id = task_store.submit().id
    until = milestones.cursor(task_store.store, task_id)
    task_store.claim()
    assert [event.type for event in milestones.milestones(task_store.store, task_id, until)] == ["task.submitted"]


def test_a_log_out_of_all_measure_is_cut(task_store: TaskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milestones, "AT_MOST", 2)
    assert types(task_store.store, task_store.completed_task()) == ["task.submitted", "task.started"]


def test_of_a_task_that_is_gone_there_is_no_place(task_store: TaskStore) -> None:
    task_id = task_store.completed_task()
    task.delete(task_store.store, task_id)
    with pytest.raises(TaskGone):
        milestones.cursor(task_store.store, task_id)
    with pytest.raises(TaskNotFound):
        milestones.cursor(task_store.store, "nobody")
