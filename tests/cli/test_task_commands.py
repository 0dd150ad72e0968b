"""tasks, cancel, retry, delete, verify, schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import update

from models import task
from models.database import Store
from models.sqlite.driver import connect
from models.task_table import tasks
from tests.cli.conftest import ROOT, Run
from tests.support.scripted_task import ScriptedTask
from videogen.errors.rendering import StageFailed

SubmitTask = Callable[..., ScriptedTask]


def test_tasks_are_listed_newest_first(run: Run, submit_task: SubmitTask) -> None:
    older, newer = submit_task("Older"), submit_task("Newer")
    lines = [line.split("\t") for line in run("tasks").stdout.splitlines()]
    assert [(line[0], line[1], line[4]) for line in lines] == [(newer.id, "queued", "Newer"), (older.id, "queued", "Older")]
    assert [row["id"] for row in json.loads(run("tasks", "--json", "--limit", "1").stdout)] == [newer.id]


def test_tasks_of_one_status(run: Run, store: Store, submit_task: SubmitTask) -> None:
    gone, waits = submit_task("Gone"), submit_task("Waits")
    task.cancel(store, gone.id)
    assert [line.split("\t")[0] for line in run("tasks", "--status", "queued").stdout.splitlines()] == [waits.id]
    assert run("tasks", "--status", "finished").exit_code == 2
    assert [line.split("\t")[0] for line in run("tasks", "--search", "wait").stdout.splitlines()] == [waits.id]
    assert run("tasks", "--search", "wait", "--status", "cancelled").stdout == ""


def test_title_with_tabs_and_newlines_stays_one_line(run: Run, store: Store) -> None:
    task.submit(store, source="# x", format="markdown", title="a\tb\nc")
    assert len(run("tasks").stdout.splitlines()) == 1


def test_waiting_task_is_cancelled_and_tried_again(run: Run, store: Store, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    assert run("cancel", "last").stdout.split() == [scripted.id, "cancelled"]
    assert run("cancel", scripted.id).exit_code == 1
    assert run("retry", scripted.id).stdout.split() == [scripted.id, "queued"]
    assert task.get(store, scripted.id).status == "queued"


def test_running_task_is_asked_to_end(run: Run, store: Store, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    assert run("cancel", scripted.id).stdout.split() == [scripted.id, "cancelling"]
    assert task.get(store, scripted.id).cancel_requested_at


def test_failed_task_is_tried_again(run: Run, store: Store, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.fail(StageFailed("Broken."))
    assert run("retry", "last").exit_code == 0
    assert task.get(store, scripted.id).error_code is None


def test_deletion_hides_at_once_and_can_be_undone(run: Run, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    assert run("delete", scripted.id).exit_code == 0
    assert run("tasks").stdout == ""
    gone = run("events", scripted.id)
    assert gone.exit_code == 1
    assert "has been deleted" in gone.stderr
    assert run("delete", "--undo", scripted.id).exit_code == 0
    assert scripted.id in run("tasks").stdout


def test_several_tasks_at_once(run: Run, submit_task: SubmitTask) -> None:
    ids = [submit_task(f"Film {number}").id for number in range(3)]
    assert [line.split()[0] for line in run("cancel", *ids).stdout.splitlines()] == ids


STEPS = (("cancel",), "cancelled"), (("retry",), "queued"), (("delete",), "cancelled"), (("delete", "--undo"), "cancelled")


def test_json_output_is_for_programs(run: Run, submit_task: SubmitTask) -> None:
    ids = [submit_task("One").id, submit_task("Two").id]
    for words, status in STEPS:
        records = [json.loads(line) for line in run(*words, *ids, "--json").stdout.splitlines()]
        assert [(record["id"], record["status"]) for record in records] == [(id, status) for id in ids]
        assert [record["deleted"] for record in records] == [words == ("delete",)] * 2


def test_shell_completes_tasks_and_commands(data: Path, submit_task: SubmitTask) -> None:
    def completed(*words: str) -> list[str]:
        typed = " ".join(["app.py", "--data", str(data), *words])
        asked = {"_APP_PY_COMPLETE": "bash_complete", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1)}
        ran = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=os.environ | asked, capture_output=True, text=True, timeout=60)
        assert ran.stderr == ""
        return [line.partition(",")[2] for line in ran.stdout.splitlines()]

    id = submit_task("A film").id
    assert completed("canc") == ["cancel"]
    assert completed("cancel", "") == [id, "last"]
    assert completed("events", id[:5]) == [id]


def test_verify_agrees_and_disagrees_with_its_exit_code(run: Run, store: Store, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    assert run("verify").exit_code == 0
    with closing(connect(store.path)) as connection:
        connection.execute("UPDATE tasks SET message = 'Fine'")
    result = run("verify")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"task {scripted.id}")
    assert "message 'Fine'" in result.stdout
    assert json.loads(run("verify", "--json").stdout)[0]["task_id"] == scripted.id


def test_schema_is_that_of_a_script(run: Run) -> None:
    schema = json.loads(run("schema").stdout)
    assert schema["title"] == "Script"
    assert set(schema["required"]) == {"title", "scenes"}
    assert "$schema" in schema


def test_voices_are_listed_on_whole_lines_in_a_pipe(run: Run) -> None:
    voices = json.loads(run("voices", "--json").stdout)["voices"]
    lines = [line for line in run("voices").stdout.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == ["voice", *(voice["name"] for voice in voices)]
    assert all(any((voice["why_not"] or "") in line for line in lines) for voice in voices)


def test_voices_are_listed_and_heard(run: Run, tmp_path: Path) -> None:
    assert {"hibari", "none"} <= {line.split()[0] for line in run("voices").stdout.splitlines()}
    assert "edge" in {voice["name"] for voice in json.loads(run("voices", "--json").stdout)["voices"] if voice["online"]}
    run("voices", "hibari", "-o", str(tmp_path / "heard.wav"))
    assert (tmp_path / "heard.wav").read_bytes()[:4] == b"RIFF"


def test_a_title_of_old_cannot_speak_to_the_terminal(run: Run, store: Store) -> None:
    id = task.submit(store, source="# One", format="markdown", title="One").id
    with store.writing() as write:
        write.connection.execute(update(tasks).values(title="Own\x1b]0;ed\x07 \x9b31m", message="\x1b[2J"))
    for command in (["tasks"], ["tasks", "--json"], ["queue"], ["queue", "--json"], ["sql", "-c", "SELECT title, message FROM tasks"]):
        output = run(*command).output
        assert "Own" in output
        assert not set(output) & set("\x1b\x07\x9b"), command
    assert "Error: There is no task  [2J" in run("cancel", f"{id}\x1b[2J").stderr.replace(id, "")
