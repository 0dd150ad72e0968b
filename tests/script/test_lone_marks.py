"""Lines of nothing but marks are never shown, never spoken, and make no scene."""

from __future__ import annotations

import pytest

from tests.script.scripts import kinds, narrations_of, scenes_of, shown
from videogen.script import read

MARKS = [
    "+++",
    '+++ {"slide": true}',
    "%%%",
    "===",
    "=====",
    ":::",
    "////",
    "^^^",
    "|||",
    "> +++",
    "**",
    "__",
    "\\",
    "` `",
    "~~",
    "$ $",
    "-",
    "- [ ]",
]


@pytest.mark.parametrize("mark", MARKS)
def test_a_line_of_marks_alone_is_neither_shown_nor_spoken(mark: str) -> None:
    plain = "# Tea\n\n## Pot\n\nOf clay.\n\nOr of glass.\n"
    text = plain.replace("clay.\n", f"clay.\n\n{mark}\n")
    narration = " ".join(narrations_of(text))
    assert narration == " ".join(narrations_of(plain))
    script = read(text, "markdown").script
    assert shown(script).split() == [word for scene in [shown(script)] for word in scene.split() if any(map(str.isalnum, word))]


def test_plus_signs_begin_a_new_scene_as_a_rule_does() -> None:
    assert kinds("# Tea\n\n## Pot\n\nOf clay.\n\n+++\n\nOr of glass.\n") == ["title", "text", "text"]


def test_marks_that_mean_something_keep_their_meaning() -> None:
    text = "Tea\n===\n\nPot\n---\n\nOf clay.\n\n```\n+++\n```\n\n    %%%\n\n$$\nx\n$$\n\nOne → two.\n"
    seen = shown(read(text, "markdown").script)
    assert scenes_of(text)[0].kind == "title" and "+++" in seen and "%%%" in seen
    assert kinds(text) == ["title", "code", "code", "equation", "text"]


@pytest.mark.parametrize(
    "empty", [":::note\n:::", "!!! note", "> [!tip]", "|  |  |\n|--|--|\n|  |  |", "$$\n\n$$", '<div class="note">\n</div>']
)
def test_what_is_empty_makes_no_scene(empty: str) -> None:
    assert kinds(f"# Tea\n\n## Pot\n\nOf clay.\n\n{empty}\n") == ["title", "text"]
