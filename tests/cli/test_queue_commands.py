"""`queue`, `schedule`, `kinds`, and when what is submitted starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models import schedule, task
from models.database import Store
from models.verify import verify
from tests.support.task_moves import Moves
from videogen.cli import main


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(data), *arguments])


def test_queue_is_listed_and_changed(store: Store) -> None:
    moves = Moves(store)
    first = moves.submit("First", lock="printer")
    second = moves.submit("Second", run_at="2100-01-01T00:00:00.000Z", after=[first.id])
    listed = run(store.data, "queue").output.splitlines()
    assert [line.split("\t")[3:] for line in listed] == [
        ["First", "lock printer"],
        ["Second", f"at 2100-01-01T00:00:00.000Z, after {first.id}"],
    ]
    changed = run(store.data, "queue", second.id, "--priority", "5", "--at-once")
    assert "has priority 5" in changed.output
    assert [row["id"] for row in json.loads(run(store.data, "queue", "--json").output)] == [second.id, first.id]
    moves.claim()
    assert run(store.data, "queue", first.id, "--priority", "5").exit_code == 1
    assert verify(store) == []


@pytest.mark.parametrize("arguments", [["--priority", "1"], ["last"], ["last", "--run-at", "soon"], ["last", "--priority", "101"]])
def test_queue_says_what_is_missing(store: Store, arguments: list[str]) -> None:
    assert run(store.data, "queue", *arguments).exit_code == 2


def test_schedule_from_its_adding_to_its_removal(store: Store) -> None:
    made = Moves(store).submit("News", priority=3)
    added = run(store.data, "schedule", "add", "Weekly", "0 9 * * MON", "--repeat", "last", "--timezone", "Europe/Berlin", "--json")
    assert (json.loads(added.output)["title"], json.loads(added.output)["timezone"]) == ("News", "Europe/Berlin")
    assert "paused" in run(store.data, "schedule", "pause", "Weekly").output
    assert "next 2" in run(store.data, "schedule", "resume", "Weekly").output
    assert "30 6 * * *\tEurope/Berlin" in run(store.data, "schedule", "move", "Weekly", "30 6 * * *").output
    assert run(store.data, "schedule", "list").output.startswith("Weekly\t30 6 * * *")
    with store.reading() as read:
        assert schedule.find(read, "Weekly").spec.made_from == made.id
    assert run(store.data, "schedule", "remove", "Weekly").exit_code == 0
    assert run(store.data, "schedule", "list").output == ""
    refused = run(store.data, "schedule", "add", "Bad", "soon", "--repeat", "last")
    assert (refused.exit_code, "five fields" in refused.output) == (1, True)


def test_kinds_are_listed() -> None:
    kinds = json.loads(CliRunner().invoke(main, ["kinds", "--json"]).output)
    assert [kind["name"] for kind in kinds][:2] == ["video", "export"]
    assert "export" in CliRunner().invoke(main, ["kinds"]).output


def test_several_files_are_submitted_in_one_go_or_not_at_all(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videogen.cli.admission.confine", lambda _data: None)  # it would confine the tests
    before = Moves(store).submit("Before")
    files = [tmp_path / f"{name}.md" for name in ("one", "two", "three")]
    for file in files:
        file.write_text(f"# {file.stem}\n\nA sentence.\n")
    when = ["--run-at", "2100-01-01T00:00+00:00", "--after", before.id, "--lock", "a", "--voice", "none"]
    done = run(store.data, "submit", *map(str, files), *when)
    assert done.exit_code == 0, done.output
    with store.reading() as read:
        made = [row for row in task.queued(read) if row.id != before.id]
    assert [(row.title, row.run_at, row.lock) for row in made] == [
        (title, "2100-01-01T00:00:00.000Z", "a") for title in ("one", "two", "three")
    ]
    files[1].write_text("")
    assert run(store.data, "submit", *map(str, files), "--voice", "none").exit_code == 1
    with store.reading() as read:
        assert len(task.queued(read)) == 4
    assert run(store.data, "submit", *map(str, files), "--follow").exit_code == 2
