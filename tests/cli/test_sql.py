"""sql: a shell on the store's own driver, for reading unless --write."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from models import task
from models.database import Store
from models.signals import event_appended
from tests.cli.conftest import Run
from tests.support.process_state import until
from tests.support.scripted_task import ScriptedTask
from videogen.cli.cmd_sql import split
from videogen.streams.listener import Listener


def test_answer_is_lines_with_tabs_under_their_names(run: Run, submit_task: Callable[..., ScriptedTask]) -> None:
    scripted = submit_task("title")
    lines = run("sql", "-c", "SELECT id, 'A' || char(9) || title AS title, error_code FROM tasks").stdout.splitlines()
    assert lines == ["id\ttitle\terror_code", f"{scripted.id}\tA\\ttitle\t"]


def test_answer_in_json_is_a_list_of_objects(run: Run) -> None:
    assert json.loads(run("sql", "--json", "-c", "SELECT 1 AS one, NULL AS none, x'ff' AS bytes").stdout) == [
        {"one": 1, "none": None, "bytes": "ff"}
    ]


@pytest.mark.parametrize("view", ["queue", "task_timeline", "stage_times", "failures", "storage"])
def test_views_answer(run: Run, submit_task: Callable[..., ScriptedTask], view: str) -> None:
    submit_task().start().complete()
    assert run("sql", "-c", f"SELECT * FROM {view}").exit_code == 0


@pytest.mark.parametrize("statement", ["DELETE FROM tasks", "INSERT INTO submit(source) VALUES ('# x')", "DROP TABLE tasks"])
def test_nothing_is_changed_without_write(run: Run, store: Store, submit_task: Callable[..., ScriptedTask], statement: str) -> None:
    scripted = submit_task()
    result = run("sql", "-c", statement)
    assert result.exit_code == 1
    assert "--write" in result.stderr
    assert task.get(store, scripted.id).status == "queued"


def test_script_put_in_with_write_rings_other_processes(run: Run, store: Store) -> None:
    senders: list[object] = []
    # The floor is off: only the ring can wake the listener.
    with Listener(store, poll_interval_s=0), event_appended.connected_to(senders.append):
        assert run("sql", "--write", "-c", "INSERT INTO submit(source) VALUES ('# By hand')").exit_code == 0
        until(lambda: bool(senders))
    with store.reading() as read:
        assert [row.title for row in task.page(read)[0]] == ["By hand"]


def test_log_is_append_only_also_with_write(run: Run, store: Store, submit_task: Callable[..., ScriptedTask]) -> None:
    submit_task()
    result = run("sql", "--write", "-c", "DELETE FROM events")
    assert result.exit_code == 1
    assert "events above the floor are kept" in result.stderr


def test_bad_statement_is_said_and_ends_the_rest(run: Run) -> None:
    result = run("sql", "-c", "SELECT 1; SELCT 2; SELECT 3")
    assert result.exit_code == 1
    assert result.stdout == "1\n1\n"
    assert "SELCT" in result.stderr


def test_statements_from_standard_input(run: Run, submit_task: Callable[..., ScriptedTask]) -> None:
    submit_task()
    result = run("sql", stdin="SELECT count(*) AS n\nFROM tasks;\n.tables\nSELECT 'a;b' AS text")
    assert result.stdout.startswith("n\n1\n")
    assert "view\ttask_timeline" in result.stdout
    assert result.stdout.endswith("text\na;b\n")


def test_schema_of_one_table(run: Run) -> None:
    out = run("sql", stdin=".schema tasks\n").stdout
    assert "CREATE TABLE tasks" in out
    assert "CREATE TABLE events" not in out


def test_unknown_dot_command_tells_the_known_ones(run: Run) -> None:
    result = run("sql", stdin=".foo\n")
    assert result.exit_code == 1
    assert ".schema" in result.stderr


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [""]),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;\n", ["SELECT 1;", "\n"]),
        ("SELECT 1; SELECT\n2;", ["SELECT 1;", "SELECT\n2;", ""]),
        ("SELECT ';'; .help", ["SELECT ';';", " .help"]),
        (".tables\n.schema x\n", [".tables", ".schema x", ""]),
        ("SELECT 'a\n.b';", ["SELECT 'a\n.b';", ""]),
        ("CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END;", ["CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END;", ""]),
        ("SELECT 1 -- a; b\n;", ["SELECT 1 -- a; b\n;", ""]),
    ],
)
def test_statements_are_split(text: str, parts: list[str]) -> None:
    assert split(text) == parts
