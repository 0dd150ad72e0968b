"""What a kind refuses to be, and what the store does for tasks of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from models import attempt, kind_hold, task, worker
from models.database import Store
from models.event import EventType
from models.verify import verify
from tests.support.sqlite_shell import sqlite
from tests.support.task_kinds import FIELDS, sum_installed
from tests.support.task_moves import Moves
from videogen.config import Settings
from videogen.errors.kinds import BadPayload
from videogen.kinds import Job, Kind, StageInfo, registry
from videogen.kinds.job import JobRequest
from videogen.pipeline.report import Report


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Sum"},
        {"name": ""},
        {"label": "{x}"},
        {"handler": "somewhere.add"},
        {"stages": ()},
        {"stages": (StageInfo("add", "Adding", 0.5),)},
        {"limit": 0},
    ],
    ids=str,
)
def test_declaration_that_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"sum|''|Sum"):
        Kind(**FIELDS | wrong)


def test_payload_that_does_not_fit_is_refused_with_the_place_of_each_problem() -> None:
    with pytest.raises(BadPayload) as refused:
        Kind(**FIELDS).check_payload({"number": "many"})
    assert [(diagnostic.path, diagnostic.message) for diagnostic in refused.value.diagnostics] == [
        ("payload.number", "has to be a whole number")
    ]


def test_built_in_kinds_need_no_package() -> None:
    assert set(registry.BUILT_IN) <= set(registry.installed().kinds)
    assert registry.progress_events("of.nobody") == ("stage.completed", "item.completed")


@pytest.fixture
def sum_kind() -> Iterator[None]:
    with sum_installed():
        yield


def test_no_more_tasks_of_a_kind_run_than_its_limit(store: Store, sum_kind: None) -> None:
    first, second = (task.submit(store, kind="sum", title=str(number)) for number in (1, 2))
    video = Moves(store).submit()
    by = worker.register(store)
    claimed = [attempt.claim(store, by, 60, registry.limits({})) for _ in range(3)]
    assert [attempt_row and attempt_row.id for attempt_row in claimed] == [first.id, video.id, None]
    assert claimed[0]
    attempt.complete(store, claimed[0].lease)
    again = attempt.claim(store, by, 60, registry.limits({}))
    assert again
    assert again.id == second.id


def test_a_limit_of_this_server_goes_before_that_of_the_kind(sum_kind: None) -> None:
    set_here = Settings.model_validate({"kind_limits": "sum=3,video=2"}).limits_of_kinds
    assert registry.limits(set_here) == {"video": 2, "export": None, "import": None, "set": None, "sum": 3}
    assert {kind["name"]: kind["limit"] for kind in registry.describe(set_here)} == registry.limits(set_here)


@pytest.mark.parametrize("written", ["sum", "sum=0", "sum=1,", "=1", "sum=1;video=2", "sum=one", ","])
def test_limits_of_kinds_that_cannot_be_read_are_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"kind_limits": written})


def test_hold_of_a_missing_kind_is_set_once_and_released_by_a_worker_that_knows_it(store: Store) -> None:
    moves = Moves(store)
    made, video = task.submit(store, kind="sum", title="Sum"), moves.submit()
    for _ in range(2):
        kind_hold.hold_unknown(store, {"video"})
    assert moves.types(made.id) == ["task.submitted", "task.held"]
    assert moves.types(video.id) == ["task.submitted"]
    assert moves.task(made.id).hold_reason == "kind_missing"
    kind_hold.release_known(store, {"video", "sum"})
    assert moves.types(made.id)[-1] == "task.released"
    assert moves.task(made.id).message == task.WAITING
    assert verify(store) == []


def test_task_of_any_kind_can_be_put_in_by_hand(store: Store) -> None:
    path = store.path
    sqlite(path, """INSERT INTO submit(kind, payload) VALUES ('sum', '{"number": 2}')""")
    assert sqlite(path, "SELECT kind, payload, title, source, format FROM tasks") == 'sum|{"number": 2}|sum||'
    assert verify(store) == []


def test_part_that_was_saved_is_loaded_by_the_same_work_only(tmp_path: Any) -> None:
    kind = Kind(**FIELDS)

    def job(number: int) -> Job:
        work = tmp_path / f"work-{number}"
        work.mkdir(exist_ok=True)
        reports: list[Report] = []
        return Job(kind, JobRequest("sum", {"number": number}, {}, work, tmp_path / "cache", 0), reports.append)

    job(1).save("first", b"1")
    assert job(1).load("first") == b"1"
    assert job(1).load("second") is None
    assert job(2).load("first") is None


def test_loss_after_an_item_costs_no_attempt(store: Store) -> None:
    moves = Moves(store)
    made = task.submit(store, kind="sum", title="Sum")
    lease = moves.claim().lease
    attempt.report(store, lease, [attempt.Fact(EventType.ITEM_COMPLETED, stage="add", data={"position": 1})])
    attempt.lose(store, lease, BadPayload("Lost."))
    assert moves.task(made.id).attempts_left == 3
    moves.render(moves.claim().lease, 1)
    attempt.lose(store, moves.task(made.id).lease, BadPayload("Lost."))
    assert moves.task(made.id).attempts_left == 2, "scenes count for videos alone"
