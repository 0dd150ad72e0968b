"""Which words a voice stresses."""

from __future__ import annotations

import pytest

from videogen.script import read
from videogen.script.emphasis import emphases, stressed
from videogen.script.models import Scene
from videogen.script.stress_marks import STRESS, STRESS_END, without_stress


def scene(markdown: str) -> Scene:
    return read(f"## H\n\n{markdown}\n", "markdown").script.scenes[0]


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("It is *not* so, and **never was**, but ==maybe== it will be.", ["not", "never was", "maybe"]),
        ("- **Fast**: a minute in a second\n- It is **quick**", ["quick"]),
        ("**All of this is bold.**", []),
        ("What **is longer than four words** is not.", []),
        ("Not `code` nor [a link](https://a.example), no snake_case_name.", []),
        ("Text.\n\n<!-- say: It is *mine* alone. -->", ["mine"]),
        ("```python\nx = '*a* b'\n```", []),
    ],
)
def test_a_few_emphasised_words_are_stressed(markdown: str, words: list[str]) -> None:
    assert [emphasis.words for emphasis in emphases(scene(markdown))] == words


def test_the_word_that_is_emphasised_is_told_from_the_same_word_elsewhere() -> None:
    spoken = ("I can, but you can.", "Nobody can.")
    marked = stressed(spoken, scene("I can, but you **can**. Nobody can."))
    assert marked == (f"I can, but you {STRESS}can{STRESS_END}.", "Nobody can.")
    assert tuple(map(without_stress, marked)) == spoken
    assert stressed(("Can can can can.",), scene("Can can *can* can.")) == ("Can can can can.",)
