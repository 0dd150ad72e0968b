"""What the pages show of a task as events come is what the server says of it: by the server's labels, and in its formats."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from models import attempt, event, task
from models.attempt import Fact
from models.database import Store
from models.errors import MissingFile
from models.event import EventType
from models.replay import public
from tests.support.node import answers
from tests.support.task_moves import Moves
from videogen.config import Settings
from videogen.web import labels

SECONDS = (0, 0.44, 3.14, 9.94, 9.96, 12.5, 59.4, 59.6, 60, 72, 599, 3599, 3600, 3661, 7290, 86400)
COUNTS = (0, 999, 1000, 1536, 9949, 9951, 12_345, 999_499, 999_501, 5_000_000, 2_000_000_000, 3_000_000_000_000)
TASK = {"status": "queued", "attempt": 0, "message": None, "queue_position": 3, "workers_alive": 1, "progress": 0.5, "error": None}
TASKS: tuple[dict[str, Any], ...] = tuple(
    TASK | change
    for change in (
        {},
        {"attempt": 1, "retry_in_s": 4.2},
        {"attempt": 1, "retry_in_s": 61},
        {"status": "running", "elapsed_s": 62},
        {"status": "running", "message": "Drawing", "elapsed_s": 2.5, "remaining_s": 30, "attempt": 2},
        {"status": "running", "message": "Drawing", "cancel_requested": True, "elapsed_s": 3},
        {"status": "completed", "elapsed_s": 72.5},
        {"status": "failed", "error": {"message": "There is no voice x.", "retryable": False}},
        {"status": "failed"},
        {"status": "completed", "elapsed_s": 3, "damaged": ["options"], "error": {"message": "Its row is damaged: options."}},
        {"status": "cancelled"},
    )
)
DATA: tuple[dict[str, Any], ...] = (
    {},
    {"done": 0, "of": 4},
    {"made": 3, "reused": 0},
    {"made": 0, "reused": 2},
    {"position": 2, "of": 9, "title": "Here", "reused": True},
    {"position": 2, "title": "", "reused": False},
    {"kind": "captions_vtt"},
    {"kind": "something_new"},
    {"message": "A picture was left out.", "hint": "Upload it."},
    {"reason": "The worker's process ended.", "attempt": 2},
    {"damaged": ["data"]},
)
EVENTS = tuple(
    {"type": str(type), "message": message, "attempt": attempt, "stage": "video", "data": data}
    for type in (*EventType, "a.type.of.tomorrow")
    for data in DATA
    for message, attempt in (("Drawing", 1), (None, 2))
)
FORMATS = {
    "duration": (labels.duration, SECONDS),
    "clock": (labels.clock, SECONDS),
    "remaining": (labels.remaining, SECONDS),
    "countdown": (labels.countdown, SECONDS),
    "size": (labels.size, COUNTS),
    "percent": (labels.percent, [seconds / 86400 for seconds in SECONDS]),
}
FOLLOWED = (
    "status",
    "stage",
    "progress",
    "attempt",
    "message",
    "error",
    "language",
    "finished_at",
    "cancel_requested",
    "stalled",
    "remaining_s",
    "cursor",
)
SHOWN = ("label", "allowed", "suggested", "finished", "summary")
OF_A_STAGE = ("name", "label", "status", "progress", "started_at", "finished_at", "remaining_s", "made", "reused")


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


@pytest.fixture
def document(data: Path) -> dict[str, Any]:
    return labels.document(Settings(data=data))


def test_formats_are_the_same_in_both_languages(document: dict[str, Any]) -> None:
    calls = [["formats", name, value] for name, (_, values) in FORMATS.items() for value in values]
    assert answers(document, calls) == [write(value) for write, values in FORMATS.values() for value in values]


def test_a_page_carries_the_labels_without_their_repetitions(data: Path) -> None:
    settings = Settings.model_validate({"data": data})
    carried = labels.page_document(settings)
    (completed,) = answers(carried, [["labels", "completed", carried]])
    assert completed == json.loads(json.dumps(labels.document(settings)))
    assert len(json.dumps(carried)) < 0.7 * len(json.dumps(completed))


def test_rows_times_and_log_say_the_same_in_both_languages(document: dict[str, Any]) -> None:
    shown = [row | labels.described(row) for row in TASKS]
    calls = [["labels", "rowText", row] for row in shown] + [["labels", "timesText", row, {}] for row in shown]
    calls += [["labels", "eventText", event] for event in EVENTS]
    ours = [labels.row(row) for row in shown] + [labels.times(event) for event in shown] + [list(labels.event(row)) for row in EVENTS]
    assert answers(document, calls) == ours


def test_task_after_each_event_is_what_the_server_says_of_it(client: FlaskClient, moves: Moves) -> None:
    """A life with everything in it: a stall, a lost attempt, a failure, a retry, a cancel; from its first state on, by events alone."""
    document = client.get("/api/labels").get_json()
    known, seen = None, 0
    for shown in life(moves):
        states = client.get(f"/api/tasks/{shown}").get_json()
        with moves.store.reading() as read:
            new = event.after(read, seen, task_ids={shown})
        seen = new[-1].seq
        if known is not None:
            epoch = states["cursor"].rpartition("-")[0]
            for entry in new:
                (known,) = answers(document, [["task-projection", "project", document, known, f"{epoch}-{entry.seq}", public(entry)]])
            assert_shown_alike(known, states)
        known = states


def assert_shown_alike(known: Mapping[str, Any], states: Mapping[str, Any]) -> None:
    queued = states["status"] == "queued"  # what it waits for only the server knows
    for name in FOLLOWED + tuple(name for name in SHOWN if not (queued and name == "summary")):
        if name == "error" and states["error"]:
            assert {part: known["error"].get(part) for part in ("code", "message", "hint")} == {
                part: states["error"][part] for part in ("code", "message", "hint")
            }
        elif name == "suggested" and states["error"]:
            continue  # whether an error can pass the server decides
        else:
            assert known[name] == states[name], (name, states["status"])
    if states["status"] in ("running", "completed"):
        assert [{name: stage.get(name) for name in OF_A_STAGE} for stage in known["stages"]] == [
            {name: stage.get(name) for name in OF_A_STAGE} for stage in states["stages"]
        ]


def life(moves: Moves) -> Iterator[str]:
    """Yield the id after each step of a task's life."""
    made = moves.submit()
    yield made.id
    lease = moves.claim().lease
    yield made.id
    for stage in ("input", "parsing", "video"):
        for fact in steps(stage):
            attempt.report(moves.store, lease, [fact])
            yield made.id
    attempt.report(moves.store, lease, [Fact(EventType.TASK_STALLED)])
    yield made.id
    attempt.report(moves.store, lease, [Fact(EventType.STAGE_PROGRESS, "video", stage_progress=0.9, progress=0.6, message="Again")])
    yield made.id
    attempt.fail(moves.store, lease, MissingFile("There is no picture cat.png."), "video")
    yield made.id
    task.retry(moves.store, made.id)
    yield made.id
    lease = moves.claim().lease
    yield made.id
    task.cancel(moves.store, made.id)
    yield made.id
    attempt.report(moves.store, lease, [Fact(EventType.STAGE_STARTED, "input", stage_progress=0.0, message="Reading")])
    yield made.id


def steps(stage: str) -> Iterator[Fact]:
    yield Fact(EventType.STAGE_STARTED, stage, stage_progress=0.0, message=f"Beginning {stage}")
    yield Fact(EventType.STAGE_PROGRESS, stage, stage_progress=0.5, message="Halfway", data={"done": 1, "of": 2, "remaining_s": 3.5})
    data = {"made": 1, "reused": 2} | ({"language": "de"} if stage == "parsing" else {})
    if stage != "video":
        yield Fact(EventType.STAGE_COMPLETED, stage, stage_progress=1.0, data=data)
