"""The assistant over HTTP and on the command line, against a stand-in for a server with a model: none runs in tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.stand_in_assistant import StandInAssistant, stand_in_assistant
from videogen.assistant import Assistant, without_fence
from videogen.cli import main
from videogen.config import settings
from videogen.errors.assistant import AssistantFailed
from videogen.web.services import services_of

SCRIPT = "# Tea\n\nA cup of it.\n\n## Water\n\nBoil it.\n"


@pytest.fixture
def stand_in(app: Flask) -> Iterator[StandInAssistant]:
    with stand_in_assistant() as stand_in:
        services = services_of(app)
        chosen = {"assistant_url": stand_in.url, "assistant_model": "small"}
        services.settings = services.settings.model_copy(update=chosen)
        yield stand_in


def test_nothing_is_asked_and_nothing_offered_unless_it_is_configured(client: Any) -> None:
    assert client.get("/api/assistant").json["configured"] is False
    refused = client.post("/api/assistant", json={"action": "shorten", "script": SCRIPT})
    assert (refused.status_code, refused.json["code"]) == (404, "assistant_off")
    assert 'data-part="assist"' not in client.get("/").text


@pytest.mark.parametrize("action", ["draft", "shorten", "translate"])
def test_proposal_comes_with_what_would_change(client: Any, stand_in: StandInAssistant, action: str) -> None:
    stand_in.answer = f"```markdown\n{SCRIPT.replace('Boil', 'Heat')}```"
    proposal = client.post("/api/assistant", json={"action": action, "script": SCRIPT, "language": "de", "wishes": "Be kind."}).json
    assert proposal["script"] == SCRIPT.replace("Boil", "Heat")
    assert [piece["text"] for piece in proposal["pieces"] if piece["change"] != "same"] == ["Boil", "Heat"]
    (asked,) = stand_in.asked
    assert (asked["model"], asked["messages"][1]["content"], stand_in.paths) == ("small", SCRIPT, ["/v1/chat/completions"])
    assert ("German" in asked["messages"][0]["content"]) == (action == "translate")
    assert "Be kind." in asked["messages"][0]["content"]
    assert "Authorization" not in stand_in.headers[0]
    assert client.get("/api/tasks").json["tasks"] == []
    assert f'data-host="{proposal["host"]}"' in client.get("/").text


def test_narration_is_written_into_the_script_and_nothing_else_changes(
    client: Any, app: Flask, stand_in: StandInAssistant, tmp_path: Path
) -> None:
    from videogen.pipeline.narration_edit import edit_narration
    from videogen.pipeline.render_request import RenderRequest

    def planned_here(script: Any, changes: dict[int, str], **_: Any) -> dict[str, Any]:
        return edit_narration(RenderRequest(script.source, tmp_path, tmp_path, options={"voice": "none"}), changes)

    services_of(app).previews.narration = planned_here  # type: ignore[method-assign,assignment]
    stand_in.answer = json.dumps({"2": "Now the water boils.", "7": "There is no such scene.", "1": 5})
    proposal = client.post("/api/assistant", json={"action": "narrate", "script": SCRIPT}).json
    assert proposal["script"] == SCRIPT.rstrip("\n") + "\n\n<!-- say: Now the water boils. -->\n"
    shown = json.loads(stand_in.asked[0]["messages"][1]["content"])
    assert [scene["text"] for scene in shown] == ["Tea. A cup of it.", "Water. Boil it."]


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, b'{"error": {"message": "Wrong key."}}', "answered 401: Wrong key."),
        (500, b"<html>", "answered 500."),
        (302, b"", "answered 302."),
        (200, b"not json", "did not answer with JSON."),
        (200, b'{"choices": []}', "something else than a chat completion."),
        (200, b'{"choices": [{"message": {"content": " "}}]}', "answered with nothing."),
        (200, b'"' + b"x" * 4 * 1024 * 1024 + b'"', "too long"),
    ],
)
def test_what_the_server_answers_instead_is_told_in_plain_words(stand_in: StandInAssistant, status: int, body: bytes, says: str) -> None:
    stand_in.status, stand_in.body = status, body
    with pytest.raises(AssistantFailed, match=says.replace(".", r"\.")):
        Assistant(stand_in.url, "small").change("shorten", SCRIPT)
    assert stand_in.paths == ["/v1/chat/completions"]


def test_key_goes_to_the_server_alone_and_is_never_shown(stand_in: StandInAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    Assistant(stand_in.url, "small", "secret-key").change("shorten", SCRIPT)
    assert stand_in.headers[0]["Authorization"] == "Bearer secret-key"
    monkeypatch.setenv("VIDEOGEN_ASSISTANT_KEY", "secret-key")
    settings.cache_clear()
    try:
        assert "secret-key" not in repr(settings())
    finally:
        settings.cache_clear()


def test_server_that_is_not_there_is_named() -> None:
    with pytest.raises(AssistantFailed, match=r"127\.0\.0\.1:9 cannot be reached"):
        Assistant("http://127.0.0.1:9/v1", "small").change("shorten", SCRIPT)


def test_fences_and_thoughts_around_a_script_are_left_out() -> None:
    assert without_fence("<think>Hm.</think>\n```md\n# A\n```\n") == "# A\n"
    assert without_fence("```py\na\n```\n\nText\n\n```py\nb\n```") == "```py\na\n```\n\nText\n\n```py\nb\n```\n"


def test_command_writes_what_was_proposed(stand_in: StandInAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "talk.md").write_text(SCRIPT, encoding="utf-8")
    for name, value in (("URL", stand_in.url), ("MODEL", "small")):
        monkeypatch.setenv(f"VIDEOGEN_ASSISTANT_{name}", value)
    settings.cache_clear()
    try:
        run = CliRunner().invoke(main, ["assist", "shorten", str(tmp_path / "talk.md"), "-o", str(tmp_path / "short.md")])
        assert (run.exit_code, (tmp_path / "short.md").read_text(encoding="utf-8")) == (0, "# Shorter\n")
        again = CliRunner().invoke(main, ["assist", "shorten", str(tmp_path / "talk.md"), "-o", str(tmp_path / "short.md")])
        assert (again.exit_code, "--yes writes over it" in again.output) == (2, True)
    finally:
        settings.cache_clear()
