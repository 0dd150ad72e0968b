"""A picture that is left out leaves all else of its slide: the heading, the words, the points."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.script.scripts import narrations_of, scenes_of
from videogen.pipeline.input import Document
from videogen.pipeline.parsing import ParsingStage, Plan
from videogen.pipeline.reporter import Reporter
from videogen.script import read
from videogen.script.inline import plain
from videogen.script.models import Script


def planned(text: str) -> Plan:
    return ParsingStage({}, "none", "slate", Path("unused")).run(Document(text, "markdown"), Reporter("parsing", lambda _: None))


def seen(script: Script) -> str:
    """The words that a script shows, as one reads them."""
    return " ".join(_words(scene.model_dump(exclude={"kind"})) for scene in script.scenes)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(map(_words, value.values()))
    if isinstance(value, (list, tuple)):
        return " ".join(map(_words, value))
    return plain(value) if isinstance(value, str) else ""


def headings(plan: Plan) -> list[str]:
    return [getattr(scene, "heading", "") or getattr(scene, "title", "") for scene in plan.script.scenes]


@pytest.mark.parametrize("address", ["https://example.com/pot.png", "pot.jpg", "", "data:image/png;base64,!!!!"])
def test_heading_over_a_picture_that_is_left_out_stays(address: str) -> None:
    plan = planned(f"# Tea\n\n## The pot\n\n![A pot]({address})\n\n## The cup\n\nOf tin.\n")
    assert headings(plan) == ["Tea", "The pot", "The cup"]
    assert [warning.line for warning in plan.warnings] == [5]


def test_words_and_points_beside_a_picture_that_is_left_out_stay() -> None:
    plan = planned("# Tea\n\n## The pot\n\nOf clay.\n\n- Warm it ![A pot](https://example.com/pot.png)\n- Fill it\n")
    assert headings(plan) == ["Tea", "The pot"]
    assert "Of clay." in seen(plan.script) and "Warm it" in seen(plan.script) and "Fill it" in seen(plan.script)


def test_slides_of_marp_keep_both_headings_when_their_pictures_are_left_out() -> None:
    text = "---\nmarp: true\n---\n\n# Tea\n\n## The pot\n\n![h:720](pot.png)\n\n---\n\n# Coffee\n\n## The mill\n\n![bg](mill.png)\n"
    words = seen(planned(text).script)
    assert [word for word in ("Tea", "The pot", "Coffee", "The mill") if word not in words] == []


def test_grid_of_badges_is_left_out_and_the_names_below_pictures_stay() -> None:
    text = (
        "# Tea\n\n[![build](https://example.com/b.svg)](https://example.com) [![docs](https://example.com/d.svg)](https://example.com)\n\n"
        '## Thanks\n\n<table><tr><td><a href="https://example.com"><img src="https://example.com/a.png" width="50px;" alt=""/><br />'
        "<sub><b>Ada</b></sub></a></td></tr></table>\n\nWords.\n"
    )
    reading = read(text, "markdown")
    assert "Ada" in seen(reading.script)
    assert not any(sign in seen(reading.script) for sign in ("<", "build", "![", "px"))
    assert {warning.code for warning in reading.warnings} == {"remote_picture"}


def test_details_and_asides_are_as_their_markdown_would_be() -> None:
    text = "# Tea\n\n<details>\n<summary>Kinds:</summary>\n- [Green](g.md)\n- [Black](b.md)\n</details>\n\n"
    text += "<aside>\n💡 Ask for anything.\n\n</aside>\n"
    words = seen(read(text, "markdown").script)
    assert all(word in words for word in ("Kinds", "Green", "Black", "Ask for anything."))
    assert "<" not in words and "- [" not in words and "](" not in words
    assert scenes_of(text)[0].kind == "title" and not any("<" in narration for narration in narrations_of(text))
