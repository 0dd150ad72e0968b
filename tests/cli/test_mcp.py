"""`app.py mcp`, as an assistant uses it: through the SDK's own client."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters

from models import attempt, task
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from tests.cli.conftest import APP
from tests.support.paths import ROOT
from tests.support.task_moves import Moves, published, written
from tests.web.test_problems import OF_LIBRARIES
from videogen.assistant import Assistant
from videogen.cli.mcp_tools import server
from videogen.config import Settings
from videogen.processes import server_address
from videogen.processes.process_group import OWNER

SCRIPT = "# A film\n\nOne sentence.\n"


@pytest.fixture(autouse=True)
def restored_environment() -> Iterator[None]:
    """Submitting confines the process to its data directory; the tests after these are to have theirs."""
    before, directory = dict(os.environ), tempfile.tempdir
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
    tempfile.tempdir = directory


def ask(store: Store, tool: str, *, settings: Settings | None = None, **arguments: Any) -> Any:
    """What a tool answers; an error as text."""

    async def call() -> Any:
        async with Client(server(store, settings or Settings(data=store.data, voice="none"))) as client:
            return await client.call_tool(tool, arguments)

    with anyio.from_thread.start_blocking_portal() as portal:  # in a thread of its own: another test of this process may keep a loop
        answer = portal.call(call)
    return answer.content[0].text if answer.is_error else answer.structured_content


def test_assistant_makes_follows_lists_and_gets(store: Store) -> None:
    made = ask(store, "make_video", script=SCRIPT, options={"height": 240})
    assert (made["title"], made["status"]) == ("A film", "queued")
    assert "app.py serve" in made["note"]
    assert [word["task_id"] for word in ask(store, "list_videos", words="sentence")["videos"]] == [made["task_id"]]
    assert "yet" in ask(store, "get_file", task_id=made["task_id"])
    lease = Moves(store).claim().lease
    warning = {"code": "language_not_spoken", "message": "It is silent.", "hint": "Choose a voice.", "line": 3}
    attempt.report(store, lease, [Fact(EventType.TASK_WARNING, data=warning)])
    threading.Timer(0.2, lambda: finish(store, lease)).start()
    ended = ask(store, "follow_video", task_id=made["task_id"], wait_s=60)
    assert (ended["status"], ended["progress"]) == ("completed", 1.0)
    assert (ended["files"], ended["warnings"]) == (["video", "transcript"], ["Line 3: It is silent. Choose a voice."])
    video = ask(store, "get_file", task_id=made["task_id"])
    assert Path(video["path"]).read_bytes() == b"a film"
    assert ask(store, "get_file", task_id="last", kind="transcript")["text"] == "One sentence."


def test_assistant_imports_a_document_and_its_video_waits_for_it(store: Store, tmp_path: Path) -> None:
    document = tmp_path / "Bees.pdf"
    document.write_bytes(b"%PDF-1.4")
    made = ask(store, "import_document", path=str(document))
    assert [(made[name]["title"], made[name]["status"]) for name in ("import", "video")] == [("Bees.pdf", "queued"), ("Bees", "queued")]
    claimed = Moves(store).claim()
    assert (claimed.id, claimed.kind, claimed.payload["document"]) == (made["import"]["task_id"], "import", "Bees.pdf")
    assert "Waiting for" in made["video"]["message"]
    assert "cannot be read" in ask(store, "import_document", path=str(tmp_path / "none.pdf"))
    assert "cannot be imported" in ask(store, "import_document", path=str(tmp_path / "a.key"))


def test_assistant_makes_a_set_and_finds_its_videos(store: Store) -> None:
    made = ask(store, "make_set", script="# For {{name}}\n\nHello.", values="name,phone\nAnna,1\nBo,2\n", options={"height": 240})
    assert [(video["title"], video["status"]) for video in made["videos"]] == [("For Anna", "queued"), ("For Bo", "queued")]
    assert made["warnings"] == ["The script does not use the column phone."]
    finish(store, Moves(store).claim().lease)
    first, second = ask(store, "get_set", task_id=made["task_id"])["videos"]
    assert (Path(first["path"]).read_bytes(), second["status"], "path" in second) == (b"a film", "queued", False)
    assert "Row 2: it has no value for {{name}}" in ask(store, "make_set", script="# {{name}} {{city}}", values="name,city\nA,B\n,B\n")
    assert "is no set" in ask(store, "get_set", task_id=first["task_id"])


def test_assistant_changes_what_a_scene_says_and_compares_both_versions(store: Store) -> None:
    script = "# Tea\n\nA cup.\n\n## Water\n\nBoil it.\n"
    first = ask(store, "make_video", script=script)["task_id"]
    scenes = ask(store, "get_narration", task_id=first)["scenes"]
    assert [(scene["position"], scene["text"]) for scene in scenes] == [(1, "Tea. A cup."), (2, "Water. Boil it.")]
    second = ask(store, "change_narration", task_id=first, scenes={"2": "Heat it."})["task_id"]
    compared = ask(store, "compare_videos", task_id=second)
    assert (compared["before"], compared["counts"]["changed"], compared["scenes"][1]["differs"]) == (first, 1, ["text"])
    assert "made from no other" in ask(store, "compare_videos", task_id=first)
    assert "says anything else" in ask(store, "change_narration", task_id=second, scenes={"2": "Heat it."})
    assert "no position" in ask(store, "change_narration", task_id=second, scenes={"two": "Heat it."})
    assert "no scene 9" in ask(store, "change_narration", task_id=second, scenes={"9": "Heat it."})
    assert ask(store, "cancel_video", task_id=second)["status"] == "cancelled"


def test_assistant_makes_a_version_in_another_shape(store: Store) -> None:
    first = ask(store, "make_video", script="# Tea\n\nA cup.\n", options={"theme": "paper"})["task_id"]
    second = ask(store, "make_version", task_id=first, options={"aspect": "9:16"})["task_id"]
    assert task.get(store, second).options == {"theme": "paper", "aspect": "9:16"}
    assert "No option is another one" in ask(store, "make_version", task_id=second, options={"aspect": "9:16"})


def test_assistant_exports_a_completed_video(store: Store) -> None:
    made = ask(store, "make_video", script=SCRIPT)["task_id"]
    assert "no finished video" in ask(store, "export_video", task_id=made, format="webm")
    finish(store, Moves(store).claim().lease)
    exported = ask(store, "export_video", task_id=made, format="vtt")
    assert (exported["title"], exported["status"]) == ("A film (VTT)", "queued")
    lease = Moves(store).claim().lease
    captions = written(store.data / "work" / "c", b"WEBVTT", kind="export", name="export.vtt", media_type="text/vtt")
    attempt.report(store, lease, published(captions))
    attempt.complete(store, lease)
    assert ask(store, "get_file", task_id=exported["task_id"])["text"] == "WEBVTT"
    assert "Use one of: webm, gif" in ask(store, "export_video", task_id=made, format="avi")


def test_assistant_makes_a_script_in_several_languages_and_is_told_what_has_no_text(store: Store) -> None:
    german = "# Tee\n\n## Water\n\nBoil it.\n"
    made = ask(store, "make_languages", script="# Tea\n\n## Water\n\nBoil it.\n", languages={"german": german})
    assert [video["title"] for video in made["videos"]] == ["Tea (English)", "Tee (German)"]
    assert made["warnings"] == ["Section 2 (Water) is in German as in the script: there the video is in English."]
    assert "no language" in ask(store, "make_languages", script=SCRIPT, languages={"klingon-x-": german})
    assert "other languages than English" in ask(store, "make_languages", script=SCRIPT, languages={"en": german})


def test_assistant_keeps_a_draft_and_writes_over_nobody_else(store: Store) -> None:
    kept = ask(store, "save_draft", script=SCRIPT, title="Tea")
    assert kept["page"].endswith(f"/?draft={kept['draft_id']}")
    changed = ask(store, "save_draft", script="# Other", draft_id=kept["draft_id"], revision=kept["revision"])
    assert (changed["revision"], changed["title"]) == (2, "Tea")
    assert "revision" in ask(store, "save_draft", script="# Late", draft_id=kept["draft_id"], revision=1)
    assert ask(store, "get_draft", draft_id=kept["draft_id"])["script"] == "# Other"
    assert [row["title"] for row in ask(store, "list_drafts")["drafts"]] == ["Tea"]
    assert "no draft" in ask(store, "get_draft", draft_id="nothing")


def test_language_model_is_asked_only_where_one_is_configured(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "assist" in ask(store, "assist", action="shorten", script=SCRIPT)  # the tool is unknown
    configured = Settings(data=store.data, voice="none", assistant_url="http://127.0.0.1:9/v1", assistant_model="small")
    asked: list[tuple[str, str]] = []

    def answer(_self: Assistant, task: str, content: str, _wishes: str) -> str:
        asked.append((task, content))
        return '{"1": "Said otherwise."}' if content.startswith("[") else "# Short"

    monkeypatch.setattr(Assistant, "_ask", answer)
    assert ask(store, "assist", settings=configured, action="shorten", script=SCRIPT) == {"script": "# Short\n"}
    narrated = ask(store, "assist", settings=configured, action="narrate", script=SCRIPT)
    assert "Said otherwise." in narrated["script"]
    assert len(asked) == 2
    assert "no language" in ask(store, "assist", settings=configured, action="translate", script=SCRIPT)
    assert "Use one of" in ask(store, "assist", settings=configured, action="sing", script=SCRIPT)


def finish(store: Store, lease: Any) -> None:
    work = store.data / "work"
    files = (written(work / "a"), written(work / "b", b"One sentence.", kind="transcript", name="transcript.txt"))
    attempt.report(store, lease, published(*files))
    attempt.complete(store, lease)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("make_video", {"script": ""}, "empty"),
        ("make_video", {"script": "title: A\nscenes:\n  - kind: explosion\n", "format": "yaml"}, "explosion"),
        ("make_video", {"script": SCRIPT, "options": {"voice": "nobody"}}, "Use one of"),
        ("follow_video", {"task_id": "nothing"}, "no task"),
        ("get_file", {"task_id": "nothing"}, "no task"),
        ("get_file", {"task_id": "last", "kind": "captions"}, "captions_vtt"),
        ("get_file", {"task_id": "last", "kind": "captions_vtt"}, "yet"),
        ("list_videos", {"status": "done"}, "queued, running, completed, failed, cancelled"),
        ("list_videos", {"limit": 0}, "1 to 50"),
        ("list_videos", {"limit": 51}, "1 to 50"),
        ("follow_video", {"task_id": "last", "wait_s": -1}, "0 to 300"),
        ("follow_video", {"task_id": "last", "wait_s": 301}, "0 to 300"),
        ("make_video", {"script": SCRIPT, "format": "docx"}, "markdown, yaml, json"),
        ("make_video", {}, "script is missing"),
        ("make_video", {"script": 3}, "script has to be a text"),
        ("make_video", {"script": SCRIPT, "options": "large"}, "options has to be an object"),
        ("list_videos", {"limit": "many"}, "limit has to be a whole number"),
        ("follow_video", {"task_id": "last", "wait_s": "long"}, "wait_s has to be a number"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(store: Store, tool: str, arguments: dict[str, Any], words: str) -> None:
    Moves(store).submit()
    answer = ask(store, tool, **arguments)
    assert words in answer
    assert not OF_LIBRARIES.search(answer)


def test_file_that_is_not_there_is_answered_with_those_that_are(store: Store) -> None:
    Moves(store).submit()
    finish(store, Moves(store).claim().lease)
    assert "It has: video, transcript" in ask(store, "get_file", task_id="last", kind="thumbnail")


def test_page_of_a_video_is_at_the_port_where_the_server_listens(store: Store) -> None:
    made = ask(store, "make_video", script=SCRIPT)
    assert made["page"] == f"http://127.0.0.1:8000/tasks/{made['task_id']}", "no server runs: where one would listen"
    server_address.save(store.data, "0.0.0.0", 8765)
    assert ask(store, "list_videos")["videos"][0]["page"] == f"http://127.0.0.1:8765/tasks/{made['task_id']}"
    (store.data / server_address.FILE_NAME).write_text('{"origin": "http://127.0.0.1:8765", "pid": 2147483646}')
    assert ask(store, "list_videos")["videos"][0]["page"].startswith("http://127.0.0.1:8000/"), "that server has ended"
    (store.data / server_address.FILE_NAME).write_text("[")
    assert ask(store, "list_videos")["videos"][0]["page"].startswith("http://127.0.0.1:8000/")


def test_following_ends_in_time(store: Store) -> None:
    made = ask(store, "make_video", script=SCRIPT)
    assert ask(store, "follow_video", task_id=made["task_id"], wait_s=0)["status"] == "queued"


def test_command_speaks_over_standard_input_and_output(data: Path) -> None:
    environment = os.environ | {"VIDEOGEN_VOICE": "none", OWNER: str(os.getpid())}
    program = StdioServerParameters(command=sys.executable, args=[*APP[1:], "--data", str(data), "mcp"], env=environment)

    async def call() -> tuple[list[str], Any]:
        async with Client(program) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("make_video", {"script": SCRIPT})

    with anyio.from_thread.start_blocking_portal() as portal:
        names, made = portal.call(call)
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").partition("## For assistants")[2]
    assert {"make_video", "get_file", "compare_videos"} < set(names) == set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", documented))
    assert json.loads(made.content[0].text)["status"] == "queued"
