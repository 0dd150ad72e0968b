import json
import logging
import sys

import pytest

from tests.processes.conftest import Workspace
from tests.support.process_state import until
from videogen.processes.logs import JsonFormatter, TextFormatter


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("videogen.test", logging.WARNING, __file__, 1, message, arguments, None)
    made.created = 1_795_988_612.123
    vars(made).update(extra)
    return made


def test_a_line_names_time_level_process_event_and_task() -> None:
    line = TextFormatter("worker").format(record("It has %s.", "begun", event="task.started", task="3f9c2a"))
    assert line == "2026-11-29T21:43:32.123Z WARNING worker task.started 3f9c2a It has begun."


def test_a_line_of_json_has_the_fields_too() -> None:
    line = JsonFormatter("worker").format(record("Grüße", event="x", fields={"bytes": 5, "level": "forged"}))
    assert json.loads(line) == {
        "time": "2026-11-29T21:43:32.123Z",
        "level": "WARNING",
        "process": "worker",
        "logger": "videogen.test",
        "event": "x",
        "message": "Grüße",
        "bytes": 5,
    }


@pytest.mark.parametrize("formatter", [TextFormatter("web"), JsonFormatter("web")])
def test_what_a_stranger_sends_makes_no_line_of_its_own(formatter: logging.Formatter) -> None:
    assert len(formatter.format(record("no %s", "page\n2026-11-29T21:43:32.123Z INFO web all is well\x1b[2J\u2028")).splitlines()) == 1


def test_an_exception_is_told_with_its_place() -> None:
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError:
        failed = record("failed", exc_info=sys.exc_info())
    assert "ZeroDivisionError: division by zero" in TextFormatter("web").format(failed)
    assert "ZeroDivisionError" in json.loads(JsonFormatter("web").format(failed))["exception"]


def test_start_end_and_failure_of_tasks_are_logged(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    workspace.start_worker(log_format="json")
    made, failed = workspace.submit("stage video", "finish"), workspace.submit("stage video", "bad")
    text = ""

    def read() -> list[dict[str, object]]:
        nonlocal text
        text += capfd.readouterr().err
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.startswith("{") and line.endswith("\n")]

    until(lambda: any(line.get("event") == "task.failed" for line in read()))  # written after the end of the task is in the store
    lines = read()
    logged = [(line["task"], line["event"], line["level"]) for line in lines if "task" in line]
    assert logged[:3] == [(made, "attempt.started", "INFO"), (made, "task.completed", "INFO"), (failed, "attempt.started", "INFO")]
    (last,) = [line for line in lines if line.get("event") == "task.failed"]
    assert (last["task"], last["level"], last["code"]) == (failed, "WARNING", "bad_script")


def test_the_text_of_an_error_makes_no_line_of_its_own() -> None:
    try:
        raise ValueError("of a file\n2026-01-01T00:00:00.000Z WARNING web login.failed failed login from 192.0.2.1: \x1b[31mwrong password")
    except ValueError:
        line = record("it failed")
        line.exc_info = sys.exc_info()
    first, *others = TextFormatter("web").format(line).split("\n")
    assert first.endswith("it failed")
    assert all(other.startswith("| ") for other in others)
    assert "\x1b" not in "".join(others)
