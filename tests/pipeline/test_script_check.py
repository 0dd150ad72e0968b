"""A submission is admitted when the pipeline can make it, and refused with the reason when not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.errors import VideogenError
from videogen.errors.rendering import LanguageNotSpoken
from videogen.errors.script import BadOption, BadScript, EmptyScript, OverLimit, UnknownFormat
from videogen.pipeline.draft import plan_draft
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.runner import render_video
from videogen.pipeline.script_check import CheckedScript, check_script, format_of

YAML = "title: Y\noptions: {language: de}\nscenes:\n- {kind: title, title: Hallo}\n"


def admitted(source: str, format: str | None = None, voice: str = "none", **request: Any) -> CheckedScript:
    return check_script(source, format, request, voice=voice, theme="slate")


def test_format_and_title_are_found_out() -> None:
    assert admitted("# Hello\n") == CheckedScript("markdown", "Hello")
    assert admitted(YAML) == CheckedScript("yaml", "Y")


def test_format_that_was_said_is_taken() -> None:
    assert admitted('{"title": "J", "scenes": [{"kind": "title", "title": "J"}]}', "yaml").format == "yaml"


@pytest.mark.parametrize(
    ("source", "format", "request_", "error"),
    [
        ("", None, {}, EmptyScript),
        ("# x", "pdf", {}, UnknownFormat),
        ("{", "json", {}, BadScript),
        ("# x", None, {"height": "tall"}, BadOption),
        ("# x", None, {"heigth": 240}, BadOption),
        ("# x", None, {"voice": "nobody"}, BadOption),
        ("# x", None, {"voice": "nobody", "voice_fallback": True}, BadOption),
        ("# x", None, {"speed": 3}, BadOption),
        ("# x", None, {"pronunciations": "x"}, BadOption),
    ],
)
def test_what_cannot_be_made_is_refused(source: str, format: str | None, request_: dict[str, Any], error: type[VideogenError]) -> None:
    with pytest.raises(error):
        admitted(source, format, **request_)


def test_language_is_held_against_the_voice_that_will_speak() -> None:
    with pytest.raises(LanguageNotSpoken, match="hibari does not speak German") as refused:
        check_script(YAML, None, {"voice": "hibari"}, voice="none", theme="slate")
    assert refused.value.status == 422
    assert check_script(YAML, None, {"voice": "hibari", "language": "en"}, voice="none", theme="slate").title == "Y"


def test_default_voice_that_does_not_speak_the_language_refuses_nothing() -> None:
    assert admitted(YAML, voice="hibari").title == "Y"


def test_voice_that_was_chosen_is_refused_for_a_language_that_was_detected() -> None:
    text = "# Brot\n\nDas Brot wird bei großer Hitze gebacken und muss danach eine Stunde ruhen.\n"
    with pytest.raises(LanguageNotSpoken, match="does not speak German"):
        check_script(text, None, {"voice": "hibari"}, voice="none", theme="slate")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.md", "markdown"),
        ("A.YML", "yaml"),
        ("dir.md/talk.json", "json"),
        ("b.ipynb", "json"),
        ("c.Rmd", "markdown"),
        ("d.qmd", "markdown"),
        ("notes.txt", None),
        ("", None),
        ("md", None),
    ],
)
def test_format_is_told_by_the_ending(name: str, format: str | None) -> None:
    assert format_of(name) == format


def test_voice_of_one_scene_is_checked_at_its_line() -> None:
    script = "# Hello\n\n## One\n\nText.\n\n<!-- voice: robot -->\n"
    with pytest.raises(BadOption) as caught:
        admitted(script)
    assert (caught.value.diagnostics[0].line, caught.value.diagnostics[0].path) == (5, "scenes.1.voice")


def test_language_that_nobody_speaks_is_taken_where_another_voice_may_take_over() -> None:
    request = {"voice": "hibari", "language": "de"}
    assert check_script("# Hallo", None, request | {"voice_fallback": True}, voice="none", theme="slate").title == "Hallo"
    with pytest.raises(LanguageNotSpoken):
        check_script("# Hallo", None, request, voice="none", theme="slate")


def test_words_that_take_too_long_to_speak_are_refused_before_they_are_spoken(tmp_path: Path) -> None:
    text = "# Long\n\n" + "".join(f"## Part {number}\n\n{'Some more words about tea. ' * 12}\n\n" for number in range(8))
    with pytest.raises(OverLimit, match="minutes long, and at most 1 are allowed") as caught:
        check_script(text, None, {"voice": "none"}, voice="none", theme="slate", limits={"minutes": 1})
    (diagnostic,) = caught.value.diagnostics
    assert text.splitlines()[(diagnostic.line or 0) - 1].startswith(("## Part", "Some more"))
    check_script(text, None, {"voice": "none"}, voice="none", theme="slate", limits={"minutes": 5})


def test_a_renderer_and_a_preview_hold_to_the_limits_too(tmp_path: Path) -> None:
    request = RenderRequest("# A\n\n# B\n\n# C\n", tmp_path / "work", tmp_path / "cache", voice="none", script_limits={"scenes": 2})
    with pytest.raises(OverLimit, match="3 scenes, and at most 2"):
        render_video(request, lambda report: None)
    problem = plan_draft(request).problem
    assert problem is not None
    assert problem.code == "over_limit"
