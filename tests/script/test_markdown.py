from typing import Any

import pytest

from tests.script.scripts import kinds, narrations_of, scenes_of
from videogen.errors.script import BadScript, EmptyScript
from videogen.script import inline, read
from videogen.script.models import ListItem

BOX = "┌───┐\n│ a │\n└───┘"


def test_every_heading_is_a_scene() -> None:
    scenes = scenes_of("# Film\n\n## Part\n\n### One\n\ntext\n\n### Two\n\n- point\n")
    assert [(scene.kind, getattr(scene, "title", "") or scene.heading) for scene in scenes] == [
        ("title", "Film"),
        ("section", "Part"),
        ("text", "One"),
        ("list", "Two"),
    ]


def test_mixed_content_becomes_scenes_that_carry_their_heading() -> None:
    scenes = scenes_of(f"## H\n\nprose prose\n\n> quote\n\n```python\nx = 1\n```\n\n|a|b|\n|-|-|\n|1|2|\n\n```\n{BOX}\n```\n\n- p\n")
    assert [scene.kind for scene in scenes] == ["text", "quote", "code", "table", "diagram", "list"]
    assert [scene.heading for scene in scenes if scene.kind != "quote"] == ["H"] * 5
    assert scenes[1].heading == ""  # a quotation among other things stands alone, and large


def test_a_short_paragraph_leads_what_follows_it() -> None:
    scenes = scenes_of("## H\n\nFirst paragraph.\n\nThese matter:\n\n- a\n- b\n\nAnd this:\n\n```js\nf()\n```\n")
    assert [(scene.kind, getattr(scene, "lead", None)) for scene in scenes] == [
        ("text", None),
        ("list", "These matter:"),
        ("code", "And this:"),
    ]


def test_a_short_line_under_the_title_is_its_subtitle() -> None:
    title, text = scenes_of("# Film\n\nA tagline\n\nAnd then prose.\n")
    assert (title.title, title.subtitle, text.paragraphs) == ("Film", "A tagline", ("And then prose.",))


def test_sections_are_counted_unless_they_count_themselves() -> None:
    assert [scene.number for scene in scenes_of("## A\n\n### a\n\nx\n\n## B\n\n### b\n\ny\n") if scene.kind == "section"] == [1, 2]
    assert [scene.number for scene in scenes_of("## 1. A\n\n### a\n\nx\n\n## 2. B\n\n### b\n\ny\n") if scene.kind == "section"] == [
        None,
        None,
    ]


def test_a_long_video_is_closed_with_its_title_in_silence() -> None:
    text = "# Film\n\n" + "".join(f"## H{n}\n\ntext {n}\n\n" for n in range(8))
    outro = scenes_of(text)[-1]
    assert (outro.kind, outro.title, outro.say) == ("outro", "Film", "")
    assert "outro" not in kinds("---\noutro: none\n---\n" + text)
    assert kinds("# Film\n\n## H\n\ntext\n")[-1] == "text"


def test_closing_card_has_no_marks_of_footnotes() -> None:
    outro = scenes_of("# Film[^1]\n\nBy Ada[^2].\n\n" + "## A\n\ntext\n\n" * 8 + "[^1]: In colour.\n[^2]: And Bo.\n")[-1]
    assert (outro.kind, outro.title, outro.text) == ("outro", "Film", "By Ada.")


def test_a_rule_begins_a_new_scene() -> None:
    scenes = scenes_of("## H\n\none\n\n---\n\ntwo\n")
    assert [(scene.heading, scene.paragraphs) for scene in scenes] == [("H", ("one",)), ("H", ("two",))]


def test_long_prose_is_several_scenes_in_reading_order() -> None:
    paragraphs = [f"Paragraph {n} " + "word " * 30 for n in range(9)]
    scenes = scenes_of("## H\n\n" + "\n\n".join(paragraphs))
    assert len(scenes) > 2
    assert [text for scene in scenes for text in scene.paragraphs] == [paragraph.strip() for paragraph in paragraphs]


def test_a_long_list_is_cut_before_points_of_its_first_level() -> None:
    text = "".join(f"- top {n}\n" + "".join(f"  - deep {n} {m}\n" for m in range(4)) for n in range(5))
    scenes = scenes_of("## H\n\nLead:\n\n" + text)
    assert len(scenes) == 3
    assert all(scene.items[0].level == 0 for scene in scenes)
    assert sum(len(scene.items) for scene in scenes) == 25
    assert [scene.lead for scene in scenes] == ["Lead:", "", ""]


def test_a_long_first_point_leaves_no_empty_list() -> None:
    scenes = scenes_of("- a\n" + "".join(f"  - deep {n}\n" for n in range(25)) + "- b\n- c\n")
    assert [len(scene.items) for scene in scenes] == [26, 2]


def test_scenes_know_their_line() -> None:
    text = "---\ntitle: T\n---\n\n# T\n\nintro intro\n\n## H\n\n- a\n\n<h2>X</h2>\n\nz\n"
    assert [(scene.kind, scene.line) for scene in scenes_of(text)] == [("title", 1), ("list", 11), ("text", 15)]


def test_lists_keep_depth_numbers_and_ticks() -> None:
    (scene,) = scenes_of("3. three\n4. four\n   - [x] done\n   - [ ] open\n")
    assert scene.items == (
        ListItem(text="three", number=3),
        ListItem(text="four", number=4),
        ListItem(text="done", level=1, checked=True),
        ListItem(text="open", level=1, checked=False),
    )


def test_twelve_levels_of_nesting_lose_nothing() -> None:
    scenes = scenes_of("".join("  " * level + f"- level{level}\n" for level in range(14)))
    items = [item for scene in scenes for item in scene.items]
    assert [item.text for item in items] == [f"level{level}" for level in range(14)]
    assert [item.level for item in items] == [*range(12), 11, 11]


def test_code_in_a_point_stands_after_it_and_is_led_in_by_it() -> None:
    text = "1. first\n2. **second**:\n   ```python\n   x = 1\n   ```\n3. third\n   more of it\n\n   a paragraph\n"
    one, code, rest = scenes_of(text)
    assert [item.text for item in one.items] == ["first"]
    assert (code.lead, code.code) == ("2. **second**:", "x = 1")
    assert [(item.number, item.text) for item in rest.items] == [(3, "third more of it\\\na paragraph")]


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{BOX}\n```",
        "    " + BOX.replace("\n", "\n    "),
        "```text\nclient --> server\nserver --> client\n```",
        "```\n+-----+\n|  a  |\n+-----+\n```",
        "```\nEvents → Emitter → [NOTHING]\n\n       ↓\n\n   Manager\n```",
    ],
)
def test_drawings_made_of_characters_are_diagrams(text: str) -> None:
    assert kinds(text) == ["diagram"]


@pytest.mark.parametrize(
    "text", ["```\nplain output\nmore\n```", "    ls -l\n    total 0", "```python\nx = '┌───┐ ->'\n```", "```\na -> b\nc\nd\ne\n```"]
)
def test_other_code_is_code(text: str) -> None:
    assert kinds(text) == ["code"]


def test_code_keeps_its_text_its_language_and_its_stressed_lines() -> None:
    (scene,) = scenes_of("```Python {1,3-4}\n\tx\n\n  y  \n```\n")
    assert (scene.code, scene.language, scene.highlight) == ("    x\n\n  y  ", "python", (1, 3, 4))


def test_ragged_tables_are_filled_up() -> None:
    (table,) = scenes_of("| a | b |\n|---|:-:|\n| 1 |\n| 1 | `x|y` | 3 |\n")
    assert table.header == ("a", "b")
    assert {len(row) for row in table.rows} == {2}
    assert table.align == ("left", "center")


def test_a_table_with_a_ragged_header_loses_no_cell() -> None:
    (table,) = scenes_of("| a | b | c |\n|---|---|\n| 1 |\n| 1 | 2 | 3 | 4 |\n")
    assert table.header == ("a", "b", "c", "")
    assert table.rows == (("1", "", "", ""), ("1", "2", "3", "4"))


def test_whose_words_a_quotation_is() -> None:
    for text in ("> Words.\n> — Ada *Lovelace*", "> Words.\n>\n> -- Ada Lovelace"):
        (quote,) = scenes_of(text)
        assert (quote.text, quote.by) == ("Words.", "Ada Lovelace")
    (quote,) = scenes_of("> — alone")
    assert (quote.text, quote.by) == ("— alone", "")


def test_a_warning_box_is_a_callout() -> None:
    (scene,) = scenes_of("> [!WARNING]\n> Mind *the* gap.\n")
    assert (scene.kind, scene.title, scene.paragraphs) == ("callout", "Warning", ("Mind _the_ gap.",))


def test_a_line_that_begins_with_a_label_stays_a_line() -> None:
    (scene,) = scenes_of("**Status**: good\n**Issue**: none\nat all\n")
    assert scene.paragraphs == ("**Status**: good\\\n**Issue**: none at all",)


def test_say_speaks_for_the_scene_it_stands_in() -> None:
    assert narrations_of("## A\n\none\n\n<!-- say: Said of one. -->\n\ntwo\n") == ["Said of one.", "two."]
    assert narrations_of("## B\n\n<!-- say: Said of\nthe list. -->\n\n- x\n") == ["Said of the list."]
    assert narrations_of("## C\n\ntext <!-- say: Inside. -->\n") == ["Inside."]
    assert narrations_of("## D\n\none\n\n---\n\n<!-- say: After the rule. -->\n\ntwo\n") == ["D. one.", "After the rule."]


def test_say_of_headings_and_of_leads() -> None:
    assert narrations_of("# T\n\n<!-- say: Welcome. -->\n\nsub\n\n## S\n\n<!-- say: Part one. -->\n\n### H\n\nx\n")[:2] == [
        "Welcome.",
        "Part one.",
    ]
    assert narrations_of("## H\n\nText before the lead.\n\nLead: <!-- say: About the list. -->\n\n- x\n") == [
        "H. Text before the lead.",
        "About the list.",
    ]


def test_an_empty_say_is_silence() -> None:
    assert narrations_of("## H\n\ntext\n\n<!-- say: -->\n") == [""]


def test_other_comments_are_ignored() -> None:
    assert narrations_of("## H\n\ntext <!-- a note -->\n\n<!-- another -->\n") == ["H. text."]


def test_raw_html_leaves_its_text_and_nothing_else() -> None:
    scenes = scenes_of(
        '<div align="center">\n<h1>Film</h1>\n<p>A &amp; <b>B</b><br>C</p>\n<script>alert("x")</script>\n</div>\n\n'
        "## H\n\n<details><summary>More</summary>\n\nInner\n\n</details>\n"
    )
    assert scenes[0].kind == "title"
    assert scenes[0].title == "Film"
    assert "alert" not in str(scenes)
    assert "More" in str(scenes)
    assert "Inner" in str(scenes)


def test_pictures_on_other_servers_are_left_out_with_a_warning_at_their_line() -> None:
    reading = read(
        "## T\n\n[![a](https://img.example.org/a.svg)](x) ![b](//cdn.example.org/b.png)\n\ntext\n![c](c.png) more\n<img src='https://e.org/d.png'>\n",
        "markdown",
    )
    assert [(warning.code, warning.line) for warning in reading.warnings] == [
        ("remote_picture", 3),
        ("remote_picture", 7),
    ]
    (picture,) = reading.script.scenes
    assert (picture.paragraphs, picture.kind, picture.file, picture.line) == (("text more",), "image", "c.png", 5)


def test_references_are_resolved_and_footnotes_go_to_the_foot() -> None:
    (scene,) = scenes_of("See [the docs][d] and this[^1].\n\n[d]: http://example.org\n\n[^1]: Note\n")
    assert scene.paragraphs == ("See [the docs](<http://example.org>) and this[^1].",)
    assert [(note.mark, note.text) for note in scene.footnotes] == [("1", "Note")]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A *b* `c`\n", "A b c"),
        ("---\ntitle: From the *front*\n---\ntext\n", "From the front"),
        ("Title\n=====\n\nx\n", "Title"),
        ("## Only a second\n\nx\n", "Only a second"),
        ("Just some words.\n", "Just some words."),
        ("```\ncode\n```\n", "Untitled"),
        ("# " + "x" * 400, "x" * 299 + "…"),
    ],
)
def test_the_videos_title(text: str, title: str) -> None:
    assert read(text, "markdown").script.title == title


def test_a_title_in_front_matter_is_not_said_twice() -> None:
    assert kinds("---\ntitle: Film\nsubtitle: s\n---\n\n# Film\n\ntext\n\n## Film\n\nmore\n") == ["title", "text", "text"]


def test_what_stands_before_any_heading_belongs_to_a_title_in_front_matter() -> None:
    (title, text) = scenes_of("---\ntitle: Film\n---\n\n<!-- say: Welcome. -->\n\nA tagline\n\nProse.\n")
    assert (title.title, title.subtitle, title.say) == ("Film", "A tagline", "Welcome.")
    assert (text.heading, text.paragraphs) == ("Film", ("Prose.",))


def test_sections_within_sections_are_not_counted() -> None:
    scenes = scenes_of("# A\n\n## A1\n\n### x\n\ny\n\n# B\n\n## B1\n\n### x\n\ny\n\n# C\n\n## C1\n\nz\n")
    assert [(scene.title, scene.number) for scene in scenes if scene.kind == "section"] == [("A1", None), ("B", 1), ("B1", None), ("C", 2)]


def test_a_point_after_code_keeps_its_place_under_the_first_level() -> None:
    _, code, rest = scenes_of("- a\n  - b\n    ```python\n    x\n    ```\n  - c\n    - d\n")
    assert (code.kind, code.lead) == ("code", "b")
    assert [(item.text, item.level) for item in rest.items] == [("c", 0), ("d", 1)]


def test_what_is_said_of_a_long_list_is_said_once() -> None:
    text = "## H\n\n" + "".join(f"- point {n}\n" for n in range(30)) + "\n<!-- say: Thirty points. -->\n"
    assert narrations_of(text) == ["Thirty points.", "", ""]


@pytest.mark.parametrize("text", ["\r\n# A\r\n\r\nb\r\n", "\ufeff# A\n\nb", "# A\n\nb\u2028", "\x1b[1m# A\x1b[0m\n\nb\x07"])
def test_line_ends_marks_and_colours_make_no_difference(text: str) -> None:
    assert [scene.model_dump(exclude={"line"}) for scene in scenes_of(text)] == [
        scene.model_dump(exclude={"line"}) for scene in scenes_of("# A\n\nb\n")
    ]


def test_awkward_words_make_scenes() -> None:
    text = f"# {'x' * 300}\n\n## 🎉👩‍💻\n\n日本語の文章です。 مرحبا\n\n- \t{'y' * 300}\n"
    assert kinds(text) == ["title", "list"]


@pytest.mark.parametrize(
    "text", ["[r]: http://example.org\n", "![only](https://e.org/a.png)\n", "<!-- say: x -->\n", "---\n\n***\n", "- \n", "```\n```\n"]
)
def test_a_document_that_shows_nothing_is_empty(text: str) -> None:
    with pytest.raises(EmptyScript):
        read(text, "markdown")


def test_a_document_of_too_many_scenes_names_the_line() -> None:
    with pytest.raises(BadScript, match="2000") as caught:
        read("# a\n" * 3000, "markdown")
    assert caught.value.diagnostics[0].line == 2001


def test_a_document_that_nests_too_deep_names_the_line() -> None:
    with pytest.raises(BadScript, match="nests deeper") as caught:
        read("fine\n\n" + ">" * 200 + " a", "markdown")
    assert caught.value.diagnostics[0].line == 3


@pytest.mark.parametrize("sign", ["[", "![", "<", "<a ", "<!-- "])
def test_more_brackets_than_anyone_writes_are_only_text(sign: str) -> None:
    (scene,) = scenes_of("word " + sign * 3000 + " [link](x) end")
    assert inline.plain(scene.paragraphs[0]).endswith("end")
    assert sign.strip() in inline.plain(scene.paragraphs[0])


def test_a_container_closes_the_video_in_words_of_its_own() -> None:
    scenes = scenes_of("# T\n\n" + "## A\n\ntext\n\n" * 8 + "::: outro\n\n# Good bye\n\nSee you\n\n<!-- say: Bye. -->\n\n:::\n")
    assert [scene.kind for scene in scenes].count("outro") == 1
    assert (scenes[-1].title, scenes[-1].text, scenes[-1].say) == ("Good bye", "See you", "Bye.")


@pytest.mark.parametrize("opening", [":::warning", "::: {.callout-note}", ":::: unknown"])
def test_a_container_that_means_nothing_here_leaves_its_content(opening: str) -> None:
    assert scenes_of(f"# T\n\n## A\n\n{opening}\ntext `a` stays\n::::\n")[-1].paragraphs == ("text `a` stays",)


@pytest.mark.parametrize(
    ("info", "language", "highlight", "steps"),
    [
        ("python {2,4-5}", "python", (2, 4, 5), ()),
        ("python {1-2|4|all}", "python", (), ((1, 2), (4,), ())),
        ("{*|3}", "", (), ((), (3,))),
        ("js {a|b}", "js", (), ()),
    ],
)
def test_braces_after_a_fence_stress_lines_or_walk_through_them(info: str, language: str, highlight: Any, steps: Any) -> None:
    (scene,) = scenes_of(f"```{info}\nx = 1\n```\n")
    assert (scene.language, scene.highlight, scene.steps) == (language, highlight, steps)


def test_a_numbered_list_with_bold_beginnings_is_steps() -> None:
    (scene,) = scenes_of("3. **Boil**: fresh `water`\n4. **Steep** the leaves\n5. **Pour.** Enjoy it\n")
    assert (scene.kind, scene.first) == ("steps", 3)
    assert [(step.title, step.text) for step in scene.steps] == [("Boil", "fresh `water`"), ("Steep the leaves", ""), ("Pour", "Enjoy it")]


@pytest.mark.parametrize("text", ["- **a** b\n- **c** d\n", "1. **a** b\n2. c\n", "1. **a** b\n   - c\n2. **d** e\n", "1. **only** one\n"])
def test_other_lists_stay_lists(text: str) -> None:
    assert {scene.kind for scene in scenes_of(text)} == {"list"}


def test_any_list_in_a_container_of_steps_is_steps() -> None:
    lead, text = "Do this:", "All of it."
    (scene,) = scenes_of(f"::: steps\n{lead}\n\n- One\n- **Two**: more\n  - detail\n\n<!-- say: {text} -->\n:::\n")
    assert (scene.lead, scene.say, scene.steps[0].title, scene.steps[1].text) == (lead, text, "One", "more\\\ndetail")


COLUMNS = "## H\n\n::: columns\nThey differ:\n\n### A\n\nProse.\n\n- a\n\n### B\n\nMore.\n\n#### Deep\n:::\n"


def test_headings_in_a_container_are_columns() -> None:
    (scene,) = scenes_of(COLUMNS)
    assert (scene.kind, scene.heading, scene.lead) == ("columns", "H", "They differ:")
    assert [(column.heading, column.paragraphs, len(column.items)) for column in scene.columns] == [
        ("A", ("Prose.",), 1),
        ("B", ("More.", "Deep"), 0),
    ]


def test_columns_may_be_parted_by_rules_or_as_pandoc_has_it() -> None:
    (ruled,) = scenes_of("::: columns\none\n\n---\n\ntwo\n:::\n")
    (nested,) = scenes_of(":::: {.columns}\n::: {.column width=50%}\none\n:::\n::: {.column}\ntwo\n:::\n::::\n")
    assert ruled.columns == nested.columns and len(ruled.columns) == 2


def test_columns_of_what_columns_cannot_hold_are_scenes_of_their_own() -> None:
    assert kinds("## H\n\n::: columns\n### A\n\n> quote\n\n### B\n\n- b\n:::\n") == ["section", "quote", "list"]
    assert kinds("## H\n\n::: columns\n### A\n\nalone\n:::\n") == ["section", "text"]


def test_code_before_and_after_is_compared() -> None:
    (scene,) = scenes_of('## H\n\nSo:\n\n```py before="With a sleep"\na\n```\n\n```py after\nb\n```\n\n<!-- say: Better. -->\n')
    assert (scene.kind, scene.lead, scene.say, scene.language) == ("code_comparison", "So:", "Better.", "py")
    assert (scene.before, scene.before_label, scene.after, scene.after_label) == ("a", "With a sleep", "b", "After")
    (columns,) = scenes_of("::: columns\n### Old\n```js\na\n```\n### New\n```js\nb\n```\n:::\n")
    assert (columns.before_label, columns.after_label) == ("Old", "New")


def test_a_mark_of_comparison_alone_is_no_language() -> None:
    before, after = scenes_of("```before\na\n```\n\ntext\n\n```after\nb\n```\n")
    assert (before.kind, before.language, after.kind, after.language, after.lead) == ("code", "", "code", "", "text")


@pytest.mark.parametrize("text", ["```console\nls\n```", "```bash\n$ ls\n```", "```\n$ ls\nfile\n```", "    $ ls"])
def test_a_shell_with_a_prompt_is_a_terminal(text: str) -> None:
    assert kinds(f"## H\n\n{text}\n") == ["command"]


def test_a_script_for_a_shell_is_code() -> None:
    assert kinds("```bash\nls $HOME\n```\n") == ["code"]


def test_a_formula_is_a_scene_and_money_is_not() -> None:
    formula, text = scenes_of("## H\n\nIt is:\n\n$$\nE = mc^2\n$$\n\nIt costs $5, or $6 in all.\n")
    assert (formula.kind, formula.lead, formula.tex) == ("equation", "It is:", "E = mc^2")
    assert text.paragraphs == ("It costs $5, or $6 in all.",)
