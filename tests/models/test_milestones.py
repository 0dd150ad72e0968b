"""What a drawing of a task's life is made of: all of its log but the steps, however the tasks' events are mixed."""

from pathlib import Path

import pytest

from models import attempt, milestones, task
from models.attempt import Fact
from models.database import Store
from models.errors import TaskGone, TaskNotFound
from models.event import EventType
from tests.support.task_store import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def types(store: Store, task_id: str) -> list[str]:
    return [each.type for each in milestones.milestones(store, task_id, milestones.cursor(store, task_id))]


def test_all_but_the_steps_are_there_in_order_in_however_many_strides(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milestones, "STRIDE", 3)
    house.submit()
    claimed = house.claim()
    for number in range(5):
        house.submit()
        step = Fact(EventType.STAGE_PROGRESS, stage="video", message=str(number))
        scene = Fact(EventType.SCENE_RENDERED, stage="video", data={"position": number + 1})
        attempt.report(house.store, claimed.lease, [step, scene, step])
    attempt.complete(house.store, claimed.lease)
    house.submit()
    assert types(house.store, claimed.id) == ["task.submitted", "task.started", *["scene.rendered"] * 5, "task.completed"]


def test_nothing_after_the_cursor_is_told(house: House) -> None:
    film = house.submit().id
    until = milestones.cursor(house.store, film)
    house.claim()
    assert [each.type for each in milestones.milestones(house.store, film, until)] == ["task.submitted"]


def test_a_log_out_of_all_measure_is_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milestones, "AT_MOST", 2)
    assert types(house.store, house.film()) == ["task.submitted", "task.started"]


def test_of_a_task_that_is_gone_there_is_no_place(house: House) -> None:
    film = house.film()
    task.delete(house.store, film)
    with pytest.raises(TaskGone):
        milestones.cursor(house.store, film)
    with pytest.raises(TaskNotFound):
        milestones.cursor(house.store, "nobody")
