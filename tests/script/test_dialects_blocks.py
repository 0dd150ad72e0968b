"""Blocks and marks of MkDocs and MyST, and emphasis beside Chinese and Japanese."""

from __future__ import annotations

import pytest

from tests.script.scripts import narrations_of, scenes_of, shown
from videogen.script import inline, read
from videogen.script.models import CalloutScene, ListScene

HEAD = "# T\n\n## H\n\n"


def everything(text: str) -> str:
    return " ".join([shown(read(text, "markdown").script), *narrations_of(text)])


def left_out(text: str) -> list[tuple[str, int | None]]:
    return [(warning.message, warning.line) for warning in read(text, "markdown").warnings if warning.code == "left_out"]


@pytest.mark.parametrize(
    ("written", "tone", "title"),
    [
        ("/// tip | Mind the `gap`\n\nIt is wide.\n\n///", "tip", "Mind the `gap`"),
        ("/// warning\nIt is wide.\n///", "warning", "Warning"),
        (
            "/// details | Mind the gap = danger [x]\n    type: danger\n    open: true\n\nIt is wide.\n///",
            "danger",
            "Mind the gap = danger [x]",
        ),
        ("A lead.\n/// note | Mind\nIt is wide.\n///", "note", "Mind"),
        (":::{note}\n:class: wide\n\nIt is wide.\n:::", "note", "Note"),
        ("```{versionadded} 1.4\nIt is wide.\n```", "note", "New in version 1.4"),
        ("::: seealso\nIt is wide.\n:::", "note", "See also"),
    ],
)
def test_block_between_slashes_or_colons_is_a_callout(written: str, tone: str, title: str) -> None:
    scene = scenes_of(HEAD + written + "\n")[-1]
    assert isinstance(scene, CalloutScene)
    assert (scene.tone, scene.title, scene.paragraphs) == (tone, title, ("It is wide.",))
    assert narrations_of(HEAD + written + "\n")[-1].removeprefix("H. ").startswith(title.split()[0])


def test_tabs_between_slashes_stand_side_by_side_and_hold_blocks_of_their_own() -> None:
    text = HEAD + "//// tab | Pot\n\nWarm it.\n\n////\n\n//// tab | Cup\n\nFill it.\n\n////\n"
    (columns,) = [scene for scene in scenes_of(text) if scene.kind == "columns"]
    assert [(column.heading, column.paragraphs) for column in columns.columns] == [("Pot", ("Warm it.",)), ("Cup", ("Fill it.",))]
    nested = HEAD + "//// tab | Pot\n\nWarm it.\n\n/// tip\n\nNot too hot.\n\n///\n\n////\n"
    assert [scene.title for scene in scenes_of(nested) if isinstance(scene, CalloutScene)] == ["Tip"]
    assert "///" not in everything(nested)


def test_slashes_that_are_never_closed_stay_as_they_are() -> None:
    assert "/// note | Gap" in everything(HEAD + "/// note | Gap\n\nIt is wide.\n")


def test_icons_of_mkdocs_are_left_out_with_their_attributes() -> None:
    text = (
        HEAD + "- :material-tea:{ .lg .middle } **Green**\n\n    ---\n\n    Cool water.\n- :fontawesome-brands-js: Black :octicons-x-16:\n"
    )
    (points,) = [scene for scene in scenes_of(text) if isinstance(scene, ListScene)]
    assert [item.text for item in points.items] == ["**Green**\\\nCool water.", "Black"]


def test_icon_alone_in_a_cell_says_yes_or_no() -> None:
    text = HEAD + "| Tea | Cold |\n|---|---|\n| Green | :material-check: |\n| Black | :octicons-x-16: |\n"
    assert [scene.rows for scene in scenes_of(text) if scene.kind == "table"] == [(("Green", "✓"), ("Black", "✗"))]


@pytest.mark.parametrize("written", ["{* ../pots/one.py hl[1,3] *}", "{! pots/one.md !}", "{!> pots/one.md!}", '--8<-- "pots/one.md"'])
def test_file_that_is_put_in_is_told_of_and_its_mark_not_shown(written: str) -> None:
    text = f"{HEAD}Before.\n\n{written}\n\nAfter.\n"
    ((message, line),) = left_out(text)
    assert "pots/one." in message
    assert line == 7
    assert "pots" not in everything(text)


def test_value_of_a_template_is_told_of_once_with_all_its_lines_and_in_code_never() -> None:
    text = HEAD + "Pour {{ tea }} into {{ cup }}.\n\nDrink {{ tea }}.\n\nWrite `{{ milk }}` for milk.\n"
    assert [(message.split("'")[1], line) for message, line in left_out(text)] == [("tea", 5), ("cup", 5)]
    assert left_out(text)[0][0].endswith(" is left out, also on line 7.")
    assert "{{ milk }}" in everything(text)


def test_field_list_is_points_and_emoji_and_icons_are_none() -> None:
    text = HEAD + ":depth: How deep\n  it goes.\n:local: Only here.\n\n:::{tip}\n:class: x\n\nYes.\n:::\n\n:tea: Warm.\n"
    (points, *_) = [scene for scene in scenes_of(text) if isinstance(scene, ListScene)]
    assert [item.text for item in points.items] == ["**depth**: How deep it goes.", "**local**: Only here."]
    assert "🍵 Warm." in everything(text)


def test_targets_attributes_and_parts_of_cards_are_not_shown() -> None:
    text = HEAD + "(pots/one)=\n(pots/two)=\n\n{.glossary #tea}\nTea\n: A drink.\n\n:::{card} Pot\nOne\n^^^\nTwo\n+++\nThree\n:::\n"
    text_shown = everything(text)
    assert not any(mark in text_shown for mark in (")=", "{.", "^^^", "+++"))
    assert "Tea: A drink." in text_shown
    assert all(word in text_shown for word in ("One", "Two", "Three"))


def test_link_by_a_label_after_a_space_is_a_link() -> None:
    assert "See [the pot](<https://tea.example>)." in everything(HEAD + "See [the pot] [p].\n\n[p]: https://tea.example\n")
    assert "[a] [b]" in everything(HEAD + "Take [a] [b].\n\n[p]: https://tea.example\n").replace("\\", "")


def test_language_at_the_head_of_a_code_span_is_not_shown() -> None:
    assert inline.plain("Call `#!python brew()` in `#!/bin/sh`") == "Call brew() in #!/bin/sh"


def test_no_space_is_left_before_a_full_stop_where_a_picture_was() -> None:
    assert "Open the pot." in everything(HEAD + "Open the pot ![[pot.svg#icon]].\n")


@pytest.mark.parametrize(
    ("written", "bold"),
    [
        ("これを**「急須」**で出す。", "「急須」"),
        ("用**“热水”**泡茶", "“热水”"),
        ("**茶。**美味しい", "茶。"),
        ("その**`pot()`**関数", "pot()"),
    ],
)
def test_emphasis_needs_no_spaces_beside_chinese_and_japanese(written: str, bold: str) -> None:
    assert [run.text for run in inline.runs(written) if run.bold] == [bold]
    assert "*" not in inline.plain(written)


@pytest.mark.parametrize("written", ["2 * 3 * 4", "茶 ** 水", "f(**kwargs) と", "a_b_c"])
def test_stars_that_emphasize_nothing_stay(written: str) -> None:
    assert inline.plain(written) == written


LISTED = "{fence}{{list-table}} Teas\n:header-rows: 1\n:widths: 10 20\n\n* - Tea\n  - Cup\n* - Green `x`\n  - Small\n* - Black\n{end}\n"


@pytest.mark.parametrize(("fence", "end"), [(":::", ":::"), ("```", "```")])
def test_list_of_lists_is_a_table(fence: str, end: str) -> None:
    (table,) = [scene for scene in scenes_of(HEAD + LISTED.format(fence=fence, end=end)) if scene.kind == "table"]
    assert (table.header, table.rows) == (("Tea", "Cup"), (("Green `x`", "Small"), ("Black", "")))
    assert table.lead == "Teas"


def test_comma_separated_values_are_a_table_unless_they_are_in_another_file() -> None:
    text = '```{csv-table} Teas\n:header: >\n:    "Tea", "Cup"\n:widths: 1, 2\n\n"Green, cool", 2\n"Black", *hot*\n```\n'
    (table,) = [scene for scene in scenes_of(HEAD + text) if scene.kind == "table"]
    assert (table.header, table.rows) == (("Tea", "Cup"), (("Green, cool", "2"), ("Black", "_hot_")))
    assert left_out(HEAD + "Words.\n\n```{csv-table}\n:file: teas.csv\n```\n") == [("A directive {csv-table} is left out.", 7)]


def test_embedded_page_is_told_of() -> None:
    text = HEAD + 'Look:\n\n<iframe\n  src="https://tea.example"\n></iframe>\n'
    assert left_out(text) == [("A page that is embedded is left out.", 7)]
    assert "iframe" not in everything(text)


@pytest.mark.parametrize(
    ("written", "kind", "words"),
    [
        ("```{margin} A side\nHot *tea*.\n```", "callout", "A side Hot tea."),
        ("```{margin}\nHot *tea*.\n```", "text", "Hot tea."),
        ("```{div} wide\nHot *tea*.\n```", "text", "Hot tea."),
        ("```{epigraph}\nHot *tea*.\n\n-- A person\n```", "quote", "Hot tea. A person"),
        ("```{dropdown} More\nHot *tea*.\n```", "callout", "More Hot tea."),
        ("```{dropdown}\nHot *tea*.\n```", "callout", "Hot tea."),
        ("```{prf:theorem} Of tea\nHot *tea*.\n```", "callout", "Of tea Hot tea."),
        ("```{rubric} Of tea\n```", "text", "Of tea"),
        ("```{glossary}\nTea\n  Hot *leaves*.\n```", "list", "Tea: Hot leaves."),
        ("```{panels}\nOne\n^^^\nHot *tea*.\n---\n:column: wide\n\nCold.\n+++\nFoot\n```", "text", "One Hot tea. Cold. Foot"),
    ],
)
def test_directives_of_prose_are_no_code(written: str, kind: str, words: str) -> None:
    scene = scenes_of(f"{HEAD}{written}\n")[-1]
    assert scene.kind == kind
    text = scene.model_dump(exclude={"heading", "kind", "tone", "style", "line"}, exclude_defaults=True)
    parts = (
        [item["text"] for item in text["items"]]
        if kind == "list"
        else [text.get("title"), text.get("text"), *text.get("paragraphs", ()), text.get("by")]
    )
    assert " ".join(inline.plain(part) for part in parts if part) == words


def test_code_of_an_engine_stays_code() -> None:
    assert [scene.kind for scene in scenes_of(f"{HEAD}```{{r}}\nx <- 1\n```\n\n```{{code-cell}} python\nx = 1\n```\n")[1:]] == [
        "code",
        "code",
    ]
