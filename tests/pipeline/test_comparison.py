"""What the scenes of a script say, other words for them, and what differs between two scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.short_video import run
from videogen.errors.script import BadScript
from videogen.pipeline.comparison import compare
from videogen.pipeline.narration_edit import edit_narration
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.text_pieces import difference

SCRIPT = "# Tea\n\n## Water\n\nBoil the water.\n\n## Leaves\n\nTake two spoons.\n\n## Wait\n\nThree minutes.\n"


def request(tmp_path: Path, source: str = SCRIPT, **options: object) -> RenderRequest:
    return RenderRequest(source, tmp_path, tmp_path / "cache", options={"voice": "none", **options})


def test_scenes_say_what_they_show_until_they_are_told_otherwise(tmp_path: Path) -> None:
    before = edit_narration(request(tmp_path), {})
    assert before["script"] == SCRIPT
    assert [(scene["text"], scene["written"]) for scene in before["scenes"]][1:3] == [
        ("Water. Boil the water.", False),
        ("Leaves. Take two spoons.", False),
    ]
    edited = edit_narration(request(tmp_path), {2: "Heat it.", 4: "[pause 2s] Now wait."})
    again = edit_narration(request(tmp_path, edited["script"]), {})
    assert [scene["text"] for scene in again["scenes"]] == ["Tea.", "Heat it.", "Leaves. Take two spoons.", "[pause 2s] Now wait."]


def test_each_page_of_a_scene_keeps_its_own_words(tmp_path: Path) -> None:
    source = "# Many\n\n## Points\n\n" + "".join(f"- Point number {number} has some words\n" for number in range(14))
    pages = [scene["position"] for scene in edit_narration(request(tmp_path, source), {})["scenes"] if scene["kind"] == "list"]
    assert len(pages) > 1
    edited = edit_narration(request(tmp_path, source), {pages[1]: "The others follow."})
    texts = {scene["position"]: scene["text"] for scene in edit_narration(request(tmp_path, edited["script"]), {})["scenes"]}
    assert texts[pages[1]] == "The others follow."
    assert texts[pages[0]].startswith("Points. Point number 0")


def test_scene_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadScript, match="4 scenes; there is no scene 9"):
        edit_narration(request(tmp_path), {9: "Hello."})


def test_only_what_says_something_else_is_spoken_and_drawn_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = run(tmp_path / "first", cache, SCRIPT, voice="none")
    assert first.counts("video") == (4, 0)
    edited = edit_narration(request(tmp_path), {2: "Heat it, for quite a while."})
    assert run(tmp_path / "second", cache, edited["script"], voice="none").counts("video") == (1, 3)


def test_comparison_names_what_is_said_what_is_shown_and_what_came_and_went(tmp_path: Path) -> None:
    changed = SCRIPT.replace("Boil the water.", "Boil fresh water.").replace("## Leaves\n\nTake two spoons.", "## Milk\n\n- Cold\n- Warm")
    changed = changed.replace("Three minutes.", "<!-- say: Wait. -->\n\nThree minutes.")
    result = compare(request(tmp_path), request(tmp_path, changed))
    assert [(row["change"], row["differs"]) for row in result["scenes"]] == [
        ("same", []),
        ("changed", ["text", "shown"]),
        ("removed", []),
        ("added", []),
        ("changed", ["text"]),
    ]
    assert result["counts"] == {"same": 1, "changed": 2, "added": 1, "removed": 1}
    assert result["scenes"][1]["text"] == [
        {"text": "Water. Boil ", "change": "same"},
        {"text": "the", "change": "removed"},
        {"text": "fresh", "change": "added"},
        {"text": " water.", "change": "same"},
    ]
    assert (result["scenes"][2]["before"]["title"], result["scenes"][3]["after"]["title"]) == ("Leaves", "Milk")


def test_another_look_is_a_change_of_every_picture(tmp_path: Path) -> None:
    result = compare(request(tmp_path), request(tmp_path, theme="paper"))
    assert [row["differs"] for row in result["scenes"]] == [["picture"]] * 4


def test_difference_keeps_both_texts_whole() -> None:
    before, after = "Take two spoons of tea, and wait.", "Wait: take three spoons.\n\u6c34\u3092\u98f2\u3080"
    pieces = difference(before, after)
    assert "".join(piece["text"] for piece in pieces if piece["change"] != "added") == before
    assert "".join(piece["text"] for piece in pieces if piece["change"] != "removed") == after
    assert difference("", "") == []
