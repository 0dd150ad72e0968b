"""Plain text of a document comes back from its script as it was."""

from __future__ import annotations

import pytest

from videogen.importers.markdown_text import escape, escape_line, narration, table
from videogen.script import read
from videogen.script.inline import plain
from videogen.script.models import TableScene, TextScene

TEXTS = (
    "snake_case and _this_ and *that*",
    "# No heading",
    "- no point",
    "1. not a number",
    "> no quotation",
    "a <b>bold</b> claim & an &amp;",
    "$5 and $6, 2^3^ and ~x~",
    "{{ template }} and {% tag %}",
    "[link](https://example.com) ![no](x.png)",
    "==marked== ++inserted++ %%gone%%",
    "a :smile: face",
    "Note: all is said",
    "import goods from abroad",
    "export more",
    "::: columns",
    "--- and +++",
    "+++ and ---",
    "??? question",
    "`code` and \\ backslash",
    "me@example.com",
    "| a | b |",
    "=== Tab",
)


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_a_document_is_shown_as_it_is(text: str) -> None:
    reading = read(f"---\nmarp: true\ntitle: A\n---\n\n# A\n\n---\n\n## Heading\n\n{escape_line(text)}\n", "markdown")
    assert reading.warnings == ()
    _, scene = reading.script.scenes
    assert isinstance(scene, TextScene)
    assert plain(scene.paragraphs[0]) == text


@pytest.mark.parametrize("text", TEXTS)
def test_cell_of_a_table_is_shown_as_it_is(text: str) -> None:
    reading = read(f"---\nmarp: true\ntitle: A\n---\n\n# A\n\n---\n\n## Heading\n\n{table([['Head', text], ['a', 'b']])}\n", "markdown")
    _, scene = reading.script.scenes
    assert isinstance(scene, TableScene)
    assert plain(scene.header[1]) == text


@pytest.mark.parametrize("text", ["It ends --> here", "<!-- twice -->", "a -- b --- c", "--!> x", "{{ x }} {% y %}"])
def test_narration_stays_within_its_comment(text: str) -> None:
    reading = read(f"---\nmarp: true\ntitle: A\n---\n\n# A\n\n---\n\n## Heading\n\nShown.\n\n{narration(text)}\n", "markdown")
    _, scene = reading.script.scenes
    assert isinstance(scene, TextScene)
    assert scene.paragraphs == ("Shown.",)
    assert scene.say


def test_control_characters_are_left_out() -> None:
    assert escape("a\x00b\vc\x1f\ud800") == "ab c"
