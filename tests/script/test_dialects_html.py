"""Callouts, Markdown and names within raw HTML."""

from __future__ import annotations

import sys

import pytest

from tests.script.scripts import narrations_of, scenes_of, shown, warnings_of
from videogen.script import read
from videogen.script.dialects import html_callouts
from videogen.script.dialects.source_lines import Source
from videogen.script.models import CalloutScene, ListScene, TextScene

ADMONITION = """# Tea

## Heat

<div class="admonition warning">
<p class="admonition-title">Too <em>hot</em></p>
Water at **95 degrees** burns `green` leaves.
</div>
"""


def test_an_admonition_of_html_is_a_callout_with_its_title_and_its_markdown() -> None:
    *_, scene = scenes_of(ADMONITION)
    assert isinstance(scene, CalloutScene)
    assert (scene.tone, scene.title, scene.paragraphs) == ("warning", "Too hot", ("Water at **95 degrees** burns `green` leaves.",))
    assert narrations_of(ADMONITION)[-1].endswith("Water at 95 degrees burns green leaves.")


@pytest.mark.parametrize(
    ("opened", "closed", "tone", "title"),
    [
        ('<div class="alert alert-danger" role="alert">', "</div>", "danger", "Danger"),
        ('<div class="callout callout-tip">', "</div>", "tip", "Tip"),
        ('<div class="tip custom-block" markdown="1">', "</div>", "tip", "Tip"),
        ('<aside class="note">', "</aside>", "note", "Note"),
        ('<Warning title="Hot pot">', "</Warning>", "warning", "Hot pot"),
        ("<Callout type={'important'}>", "</Callout>", "important", "Important"),
        ("<Note>", "</Note>", "note", "Note"),
    ],
)
def test_callouts_of_tags_and_components_are_cards_in_every_spelling(opened: str, closed: str, tone: str, title: str) -> None:
    *_, scene = scenes_of(f"# Tea\n\n## Pot\n\n{opened}\nUse **clay**.\n{closed}\n")
    assert isinstance(scene, CalloutScene)
    assert (scene.tone, scene.title, scene.paragraphs) == (tone, title, ("Use **clay**.",))


def test_callouts_of_html_nest_and_stand_within_other_html() -> None:
    text = (
        "# Tea\n\n## Pot\n\n<div>\n<div class='admonition'>\n<p>Of **clay**</p>\n  <div class='admonition tip'>\n"
        "  <p>Or *glass*</p>\n  </div>\n</div>\n</div>\n\nAfter.\n"
    )
    assert ":::" not in shown(read(text, "markdown").script)
    assert "Of clay" in narrations_of(text)[1] and "Or glass" in narrations_of(text)[1]
    assert narrations_of(text)[-1] == "After."


def test_a_div_that_is_never_closed_or_no_callout_stays_html() -> None:
    text = "# Tea\n\n## Pot\n\n<div class='admonition note'>\nOf **clay**.\n\n<div class='wide'>\n\nOf glass.\n"
    assert "Of **clay**." in [paragraph for scene in scenes_of(text) if isinstance(scene, TextScene) for paragraph in scene.paragraphs]


def test_markdown_in_a_div_that_says_so_is_read_as_blocks() -> None:
    *_, scene = scenes_of('# Tea\n\n## Pot\n\n<div markdown="1">\nTwo kinds:\n\n- of **clay**\n- of glass\n</div>\n')
    assert isinstance(scene, ListScene)
    assert [item.text for item in scene.items] == ["of **clay**", "of glass"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p align='center'>Made **by hand** and <b>with <i>care</i></b></p>", "Made **by hand** and **with _care_**"),
        ("<p>Call <code>a_b_c(*args)</code> or <kbd>__init__</kbd></p>", "Call `a_b_c(*args)` or `__init__`"),
        ("<p>The name __init__ and 2 * 3 * 4 &lt;b&gt; &amp; x</p>", "The name __init__ and 2 * 3 * 4 <b> & x"),
        ("<center>`a < b` and [a link](https://example.com)</center>", "`a < b` and [a link](<https://example.com>)"),
    ],
)
def test_marks_within_html_mark_and_names_stay_names(html: str, text: str) -> None:
    from videogen.script import inline

    *_, scene = scenes_of(f"# Tea\n\n## Pot\n\n{html}\n")
    assert isinstance(scene, TextScene)
    assert inline.runs(scene.paragraphs[0]) == inline.runs(text.replace("__init__ and", r"\_\_init\_\_ and").replace("<b>", r"\<b>"))


def test_marks_in_lists_and_tables_of_html_mark() -> None:
    text = (
        "# Tea\n\n## Pot\n\n<ul>\n<li>of **clay**</li>\n<li>`glass` | __main__</li>\n</ul>\n\n"
        "<table><tr><th>Pot</th><th>Cup</th></tr><tr><td>**two**</td><td>a | b</td></tr></table>\n"
    )
    seen = shown(read(text, "markdown").script)
    assert "of **clay**" in seen and "`glass` | \\_\\_main\\_\\_" in seen.replace("__main__", "\\_\\_main\\_\\_", 1)
    assert "**two**" in seen and "a | b" in seen
    assert warnings_of(text) == []


@pytest.mark.slow
@pytest.mark.parametrize("line", ["<Note>", "<div class='note'>", "<div class='note'>\nx\n</div>"])
def test_a_document_of_very_many_tags_is_read_without_trying_each_against_all(line: str) -> None:
    source = Source(["# Tea", "", *(f"{line}\n" * 20_000).split("\n")], 1, {})
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        html_callouts.rewrite(source)
    finally:
        sys.setprofile(None)
    assert steps < 200 * len(source.lines)
