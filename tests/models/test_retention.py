"""What is removed by age and by number, and that nothing else is touched by it."""

from collections.abc import Callable
from itertools import count

import pytest

from models import attempt, clock, event, retention, task
from models.attempt import Fact
from models.database import Store
from models.database import Store as DatabaseStore
from models.errors import TaskGone
from models.event import Cursor, EventType
from tests.support.task_store import TaskStore
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.subscription import watching

MoveClock = Callable[[float], None]


def test_all_but_the_tasks_that_finished_last_are_deleted(task_store: TaskStore, store: Store) -> None:
    task_ids = [task_store.completed_task(f"# {number}") for number in range(4)]
    assert set(retention.retire(store, count=2)) == set(task_ids[:2])
    assert task_store.tasks() == set(task_ids[2:])
    assert task_store.faults() == []


def test_tasks_that_finished_long_ago_are_deleted(task_store: TaskStore, store: Store, days_later: MoveClock) -> None:
    old = task_store.completed_task()
    days_later(20)
    new = task_store.completed_task()
    days_later(31)
    assert retention.retire(store, days=30) == [old]
    assert task_store.tasks() == {new}


def test_tasks_that_have_not_finished_stay_however_old_they_are(task_store: TaskStore, store: Store, days_later: MoveClock) -> None:
    running = task_store.submit().id
    task_store.claim()
    waiting = task_store.submit().id
    days_later(1000)
    assert retention.prune(store, 0, days=1, count=1, rest_s=0).retired == []
    assert task_store.tasks() == {running, waiting}


def test_what_retention_deletes_can_be_brought_back_like_any_deletion(task_store: TaskStore, store: Store) -> None:
    old, _ = task_store.completed_task(), task_store.completed_task()
    retention.prune(store, undo_s=30, count=1)
    with pytest.raises(TaskGone):
        task.get(store, old)
    task.undelete(store, old)
    assert task.get(store, old).status == "completed"
    assert task_store.faults() == []


def test_a_purged_task_leaves_its_last_word_alone(task_store: TaskStore, store: Store) -> None:
    gone, remaining = task_store.completed_task(), task_store.completed_task()
    task.delete(store, gone)
    assert retention.purge(store, undo_s=3600) == []
    assert retention.purge(store, undo_s=0) == [gone]
    assert task_store.types(gone) == ["task.deleted"]
    assert task_store.tasks() == {remaining}
    with pytest.raises(TaskGone):
        task.get(store, gone)
    assert task_store.faults() == []


def test_a_deletion_that_is_undone_at_the_last_moment_wins(task_store: TaskStore, store: Store) -> None:
    task_id = task_store.completed_task()
    task.delete(store, task_id)
    before = clock.ahead(0)
    task.undelete(store, task_id)
    assert not retention._purge(store, task_id, before)
    assert task_store.types(task_id)[-1] == "task.undeleted"


def test_the_floor_is_raised_before_anything_is_removed(task_store: TaskStore, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, remaining = task_store.completed_task(), task_store.completed_task()
    seqs = task_store.seqs()
    retention.retire(store, count=1)

    def cut_short(*_: object) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(retention, "purge", cut_short)
        retention.prune(store, 0, count=1, rest_s=0)
    assert task_store.seqs()[: len(seqs)] == seqs
    assert task_store.floor() == task_store.seqs(remaining)[0] - 1
    assert retention.prune(store, 0, count=1, rest_s=0).purged == [gone]
    assert task_store.faults() == []


def test_a_task_that_stays_keeps_its_whole_log(task_store: TaskStore, store: Store) -> None:
    task_store.completed_task()
    waiting = task_store.submit()
    claimed = task_store.claim()
    for _ in range(3):
        task_store.completed_task()
    log = task_store.seqs(waiting.id)
    retention.prune(store, 0, count=1, rest_s=0)
    assert task_store.seqs(waiting.id) == log
    assert task_store.floor() == log[0] - 1
    attempt.complete(store, claimed.lease)
    assert task_store.faults() == []


def test_readers_of_a_task_that_stays_go_on_and_sleepers_are_told_to_begin_anew(task_store: TaskStore, store: Store) -> None:
    task_store.completed_task()
    remaining = task_store.completed_task()
    with store.reading() as read:
        sleeper, reader = Cursor(read.epoch, 1), Cursor(read.epoch, task_store.seqs(remaining)[0])
    retention.prune(store, 0, count=1, rest_s=0)
    with store.reading() as read:
        assert event.reset_reason(read, sleeper) == "pruned"
        assert event.reset_reason(read, reader) is None
    stream = Broadcaster(store, lambda _read, row, _prefix: {"id": row.id}).subscribe(watching(), str(sleeper))
    assert stream
    frames = iter(stream)
    assert [next(frames).split(b"\n")[0] for _ in range(4)][1:3] == [b"event: hello", b"event: reset"]
    stream.hang_up()


def test_without_limits_the_floor_stays_where_it_is(task_store: TaskStore, store: Store) -> None:
    gone, _ = task_store.completed_task(), task_store.completed_task()
    task.delete(store, gone)
    assert retention.prune(store, 0, rest_s=0).purged == [gone]
    assert task_store.floor() == 0


def test_last_words_go_once_everybody_had_a_day_to_hear_them(task_store: TaskStore, store: Store, days_later: MoveClock) -> None:
    gone, remaining = task_store.completed_task(), task_store.completed_task()
    retention.prune(store, 0, count=1)
    assert task_store.types(gone) == ["task.deleted"]
    days_later(2)
    newest = task_store.completed_task()
    retention.prune(store, 0, count=1)
    days_later(4)
    retention.prune(store, 0, count=1)
    assert task_store.seqs(gone) == []
    assert task_store.types(remaining) == ["task.deleted"]  # which came after the first event of the one that stays
    assert task_store.floor() == task_store.seqs(newest)[0] - 1
    assert task_store.faults() == []


def test_a_quiet_store_is_not_pruned_over_and_over(task_store: TaskStore, store: Store) -> None:
    task_store.completed_task()
    task_store.completed_task()
    retention.prune(store, 0, count=1, rest_s=0)
    before = task_store.seqs()
    for _ in range(3):
        retention.prune(store, 0, count=1, rest_s=0)
    assert task_store.seqs() == before


def test_events_go_in_batches_and_a_removal_that_was_cut_short_is_made_up_for(
    task_store: TaskStore, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_store.submit()
    claimed = task_store.claim()
    many = 2 * retention.BATCH + 10
    attempt.report(store, claimed.lease, [Fact(EventType.STAGE_PROGRESS, stage="video", message=str(number)) for number in range(many)])
    attempt.complete(store, claimed.lease)
    task.delete(store, claimed.id)
    transactions = count(1)
    writing = DatabaseStore.writing

    def mortal(store: Store) -> object:
        if next(transactions) == 3:
            raise KeyboardInterrupt
        return writing(store)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(DatabaseStore, "writing", mortal)
        retention.purge(store, 0)
    assert task_store.tasks() == set()
    assert len(task_store.seqs()) == many + 4 - retention.BATCH
    assert task_store.faults() == []
    assert retention.forget_leftovers(store) == 1
    assert task_store.types(claimed.id) == ["task.deleted"]
    assert retention.forget_leftovers(store) == 0
