"""Layouts that scripts name, and pictures that come together with words or with other pictures."""

from __future__ import annotations

from typing import Any

import pytest

from videogen.script import read
from videogen.script.models import LAYOUTS


def scenes(markdown: str) -> tuple[Any, ...]:
    return read(markdown, "markdown").script.scenes[1:]


def test_layout_that_a_kind_does_not_have_is_a_warning_that_names_those_it_has() -> None:
    reading = read("# T\n\n## Points\n\n- one\n- two\n\n<!-- layout: hexagons -->\n", "markdown")
    (warning,) = reading.warnings
    assert (warning.code, warning.line) == ("unknown_layout", 5) and "plain, rows, cards" in warning.hint
    assert reading.script.scenes[1].layout is None
    written = "title: T\nscenes:\n- {kind: quote, text: Words, layout: rows}\n- {kind: list, items: [one], layout: Rows}\n"
    reading = read(written, "yaml")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("unknown_layout", 3)]
    assert [scene.layout for scene in reading.script.scenes] == [None, "rows"]


@pytest.mark.parametrize("layout", [name for name in LAYOUTS["image"] if name not in ("cover", "card")])
def test_picture_takes_the_layout_in_its_braces(layout: str) -> None:
    (picture,) = scenes(f"# T\n\n## A\n\nWords.\n\n![](a.png){{{layout}}}\n")
    assert (picture.layout, picture.paragraphs) == (layout, ("Words.",))


def test_few_words_and_a_picture_are_one_scene() -> None:
    (after,) = scenes("# T\n\n## A\n\nA few words.\n\n![What it shows](a.png)\n")
    assert (after.kind, after.paragraphs, after.layout) == ("image", ("A few words.",), None)
    (before,) = scenes("# T\n\n## A\n\n![](a.png)\n\n- one\n- two\n")
    assert ([item.text for item in before.items], before.layout) == (["one", "two"], "picture-left")


@pytest.mark.parametrize(
    "body",
    [
        "Words. " * 60 + "\n\n![](a.png)",
        "Words.\n\n![](a.png){fill}",
        "Words.\n\n![](a.png){card}",
        "Words.\n\n![](a.png)\n\n> A quotation",
        "Words.\n\n<!-- say: Something else. -->\n\n![](a.png)",
    ],
)
def test_picture_stays_apart_from_many_words_and_where_it_is_told_to(body: str) -> None:
    assert [scene.kind for scene in scenes(f"# T\n\n## A\n\n{body}\n")][:2] == ["text", "image"]


def test_pictures_in_one_paragraph_stand_together() -> None:
    (together,) = scenes('# T\n\n## A\n\n![One](a.png "First")\n![Two](b.png)\n')
    assert [(one.file, one.alt, one.caption) for one in together.pictures] == [("a.png", "One", "First"), ("b.png", "Two", "")]
    assert [scene.kind for scene in scenes("# T\n\n## A\n\n![](a.png)\n\n![](b.png)\n")] == ["image", "image"]
    assert [scene.kind for scene in scenes("# T\n\n## A\n\n![](a.png){zoom in}\n![](b.png)\n")] == ["image", "image"]


def test_picture_in_a_quotation_is_a_portrait() -> None:
    (quote,) = scenes("# T\n\n## A\n\n> ![](ada.jpg)\n>\n> Words.\n>\n> — Ada\n")
    assert (quote.portrait, quote.text, quote.by) == ("ada.jpg", "Words.", "Ada")
