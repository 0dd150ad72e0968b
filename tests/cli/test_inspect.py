"""`app.py inspect`: Datasette in a process of its own, for reading, with the questions of the document."""

import re
import subprocess
from importlib.util import find_spec

import httpx
import pytest

from models import task
from models.database import Store
from tests.cli.conftest import Run, Start
from tests.support.paths import ROOT
from tests.support.process_state import until
from tests.support.web_server import free_port
from videogen.cli import cmd_inspect
from videogen.cli.questions import QUESTIONS


def test_the_questions_are_those_of_the_document() -> None:
    page = (ROOT / "docs" / "inspecting.md").read_text(encoding="utf-8")
    lines = re.findall(r'^sqlite3 -readonly .*data/videogen\.db "(SELECT .*)"$', page, re.MULTILINE)
    assert [question.sql for question in QUESTIONS] == [line.replace("'TASK'", ":task") for line in lines]
    assert len({question.name for question in QUESTIONS}) == len(QUESTIONS)


def test_without_datasette_the_hint_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cmd_inspect, "find_spec", lambda _name: None)
    refused = run("inspect")
    assert refused.exit_code == 1
    assert "Datasette is not installed" in refused.stderr
    assert "videogen[inspect]" in refused.stderr


@pytest.mark.skipif(find_spec("datasette") is None, reason="no Datasette here: pip install 'videogen[inspect]'")
def test_the_store_is_there_to_be_asked_and_cannot_be_changed(store: Store, start: Start) -> None:
    made = task.submit(store, source="# Hello", format="markdown", title="Hello")
    port = free_port()
    process = start("inspect", "--port", str(port))
    at = f"http://127.0.0.1:{port}/videogen"
    until(lambda: answers(process, at), within_s=60)
    for question in QUESTIONS:
        answer = httpx.get(f"{at}/{question.name}.json", params={"task": made.id, "_shape": "array"})
        assert answer.status_code == 200, (question.name, answer.text)
    assert httpx.get(f"{at}/script.json", params={"task": made.id, "_shape": "array"}).json() == [{"source": "# Hello"}]
    later = task.submit(store, source="# Later", format="markdown", title="Later")  # it holds nobody up, and sees what is new
    waiting = httpx.get(f"{at}/queue.json", params={"_shape": "array"}).json()
    assert [record["task_id"] for record in waiting] == [made.id, later.id]
    with_comment = "with x as (select 1) delete from tasks"
    assert httpx.get(f"{at}.json", params={"sql": with_comment}).status_code == 400
    process.terminate()
    process.wait(timeout=10)
    until(lambda: not answers(process, at))


def answers(process: subprocess.Popen[str], address: str) -> bool:
    try:
        return httpx.get(f"{address}.json").status_code == 200
    except httpx.TransportError:
        return False
