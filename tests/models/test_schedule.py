"""Schedules: each of their times gives one task, however many look, and missed times one in all."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import pytest

from models import asset, cron, orphans, schedule, task
from models.database import Store
from models.errors import BadSchedule, ScheduleExists, ScheduleNotFound
from models.intake import TaskSpec
from models.registered_file import registered
from models.schedule import Schedule
from models.verify import verify
from tests.models.test_asset import uploaded
from tests.models.test_attempt import Clock, time
from tests.support.postgres import hand
from tests.support.task_moves import Moves

__all__ = ["time"]

HOURLY = "0 * * * *"
SPEC = TaskSpec(source="# News", format="markdown", title="News", options={"voice": "none"}, priority=2, attempts=2, lock="news")


def add(store: Store, name: str = "News", **more: bool) -> Schedule:
    return schedule.add(store, name, HOURLY, "UTC", SPEC, **more)


def made(store: Store) -> list[task.Task]:
    with store.reading() as read:
        return task.page(read)[0]


def test_time_of_a_schedule_gives_one_task(store: Store, time: Clock) -> None:
    added = add(store)
    assert added.next_at == "2026-01-01T01:00:00.000Z"
    time.pass_(3599)
    assert schedule.fire_due(store) == 0
    time.pass_(1)
    assert (schedule.fire_due(store), schedule.fire_due(store)) == (1, 0)
    (fired,) = made(store)
    assert (fired.title, fired.source, fired.options, fired.priority) == ("News", "# News", {"voice": "none"}, 2)
    assert (fired.attempts, fired.lock, fired.schedule_id) == (2, "news", added.id)
    with store.reading() as read:
        after = schedule.find(read, "News")
    assert (after.next_at, after.last_at, after.last_task_id) == ("2026-01-01T02:00:00.000Z", "2026-01-01T01:00:00.000Z", fired.id)
    assert verify(store) == []


@pytest.mark.sqlite_only
def test_many_supervisors_fire_a_schedule_once(store: Store, time: Clock) -> None:
    for number in range(5):
        add(store, f"News {number}")
    time.pass_(3600)
    supervisors = [Store(store.data) for _ in range(6)]
    threads = [threading.Thread(target=schedule.fire_due, args=(supervisor,)) for supervisor in supervisors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    schedule.fire_due(store)  # what a busy database put off
    assert len(made(store)) == 5
    for supervisor in supervisors:
        supervisor.close()


def test_of_missed_times_one_is_made_up_for_at_most(store: Store, time: Clock) -> None:
    add(store, "Once")
    add(store, "Never", catch_up=False)
    time.pass_(5 * 3600 + 1800)
    assert schedule.fire_due(store) == 1
    with store.reading() as read:
        once, never = schedule.find(read, "Once"), schedule.find(read, "Never")
    assert (once.next_at, never.next_at) == ("2026-01-01T06:00:00.000Z",) * 2
    assert (once.skip_reason, never.skip_reason, never.last_task_id) == (None, "missed", None)
    assert [event.data["code"] for event in Moves(store).events() if event.type == "schedule.skipped"] == ["missed"]


def test_schedule_waits_for_its_task_unless_it_may_overlap(store: Store, time: Clock) -> None:
    add(store, "One at a time")
    add(store, "Several", overlap=True)
    for expected in (2, 1, 1):
        time.pass_(3600)
        assert schedule.fire_due(store) == expected
    skipped = [event.data for event in Moves(store).events() if event.type == "schedule.skipped"]
    assert [(data["name"], data["code"]) for data in skipped] == [("One at a time", "still_unfinished")]  # said once
    with store.reading() as read:
        task_id = schedule.find(read, "One at a time").last_task_id
    assert task_id
    task.cancel(store, task_id)
    time.pass_(3600)
    assert schedule.fire_due(store) == 2
    with store.reading() as read:
        assert schedule.find(read, "One at a time").skip_reason is None


def test_full_queue_is_a_reason_to_skip(store: Store, time: Clock) -> None:
    add(store)
    time.pass_(3600)
    assert schedule.fire_due(store, max_queued=0) == 0
    with store.reading() as read:
        assert (schedule.find(read, "News").skip_reason, made(store)) == ("queue_full", [])


def test_paused_schedule_gives_no_task_and_goes_on_with_its_next_time(store: Store, time: Clock) -> None:
    added = add(store)
    assert schedule.pause(store, added.id).paused_at
    schedule.pause(store, "News")
    time.pass_(3600 * 3 + 60)
    assert schedule.fire_due(store) == 0
    assert schedule.resume(store, "News").next_at == "2026-01-01T04:00:00.000Z"
    assert schedule.fire_due(store) == 0
    assert schedule.move(store, "News", "30 9 * * *", "Asia/Tokyo").next_at == "2026-01-02T00:30:00.000Z"
    schedule.remove(store, "News")
    with pytest.raises(ScheduleNotFound), store.reading() as read:
        schedule.find(read, "News")
    types = [event.type for event in Moves(store).events()]
    assert types == ["schedule.added", "schedule.changed", "schedule.changed", "schedule.changed", "schedule.removed"]


def test_names_of_schedules_are_unique(store: Store) -> None:
    add(store)
    with pytest.raises(ScheduleExists):
        add(store)


@pytest.mark.parametrize(
    ("expression", "timezone", "path"),
    [
        ("", "UTC", "cron"),
        ("* * * *", "UTC", "cron"),
        ("* * * * * *", "UTC", "cron"),
        ("61 * * * *", "UTC", "cron"),
        ("0 9 * * XYZ", "UTC", "cron"),
        ("0 0 30 2 *", "UTC", "cron"),
        ("0 9 * * *" + " " * 300, "UTC", "cron"),
        ("0 9 * * *", "Mars/Olympus", "timezone"),
        ("0 9 * * *", "../../etc/passwd", "timezone"),
        ("0 9 * * *", "", "timezone"),
        ("0 9 * * *", "\0", "timezone"),
    ],
)
def test_times_that_cannot_be_used_are_refused_with_their_field(store: Store, expression: str, timezone: str, path: str) -> None:
    with pytest.raises(BadSchedule) as refused:
        schedule.add(store, "Bad", expression, timezone, SPEC)
    assert [diagnostic.path for diagnostic in refused.value.diagnostics] == [path]


def test_time_of_day_stays_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    first = cron.next_after("0 9 * * *", "Europe/Berlin", datetime(2026, 3, 27, 12, tzinfo=UTC))
    second = cron.next_after("0 9 * * *", "Europe/Berlin", before)
    assert (first, second) == (datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC))
    # An hour that is skipped is made up for, and one that comes twice counts once.
    skipped = cron.next_after("30 2 * * *", "Europe/Berlin", before)
    assert skipped and skipped.date() == datetime(2026, 3, 29, tzinfo=UTC).date()
    twice = cron.next_after("30 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert twice
    again = cron.next_after("30 2 * * *", "Europe/Berlin", twice)
    assert again and again.date() == datetime(2026, 10, 26, tzinfo=UTC).date()


def test_files_of_a_schedule_are_kept_and_copied(store: Store, time: Clock) -> None:
    saved = uploaded(store)
    schedule.add(store, "With a file", HOURLY, "UTC", TaskSpec(source="# A", format="markdown", assets=[saved]))
    orphans.sweep_assets(store, young_s=0)
    assert (store.data / saved.key).is_file()
    with store.reading() as read:
        assert [file.key for file in registered(read)] == [saved.key]
    time.pass_(3600)
    assert schedule.fire_due(store) == 1
    with store.reading() as read:
        assert asset.of_task(read, made(store)[0].id) == [saved]


def test_damaged_schedule_is_read_and_stops_no_other(store: Store, time: Clock) -> None:
    damaged = add(store, "Damaged")
    add(store, "Sound")
    hand(store, f"UPDATE schedules SET cron = 'garbage', template = '{{\"evil\": 1}}', assets = '[7]' WHERE id = '{damaged.id}'")
    time.pass_(3600)
    assert schedule.fire_due(store) == 1
    with store.reading() as read:
        found = schedule.find(read, "Damaged")
    assert (found.skip_reason, found.next_at) == ("bad_schedule", None)
    assert "Sound" in hand(store, "SELECT name FROM schedule_times WHERE last_status = 'queued'")


def test_damaged_template_stops_no_other_schedule(store: Store, time: Clock) -> None:
    values: list[object] = [7.5, [], {"a": 1}, "x", None, -1, 10**30]
    templates = [{name: value} for name in schedule.TEMPLATE for value in values]
    for number in range(len(templates)):
        add(store, str(number))
    add(store, "Sound")
    changes = (f"UPDATE schedules SET template = '{json.dumps(of)}' WHERE name = '{number}'" for number, of in enumerate(templates))
    hand(store, "; ".join(changes))
    time.pass_(3600)
    assert schedule.fire_due(store) == len(templates) + 1
    assert "Sound" in hand(store, "SELECT name FROM schedule_times WHERE last_status = 'queued'")


def test_every_schedule_is_listed_by_its_next_time(store: Store, time: Clock) -> None:
    add(store, "Hourly")
    schedule.add(store, "Soon", "5 * * * *", "UTC", SPEC)
    add(store, "Paused")
    schedule.pause(store, "Paused")
    with store.reading() as read:
        assert [each.name for each in schedule.every(read)] == ["Soon", "Hourly", "Paused"]


def test_expression_is_put_into_words() -> None:
    assert "Monday" in cron.describe("0 9 * * MON")
    assert cron.describe("garbage") == "garbage"
