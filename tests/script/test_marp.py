"""Decks for Marp, as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen import script
from videogen.errors.script import BadScript, EmptyScript
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


def test_picture_behind_little_else_carries_the_heading_and_colours_are_no_pictures() -> None:
    title, picture = read(
        f"{FRONT}---\n# A\n\n---\n![bg](#123456)\n![bg right:40% contain](b.png)\n\n# B\n\n<!-- Said. -->\n"
    ).script.scenes
    assert (title.kind, picture.kind) == ("title", "image")
    assert (picture.heading, picture.alt, picture.fit, picture.say) == ("B", "", "fill", "Said.")


def test_picture_behind_a_slide_of_words_comes_first_and_the_note_is_said_with_the_words() -> None:
    _, picture, points = read(f"{FRONT}---\n# A\n\n---\n![bg left](b.png)\n\n# B\n\n- one\n\n<!-- Said. -->\n").script.scenes
    assert (picture.kind, picture.say) == ("image", "")
    assert (points.kind, points.heading, points.say) == ("list", "B", "Said.")


def test_notes_in_markdown_are_said_without_its_marks() -> None:
    (scene,) = read(f"{FRONT}---\n## A\n\n- b\n\n<!--\nSpeak of **all**\nof it.\n\n- one `x_y`\n- two\n-->\n").script.scenes
    assert scene.say == "Speak of all of it. one x_y. two."


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<div class="columns">\n<div>\n\n## L\n\n- one\n\n</div>\n<div>\n\nWords.\n\n</div>\n</div>', "columns"),
        ('<div class="grid grid-cols-2"><div>L one</div><div>Words.</div></div>', "columns"),
        ('<div class="columns"><div>\n\n```\nL one\n```\n\n</div><div>\n\n```\nWords.\n```\n\n</div></div>', "code_comparison"),
        ('<div class="columns"><div>\n\nL one\n\n</div><div>\n\n| Words. |\n|---|\n| x |\n\n</div></div>', "table"),
        ('<div class="columns">\n\nL one Words.', "text"),
    ],
)
def test_columns_of_html_stand_side_by_side_and_lose_nothing(html: str, kind: str) -> None:
    _, columns, *rest, last = read(f"{FRONT}---\n# A\n\n---\n\n# B\n\n{html}\n\n---\n\n# C\n\nEnd.\n").script.scenes
    assert (columns.kind, columns.heading) == (kind, "B")
    content = str([columns, *rest])
    assert all(word in content for word in ("L", "one", "Words."))
    assert last.paragraphs == ("End.",)


@pytest.mark.parametrize(
    "html", ['<video src="a.mp4" controls></video>', '<video controls><source src="a.mp4"><source src="b.webm"></video>']
)
def test_video_of_html_is_a_clip(html: str) -> None:
    *_, scene = read(f"{FRONT}---\n# A\n\n---\n\n## B\n\n{html}\n").script.scenes
    assert (scene.kind, scene.file, scene.heading) == ("clip", "a.mp4", "B")


@pytest.mark.parametrize("heading", ["", "## Two\n\n"])
def test_picture_alone_on_a_slide_keeps_what_is_said_and_its_chapter(heading: str) -> None:
    notes = "<!-- say: Spoken. -->\n<!-- chapter: Here -->"
    _, picture = read(f"{FRONT}---\n# A\n\n---\n\n{heading}![bg](a.png)\n\n{notes}\n").script.scenes
    assert (picture.kind, picture.say, picture.chapter) == ("image", "Spoken.", "Here")
