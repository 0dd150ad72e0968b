"""What a person with a SQLite shell sees and does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import attempt, clock, task
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from models.stage_times import stage_seconds
from tests.support.sqlite_shell import refusal, sqlite
from tests.support.task_moves import Moves
from videogen.errors.rendering import StageFailed


def only(moves: Moves) -> str:
    return sqlite(moves.store.path, "SELECT id FROM tasks")


def test_script_can_be_submitted_by_an_insert(store: Store) -> None:
    moves = Moves(store)
    sqlite(store.path, "INSERT INTO submit(source) VALUES ('# Hello\n\nSome text.')")
    made = moves.task(only(moves))
    assert (made.title, made.status, made.format, made.options, made.priority) == ("Hello", "queued", "markdown", {}, 0)
    assert (made.attempts, made.attempts_left, made.attempt, made.progress) == (3, 3, 0, 0.0)
    by_verb = task.submit(store, source="# Hello\n\nSome text.", format="markdown", title="Hello")
    first, second = moves.events(made.id), moves.events(by_verb.id)
    assert [(row.type, row.status, row.progress, row.message, row.data, row.attempt) for row in first] == [
        (row.type, row.status, row.progress, row.message, row.data, row.attempt) for row in second
    ]
    assert first[0].at == made.created_at
    assert moves.claim().id == made.id


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("Text first\n\n# A heading\nmore", "A heading"),
        ("# Windows\r\nmore", "Windows"),
        ("#    Blanks   ", "Blanks"),
        ("no heading", "Untitled"),
        ("## Second level only", "Untitled"),
        ("# ", "Untitled"),
    ],
)
def test_title_of_a_script_put_in_by_hand_is_its_first_heading(store: Store, source: str, title: str) -> None:
    moves = Moves(store)
    sqlite(store.path, f"INSERT INTO submit(source) VALUES ('{source}')")
    assert moves.task(only(moves)).title == title


def test_everything_about_a_submission_can_be_said(store: Store) -> None:
    moves = Moves(store)
    row = """('title: x', 'By hand', 'yaml', '{"voice": "none"}', 7)"""
    sqlite(store.path, f"INSERT INTO submit(source, title, format, options, priority) VALUES {row}")
    made = moves.task(only(moves))
    assert (made.title, made.format, made.options, made.priority) == ("By hand", "yaml", {"voice": "none"}, 7)


def test_file_can_be_submitted_from_the_shell(store: Store, tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text("# Größe\n\nText")
    moves = Moves(store)
    sqlite(store.path, f"INSERT INTO submit(source) VALUES (readfile('{tmp_path}/talk.md'))")
    assert moves.claim().source == "# Größe\n\nText"
    assert moves.task(only(moves)).title == "Größe"


@pytest.mark.parametrize(
    "values",
    [
        "(source) VALUES ('')",
        "(source) VALUES (NULL)",
        "(source) VALUES (' \n\t')",
        "(title) VALUES ('no source')",
        "(source, options) VALUES ('# x', 'no json')",
        "(source, options) VALUES ('# x', '[1]')",
        "(source, priority) VALUES ('# x', 'high')",
        "(source, priority) VALUES ('# x', 1.5)",
    ],
)
def test_submission_that_makes_no_sense_is_refused_whole(store: Store, values: str) -> None:
    refusal(store.path, f"INSERT INTO submit{values}")
    assert sqlite(store.path, "SELECT (SELECT count(*) FROM tasks) + (SELECT count(*) FROM events)") == "0"


def test_number_that_no_json_can_hold_reaches_nobody(store: Store) -> None:
    moves = Moves(store)
    sqlite(store.path, """INSERT INTO submit(source, options) VALUES ('# x', '{"height": 1e999, "padding_s": 1e-2}')""")
    assert moves.task(only(moves)).options == {"height": "1e999", "padding_s": 0.01}


def test_waiting_task_can_be_cancelled_by_an_insert(store: Store) -> None:
    moves = Moves(store)
    made, other = moves.submit(), moves.submit()
    sqlite(store.path, f"INSERT INTO cancel(task_id) VALUES ('{made.id}')")
    cancelled, by_verb = moves.task(made.id), task.cancel(store, other.id)
    assert (cancelled.status, cancelled.message, cancelled.cancel_requested_at) == ("cancelled", by_verb.message, None)
    assert moves.types(made.id) == moves.types(other.id) == ["task.submitted", "task.cancelled"]
    assert moves.events(made.id)[-1].at == cancelled.finished_at


def test_worker_of_a_running_task_is_asked_once_to_cancel(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    for _ in range(2):
        sqlite(store.path, f"INSERT INTO cancel VALUES ('{made.id}')")
    assert attempt.renew(store, lease, 15) is True
    assert moves.types(made.id) == ["task.submitted", "task.started", "task.cancelling"]
    assert moves.task(made.id).message == "Cancelling"
    attempt.finish_cancel(store, lease)
    assert moves.task(made.id).status == "cancelled"


def test_several_can_be_cancelled_at_once(store: Store) -> None:
    moves = Moves(store)
    ids = [moves.submit().id for _ in range(3)]
    moves.claim()
    sqlite(store.path, "INSERT INTO cancel SELECT id FROM tasks")
    assert [moves.types(id)[-1] for id in ids] == ["task.cancelling", "task.cancelled", "task.cancelled"]


def test_cancelling_what_does_not_run_is_refused(store: Store) -> None:
    moves = Moves(store)
    made = moves.make()
    before = moves.events()
    for id in (made.id, "no such task"):
        assert "no such task that waits or runs" in refusal(store.path, f"INSERT INTO cancel VALUES ('{id}')")
    task.delete(store, moves.submit().id)
    assert moves.events()[: len(before)] == before


def test_views_answer_the_usual_questions(store: Store) -> None:
    moves = Moves(store)
    made_task = moves.make()
    bad = moves.submit("Bad")
    attempt.fail(store, moves.claim().lease, StageFailed("It broke.", hint="Mend it."), "video")
    first, second = moves.submit("First", priority=5), moves.submit("Second")

    def asked(query: str) -> list[dict[str, object]]:
        return list(json.loads(sqlite(store.path, ".mode json", query) or "[]"))

    assert [(row["position"], row["task_id"]) for row in asked("SELECT * FROM queue")] == [(1, first.id), (2, second.id)]
    story = asked(f"SELECT * FROM task_timeline WHERE task_id = '{made_task.id}'")
    assert [row["type"] for row in story] == moves.types(made_task.id)
    assert story[0]["since_submitted_s"] == 0
    assert story[-1]["percent"] == 100
    (video,) = asked(f"SELECT * FROM stage_times WHERE task_id = '{made_task.id}'")
    assert (video["stage"], video["outcome"], video["made"]) == ("video", "stage.completed", 1)
    (failure,) = asked("SELECT * FROM failures")
    assert {name: failure[name] for name in ("task_id", "stage", "code", "message", "hint")} == {
        "task_id": bad.id,
        "stage": "video",
        "code": "stage_failed",
        "message": "It broke.",
        "hint": "Mend it.",
    }
    assert {row["task_id"] for row in asked("SELECT * FROM storage")} == {made_task.id, bad.id, first.id, second.id}


def test_timeline_counts_from_the_submission_also_when_its_beginning_was_pruned(store: Store) -> None:
    made_task = Moves(store).make()
    sqlite(store.path, "UPDATE tasks SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-1 hour')")
    sqlite(store.path, "UPDATE log SET floor = 2", "DELETE FROM events WHERE seq <= 2")
    first = sqlite(store.path, f"SELECT min(since_submitted_s) FROM task_timeline WHERE task_id = '{made_task.id}'")
    assert 3600 <= float(first) < 3700


def test_row_of_the_wrong_type_is_refused(store: Store) -> None:
    Moves(store).submit()
    for change in ("source = x'00ff'", "progress = 'half'", "attempts_left = -1", "status = 'lost'", "progress = 1.5", "options = '3'"):
        refusal(store.path, f"UPDATE tasks SET {change}")


def test_views_give_no_negative_length_after_the_clock_was_set_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = Moves(store)
    moves.submit("Waits", priority=-1)
    moves.submit("Is made")
    lease = moves.claim().lease
    attempt.report(store, lease, [Fact(EventType.STAGE_STARTED, stage="video", stage_progress=0.0)])
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: "2001-01-01T00:00:00.000Z")
        attempt.report(store, lease, [Fact(EventType.STAGE_COMPLETED, stage="video", stage_progress=1.0)])
        attempt.complete(store, lease)
    monkeypatch.setattr(clock, "now", lambda: "2101-01-01T00:00:00.000Z")
    moves.submit("Is of the future")
    columns = {"queue": "waiting_s", "task_timeline": "since_submitted_s", "stage_times": "seconds"}
    for view, column in columns.items():
        assert float(sqlite(store.path, f"SELECT min({column}) FROM {view}")) >= 0.0, view
    lengths = sqlite(store.path, f"SELECT since_submitted_s FROM task_timeline WHERE task_id = '{lease.task_id}' ORDER BY seq").split()
    assert [float(length) for length in lengths] == sorted(float(length) for length in lengths)
    with store.reading() as read:
        assert min(stage_seconds(read, "video")["video"]) >= 0.0
