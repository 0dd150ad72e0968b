"""submit: straight into the store, and --follow until the end."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from models import attempt, task, worker
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from tests.cli.conftest import Run, Start
from tests.support.process_state import until
from tests.support.scripted_task import ScriptedTask
from videogen.errors.rendering import StageFailed


@pytest.fixture
def script(data: Path) -> str:
    path = data.parent / "hello.md"
    path.write_text("# Hello there\n\nA sentence.\n")
    return str(path)


def test_submitted_script_waits_with_its_title_and_options(run: Run, store: Store, script: str) -> None:
    result = run("submit", script, "--voice", "none", "-O", "height=240", "--priority", "5", "--json")
    answer = json.loads(result.stdout)
    row = task.get(store, answer["id"])
    assert (row.title, row.status, row.priority, row.format) == ("Hello there", "queued", 5, "markdown")
    assert row.options == {"voice": "none", "height": "240"}
    assert answer["page"].endswith(f"/tasks/{row.id}")


def test_submit_prints_id_and_address(run: Run, script: str) -> None:
    result = run("submit", script, "--voice", "none")
    task_id, page = result.stdout.split()
    assert page == f"http://127.0.0.1:8000/tasks/{task_id}"
    assert "No worker is running" in result.stderr


def test_submit_makes_the_store_if_need_be(run: Run, data: Path, script: str) -> None:
    result = run("--data", str(data.parent / "new"), "submit", script, "--voice", "none")
    assert result.exit_code == 0
    assert (data.parent / "new" / "videogen.db").exists()


def test_standard_input_is_taken(run: Run, store: Store) -> None:
    assert run("submit", "-", "--voice", "none", stdin="title: Y\nscenes:\n- {kind: title, title: From YAML}\n").exit_code == 0
    assert run("tasks", "--json").stdout.count('"title"') == 1
    with store.reading() as read:
        assert task.page(read)[0][0].format == "yaml"


def test_a_task_is_made_again_with_its_script_and_options_as_far_as_no_others_are_given(run: Run, store: Store, script: str) -> None:
    first = json.loads(run("submit", script, "--voice", "none", "--height", "240", "--json").stdout)["id"]
    again = task.get(store, json.loads(run("submit", "--from", "last", "--height", "720", "--json").stdout)["id"])
    assert (again.made_from_task_id, again.source, again.format) == (first, task.get(store, first).source, "markdown")
    assert again.options == {"voice": "none", "height": "720"}
    Path(script).write_text("# Better\n")
    better = task.get(store, json.loads(run("submit", script, "--from", again.id, "--json").stdout)["id"])
    assert (better.title, better.made_from_task_id, better.options) == ("Better", again.id, again.options)
    assert run("submit").exit_code == 2


def test_same_key_gives_the_same_task(run: Run, script: str) -> None:
    first, second = (run("submit", script, "--voice", "none", "--key", "k").stdout for _ in range(2))
    assert first == second
    assert run("submit", script, "--voice", "none", "--key", "k", "--height", "240").exit_code == 1
    assert run("submit", script, "--voice", "none", "--key", "k", "--priority", "1").exit_code == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"title: X\nscenes:\n  - kind: tittle\n", "there is no kind of scene called 'tittle'"),
        (b"title: [\nscenes:\n  - kind: title\n", "ine "),
    ],
)
def test_bad_script_makes_no_task(run: Run, content: bytes, says: str) -> None:
    result = run("submit", "-", stdin=content)
    assert result.exit_code == 1
    assert says in result.stderr
    assert "Hint:" in result.stderr
    assert run("tasks").stdout == ""


def test_unknown_option_names_the_nearest(run: Run, script: str) -> None:
    result = run("submit", script, "-O", "heigth=240")
    assert result.exit_code == 1
    assert "did you mean height?" in result.stderr


def test_option_without_value_is_a_usage_error(run: Run, script: str) -> None:
    assert run("submit", script, "-O", "height").exit_code == 2


def test_file_that_is_not_there_is_a_usage_error(run: Run) -> None:
    assert run("submit", "nowhere.md").exit_code == 2


def worked_on(store: Store, end: Callable[[task.Lease], object]) -> None:
    """Works on the task that is submitted next, as soon as it is there."""
    me = worker.register(store)
    rows: list[task.Task] = []
    until(lambda: rows.append(claimed) or True if (claimed := attempt.claim(store, me, 60)) else False)
    lease = rows[0].lease
    message = Fact(EventType.STAGE_PROGRESS, "video", 0.5, 0.5, "Drawing the scenes", data={"done": 1, "of": 2})
    attempt.report(store, lease, [Fact(EventType.STAGE_STARTED, "video", 0.0, 0.1, "Drawing"), message])
    end(lease)


def test_follow_shows_the_steps_and_ends_with_zero_for_a_video(start: Start, store: Store, script: str) -> None:
    process = start("submit", script, "--voice", "none", "--follow")
    worked_on(store, lambda lease: attempt.complete(store, lease))
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "/tasks/" in out
    assert "Drawing: Drawing the scenes" in err
    assert err.splitlines()[-1] == "Completed."


def test_follow_ends_with_one_for_a_failure_and_says_why(start: Start, store: Store, script: str) -> None:
    process = start("submit", script, "--voice", "none", "--follow")
    worked_on(store, lambda lease: attempt.fail(store, lease, StageFailed("The pen broke."), "video"))
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "Failed: The pen broke." in err
    assert f"Hint: {StageFailed.hint}" in err


def test_follow_ends_with_three_for_a_cancelled_task(start: Start, store: Store, script: str) -> None:
    process = start("submit", script, "--voice", "none", "--follow")

    def cancel(lease: task.Lease) -> None:
        task.cancel(store, lease.task_id)
        attempt.finish_cancel(store, lease)

    worked_on(store, cancel)
    process.communicate(timeout=20)
    assert process.returncode == 3


def test_follow_ends_when_the_task_is_deleted(start: Start, store: Store, script: str) -> None:
    process = start("submit", script, "--voice", "none", "--follow")
    worked_on(store, lambda lease: task.delete(store, lease.task_id))
    _, err = process.communicate(timeout=20)
    assert process.returncode == 3
    assert "Deleted." in err


def test_interrupted_follow_prints_how_to_continue(start: Start, store: Store, script: str) -> None:
    process = start("submit", script, "--voice", "none", "--follow")

    def interrupt(lease: task.Lease) -> None:
        assert process.stderr
        assert any("Drawing the scenes" in line for line in iter(process.stderr.readline, ""))
        process.send_signal(signal.SIGINT)

    worked_on(store, interrupt)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert f"app.py events {out.split()[0]} --follow" in err
    assert task.get(store, out.split()[0]).status == "running"


def test_for_programs_following_tells_how_it_ended(start: Start, store: Store, script: str) -> None:
    process = start("submit", script, "--voice", "none", "--follow", "--json")
    worked_on(store, lambda lease: attempt.fail(store, lease, StageFailed("The pen broke."), "video"))
    out, _ = process.communicate(timeout=20)
    submitted, ended = (json.loads(line) for line in out.splitlines())
    assert (submitted["status"], ended["status"], ended["error"]["message"]) == ("queued", "failed", "The pen broke.")
    assert (process.returncode, ended["id"]) == (1, submitted["id"])


def test_followed_events_are_printed_once_in_order(start: Start, store: Store, submit_task: Callable[..., ScriptedTask]) -> None:
    scripted = submit_task().start()
    process = start("events", scripted.id, "--follow", "--json")
    assert process.stdout
    first = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert [record["type"] for record in first] == ["task.submitted", "task.started"]
    for done in range(20):
        scripted.progress("video", done / 20, done / 20, f"Step {done}")
    scripted.complete()
    out, _ = process.communicate(timeout=20)
    rest = [json.loads(line) for line in out.splitlines()]
    assert [record["id"] for record in first + rest] == scripted.ids()
    assert [record["message"] for record in rest][:20] == [f"Step {done}" for done in range(20)]
    assert rest[-1]["type"] == "task.completed"
    assert process.returncode == 0


def test_events_go_on_after_a_cursor(run: Run, submit_task: Callable[..., ScriptedTask]) -> None:
    scripted = submit_task().start()
    scripted.complete()
    events = [json.loads(line) for line in run("events", scripted.id, "--json").stdout.splitlines()]
    rest = run("events", "last", "--json", "--after", events[0]["id"]).stdout.splitlines()
    assert [json.loads(line) for line in rest] == events[1:]


@pytest.mark.parametrize("cursor", ["x", "00000000-1", "7c1e0a52-99999999999999999999"])
def test_cursor_that_cannot_be_gone_on_from_is_said(run: Run, submit_task: Callable[..., ScriptedTask], cursor: str) -> None:
    result = run("events", submit_task().id, "--after", cursor)
    assert result.exit_code == 1
    assert "cannot be resumed" in result.stderr


def test_events_of_one_type(run: Run, submit_task: Callable[..., ScriptedTask]) -> None:
    scripted = submit_task().start()
    scripted.complete()
    out = run("events", scripted.id, "--type", "task.started").stdout
    assert [line.split()[1] for line in out.splitlines()] == ["task.started"]
    assert run("events", scripted.id, "--type", "task.begun").exit_code == 2
