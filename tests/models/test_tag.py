"""Tags: what a task is found by, beside its words."""

from __future__ import annotations

import pytest

from models import tag, task
from models.database import Store
from models.errors import BadTags, TaskGone
from models.event import EventType
from models.verify import verify
from tests.support.task_moves import Moves


def test_tags_are_stored_in_lower_case_each_once_in_order(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit("A")
    tag.put(store, made.id, ["Spring  2027", "lesson", " LESSON ", "", "a,b"])
    with store.reading() as read:
        assert tag.of_task(read, made.id) == ["a b", "lesson", "spring 2027"]
        assert tag.of_tasks(read, [made.id, "none"]) == {made.id: ["a b", "lesson", "spring 2027"]}


def test_each_change_of_tags_is_one_event_and_row_and_log_agree(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit("A")
    tag.put(store, made.id, ["one"])
    tag.put(store, made.id, ["ONE"])  # says nothing new
    tag.put(store, made.id, ["two"])
    changes = [event.data for event in moves.events(made.id) if event.type == EventType.TASK_TAGGED]
    assert changes == [{"tags": ["one"], "before": []}, {"tags": ["two"], "before": ["one"]}]
    assert verify(store) == []
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE task_tags SET tag = 'by hand'")
    assert [finding.message for finding in verify(store)] == ["It has the tags ['by hand'], the log says ['two']."]


def test_tags_count_and_find_tasks_until_these_are_deleted(store: Store) -> None:
    moves = Moves(store)
    first, second = moves.submit("A"), moves.submit("B")
    tag.put(store, first.id, ["lesson", "spring"])
    tag.put(store, second.id, ["lesson"])
    with store.reading() as read:
        assert tag.counted(read) == [("lesson", 2), ("spring", 1)]
        assert [row.id for row in task.page(read, among=tag.ids_of("spring"))[0]] == [first.id]
    task.delete(store, second.id)
    with store.reading() as read:
        assert tag.counted(read) == [("lesson", 1), ("spring", 1)]
    with pytest.raises(TaskGone):
        tag.put(store, second.id, ["late"])


@pytest.mark.parametrize("tags", [["x" * 41], ["a\x00b"], [str(number) for number in range(21)]])
def test_tags_that_cannot_be_stored_are_refused(tags: list[str]) -> None:
    with pytest.raises(BadTags):
        tag.normalize(tags)
