"""Decks for Marp, as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen import script
from videogen.errors import BadScript, EmptyScript
from videogen.script.reading import Reading

FRONT = "---\nmarp: true\n"
DECK = (
    FRONT
    + """theme: gaia
_class: lead
paginate: true
backgroundImage: url('https://example.org/a.svg')
header: 'ACME'
style: |
  section { color: red }
title: The deck
lang: de-AT
size: 4:3
---

# **Queues**

A talk

<!-- Good morning.

Let us begin. -->

---

<!-- _class: lead -->

# Part one

with a line below

---
<!--
_backgroundColor: black
_footer:
  - a
-->
<style scoped>
h1 { color: red }
</style>

# <!-- fit --> Why

* Bursts
- Workers

```markdown
<!-- not a note -->
---
```

<!-- First the list. It has two points. Then the code. And what is left. -->

---

# Thanks
"""
)


def read(text: str) -> Reading:
    return script.read(text, "markdown")


def test_deck_is_taken_as_it_is() -> None:
    reading = read(DECK)
    assert reading.warnings == ()
    assert reading.script.title == "The deck"
    assert [scene.kind for scene in reading.script.scenes] == ["title", "section", "list", "code", "section"]
    title, part, points, code, _ = reading.script.scenes
    assert (title.title, title.subtitle, part.subtitle) == ("**Queues**", "A talk", "with a line below")
    assert (points.heading, [item.text for item in points.items]) == ("Why", ["Bursts", "Workers"])
    assert "not a note" in code.code
    assert (title.line, points.line) == (15, 43)


def test_presenter_notes_are_what_is_spoken() -> None:
    title, part, points, code, thanks = read(DECK).script.scenes
    assert title.say == "Good morning. Let us begin."
    assert (points.say, code.say) == ("First the list. It has two points.", "Then the code. And what is left.")
    assert part.say is None and thanks.say is None


def test_notes_as_many_as_scenes_are_said_one_each() -> None:
    (points, code) = read(f"{FRONT}---\n# A\n\n- b\n\n<!-- One. Two. Three. -->\n\n```\nc\n```\n\n<!-- Four. -->\n").script.scenes
    assert (points.say, code.say) == ("One. Two. Three.", "Four.")


def test_size_language_and_darkness_count_and_other_looks_do_not() -> None:
    options = read(DECK).script.options.model_dump(exclude_unset=True)
    assert options == {"aspect": "4:3", "language": "de-AT", "theme": "paper"}
    dark = read(f"{FRONT}class: [lead, invert]\ntheme: uncover\ntransition: cube\n---\n# A").script.options
    assert dark.theme == "slate"
    assert read(f"{FRONT}theme: slate\nheight: 480\n---\n# A").script.options.model_dump(exclude_unset=True) == {
        "theme": "slate",
        "height": 480,
    }


def test_headings_divide_where_the_deck_says_so() -> None:
    body = "---\n# A\n\n- one\n\n## B\n\ntext\n\n### C\n\ntext"
    headings = [getattr(scene, "heading", None) for scene in read(f"{FRONT}headingDivider: 2\n{body}").script.scenes]
    assert headings == ["A", "B", "C"]
    whole = read(f"{FRONT}{body}\n\n<!-- Said of all. -->").script.scenes
    assert [scene.say for scene in whole] == ["Said of all.", "", ""]
    divided = read(f"{FRONT}headingDivider: [1, 2]\n{body}\n\n<!-- Said. -->").script.scenes
    assert [scene.say for scene in divided] == [None, "Said.", ""]


def test_notes_of_our_own_work_in_decks_too() -> None:
    (scene,) = read(f"{FRONT}---\n## A\n\n- b\n\n<!-- voice: espeak -->\n<!-- pause: 2 -->\n").script.scenes
    assert (scene.voice, scene.pause_s, scene.say) == ("espeak", 2.0, None)


@pytest.mark.parametrize("body", ["", "---\n---\n", "<!-- only a note -->\n", "<style>h1 {}</style>\n\n---\n"])
def test_deck_without_anything_to_see_is_empty(body: str) -> None:
    with pytest.raises(EmptyScript):
        read(f"{FRONT}---\n{body}")


def test_document_that_is_no_deck_keeps_its_comments_to_itself() -> None:
    (scene,) = read("## A\n\nText.\n\n<!-- to do: more -->\n\nMore text.\n").script.scenes
    assert scene.say is None and len(scene.paragraphs) == 2


LINES = (
    "---",
    "# A",
    "## B",
    "text",
    "- x",
    "* y",
    "<!-- note. Two. -->",
    "<!-- _class: lead -->",
    "<!--",
    "-->",
    "![bg](a.png)",
    "",
    "```",
)


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_any_deck_is_read_or_refused(lines: list[str]) -> None:
    try:
        reading = read(f"{FRONT}---\n" + "\n".join(lines))
    except BadScript:
        return
    assert reading.script.scenes
