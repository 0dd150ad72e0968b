"""Marks as people type them and tools understand them, and links without words: neither is seen or heard as it is written."""

from __future__ import annotations

import pytest

from tests.script.scripts import scenes_of, warnings_of


def words_of(text: str) -> str:
    """Return the only paragraph of a scene below two headings."""
    (*_, scene) = scenes_of(f"# Tea\n\n(the-pots)=\n## Pots and *cups*\n\n{text}\n")
    (words,) = scene.paragraphs
    return str(words)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("** Hot water ** first.", "**Hot water** first."),
        ("**Hot water ** first.", "**Hot water** first."),
        ("A __cup __ first.", "A **cup** first."),
        ("It is 2 ** 3 ** 4 cups.", "It is 2 ** 3 ** 4 cups."),
        ("Of **1.4+**. We need **≥ 1.9** for it, **(a)** and **b**.", "Of **1.4+**. We need **≥ 1.9** for it, **(a)** and **b**."),
        ("Write `** x **` so.", "Write `** x **` so."),
        ("Kind:: green\nSize:: two litres", "Kind\\: green\\\nSize\\: two litres"),
        ("It holds [size:: two litres] of it.", "It holds two litres of it."),
        ("Call std::vector and a::b of it.", "Call std::vector and a::b of it."),
        ('[!mark:"pour(cup)"] Pour it.', "Pour it."),
    ],
)
def test_marks_that_people_type_are_what_they_mean(written: str, words: str) -> None:
    assert words_of(written) == words


def test_spaces_that_do_not_break_are_spaces_after_the_marks_of_headings_and_points() -> None:
    (*_, scene) = scenes_of("# Tea\n\n##\u00a0Pots\n\n-\u00a0Clay\n-\u00a0Glass\n")
    assert (scene.heading, [item.text for item in scene.items]) == ("Pots", ["Clay", "Glass"])


@pytest.mark.parametrize("colour", ["#fff", "#a0b0c0", "rgb(255,128,0)", "hsl(10, 20%, 30%)", "white"])
@pytest.mark.parametrize("kind", ["", "bg"])
def test_a_colour_in_the_place_of_a_picture_is_no_missing_picture(kind: str, colour: str) -> None:
    text = f"---\nmarp: true\n---\n\n# Tea\n\n---\n\n## Pot\n\n![{kind}]({colour})\n\nOf leaves.\n"
    assert warnings_of(text) == []
    assert scenes_of(text)[-1].paragraphs == ("Of leaves.",)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("See [](#the-pots).", "See Pots and _cups_."),
        ("See [](#pots-and-cups).", "See Pots and _cups_."),
        ("See {ref}`the-pots` and :ref:`the-pots`.", "See Pots and _cups_ and Pots and _cups_."),
        ("See [](../teas/black_tea.md) and {doc}`../teas/green-tea`.", "See black tea and green tea."),
        ("See {numref}`fig:cup` and {ref}`the cups <the-pots>`.", "See cup and the cups."),
        ('See [](a.md "the leaves").', "See the leaves."),
        ("A card [](https://example.com), a cup.", "A card, a cup."),
        ("Write `[](a)` so.", "Write `[](a)` so."),
    ],
)
def test_links_without_words_are_called_by_what_they_lead_to(written: str, words: str) -> None:
    assert words_of(written) == words
