"""Other words for a scene, written into the source of a script in any format."""

from __future__ import annotations

import json

import pytest

from videogen.errors.script import BadScript
from videogen.script import read
from videogen.script.narration_edit import with_narration

MARKDOWN = """# Tea

A cup of it.

## Water

Boil it.

- Kettle
- Cup

## Wait

<!-- say: Wait for three
minutes. -->

Three minutes.
"""
YAML = """title: Tea
scenes:
  - kind: title
    title: Tea
  - {kind: section, title: Water}
  - kind: text
    paragraphs:
      - Three minutes.
    say: >
      Wait for three
      minutes.
options:
  pace: children
"""


def says(source: str, format: str) -> list[str | None]:
    return [scene.say for scene in read(source, format).script.scenes]


@pytest.mark.parametrize("index", range(3))
def test_markdown_says_something_else_in_one_scene_alone(index: int) -> None:
    before = says(MARKDOWN, "markdown")
    assert (before[:2], (before[2] or "").split()) == ([None] * 2, ["Wait", "for", "three", "minutes."])
    changed = with_narration(MARKDOWN, "markdown", [index], 'Now "this" is said: it --> ends.\nHere.')
    expected = [*before[:index], 'Now "this" is said: it —> ends. Here.', *before[index + 1 :]]
    assert says(changed, "markdown") == expected


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("format", ["yaml", "json"])
def test_documents_say_something_else_in_one_scene_alone(index: int, format: str) -> None:
    source = YAML if format == "yaml" else json.dumps({"title": "Tea", "scenes": [{"kind": "section", "title": name} for name in "abc"]})
    before = says(source, format)
    changed = with_narration(source, format, [index], "Now: #1 is 'said'.")
    assert says(changed, format) == [*before[:index], "Now: #1 is 'said'.", *before[index + 1 :]]
    assert ("pace: children" in changed) == (format == "yaml")


def test_empty_text_is_silence() -> None:
    assert says(with_narration(MARKDOWN, "markdown", [1], " "), "markdown")[1] == ""


def test_pages_of_a_long_list_have_words_of_their_own() -> None:
    source = "# Many\n\n" + "".join(f"- Point {number}\n" for number in range(14))
    indexes = [index for index, scene in enumerate(read(source, "markdown").script.scenes) if scene.kind == "list"]
    assert len(indexes) == 2
    changed = with_narration(source, "markdown", indexes, "Seven first. [next page] Then the others.")
    assert [says(changed, "markdown")[index] for index in indexes] == ["Seven first.", "Then the others."]


def test_words_that_a_presenter_wrote_are_replaced_where_they_stand() -> None:
    source = "---\nmarp: true\n---\n\n# One\n\n<!-- These are my notes. -->\n\n---\n\n# Two\n\nText.\n"
    scenes = read(source, "markdown").script.scenes
    index = next(index for index, scene in enumerate(scenes) if scene.say == "These are my notes.")
    changed = with_narration(source, "markdown", [index], "Other words.")
    assert "my notes" not in changed
    assert says(changed, "markdown")[index] == "Other words."


def test_source_without_a_place_for_it_is_refused_and_the_line_is_named() -> None:
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "markdown", "source": "# A\n\nB."}]})
    with pytest.raises(BadScript, match="cannot be written into the script"):
        with_narration(notebook, "json", [0], "No.")
