"""Marks whose other half is missing, and links that lead nowhere: the words are shown and spoken, the marks are not."""

from __future__ import annotations

import pytest

from tests.script.scripts import narrations_of, scenes_of, shown, warnings_of
from videogen.script import read
from videogen.script.inline import Run, plain, runs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**Kettle on, and nobody closed this", "Kettle on, and nobody closed this"),
        ("Pour **slowly, then wait", "Pour slowly, then wait"),
        ("***Kettle on", "Kettle on"),
        ("Heat:** to eighty", "Heat: to eighty"),
        ("ends here**", "ends here"),
        ("a cup of *very strong tea", "a cup of very strong tea"),
        ("__Kettle on", "Kettle on"),
        ("_Kettle is on now", "Kettle is on now"),
        ("~~old leaves", "old leaves"),
        ("old leaves~~ gone", "old leaves gone"),
        ("==hot water", "hot water"),
        ("run `kettle --on and wait", "run kettle --on and wait"),
        ("`kettle", "kettle"),
        ("a ``fine'' cup and a `small' pot", "a “fine” cup and a ‘small’ pot"),
        ("see [[Green tea for more", "see Green tea for more"),
        ("%%a thought", "a thought"),
        ("so %%a thought", "so a thought"),
        ("これは**大切です", "これは大切です"),
        ("**注意：熱い", "注意：熱い"),
        ('A <span class="hot" cup', "A cup"),
        ("A pot {#pot .big", "A pot"),
    ],
)
def test_mark_without_its_other_half_is_left_out(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "2 ** 3 and 2 * 3",
        "x**y",
        "src/**/*.py",
        "/** a note",
        "call(**kwargs) or pass *args and **options",
        "char *p and *list_of_cups",
        "price* and *without milk",
        "_private, __dirname and self.__cups",
        "C++ and i++",
        "a == b, a ==b, 1 == 1",
        "~5 cups",
        "it`s",
        "the key ` alone",
        "[sic] and a[0][1] and [1][2]",
        "the pattern [^0-9] and [^a-z]",
        "a ____ to fill in",
        "100%% sure",
        "a < b and {x} and {",
        "tea**(green)**s",
    ],
)
def test_sign_that_is_part_of_the_words_stays(text: str) -> None:
    assert plain(text) == text


def test_mark_behind_a_backslash_stays() -> None:
    assert plain(r"\**Kettle, \`on and \[words\]\[label\]") == "**Kettle, `on and [words][label]"


@pytest.mark.parametrize(
    "text",
    [
        "[the pot](javascript:alert(1))",
        "[the pot](JavaScript:alert('a b'))",
        "[the pot](vbscript:a)",
        "[the pot](data:text/html,hi)",
        "[the pot](file:///etc/passwd)",
        "[the pot][nowhere]",
        "[the pot][]",
        "[the pot](my pot.pdf)",
        "[the pot](https://example.com/a b)",
        "[the pot](https://example.com/a",
        "[the pot](#brew",
        "[the pot][pot]\n\n[pot]: javascript:alert(1)",
    ],
)
def test_link_that_leads_nowhere_is_its_words(text: str) -> None:
    [scene] = scenes_of(f"Here is {text}\n")
    assert scene.kind == "text"
    assert [run for paragraph in scene.paragraphs for run in runs(paragraph)] == [Run("Here is the pot")]


def test_link_that_leads_somewhere_still_does() -> None:
    assert plain("[the pot][pot]") == "the pot"
    assert Run("the pot", link="https://example.com/a(b)") in runs("[the pot](https://example.com/a(b))")


@pytest.mark.parametrize("text", ["![a pot][nowhere]", "![a pot](my pot", "![a pot](javascript:alert(1))"])
def test_picture_that_is_nowhere_is_left_out_with_a_warning(text: str) -> None:
    document = f"# Tea\n\nBefore {text}\n"
    if text == "![a pot](my pot":
        assert "pot" in shown(read(document, "markdown").script)
    else:
        assert warnings_of(document) == [("picture_left_out", 3)]
        assert "!" not in shown(read(document, "markdown").script)


def test_footnote_that_is_not_defined_is_left_out_with_a_warning() -> None:
    document = "# Tea\n\nHot[^1], green[^leaf]\nand black[^2].\n\n[^2]: From Assam.\n\n[^3]: Nobody points here.\n"
    reading = read(document, "markdown")
    assert [(warning.line, warning.code) for warning in reading.warnings] == [(3, "left_out"), (3, "left_out"), (8, "left_out")]
    assert "[^3]" in reading.warnings[-1].message
    [card] = reading.script.scenes
    assert [note.text for note in card.footnotes] == ["From Assam."]
    assert plain(card.subtitle) == "Hot, green and black."


@pytest.mark.parametrize(
    "text",
    [
        "Press <kbd>Ctrl</kbd><kbd>C</kbd> now",
        "<p>Press <kbd>Ctrl</kbd><kbd>C</kbd> now</p>",
        "Press <code>Ctrl</code><kbd>C</kbd> now",
    ],
)
def test_keys_side_by_side_are_keys_of_their_own(text: str) -> None:
    [scene] = scenes_of(text)
    assert [run.text for run in runs(scene.paragraphs[0]) if run.code] == ["Ctrl", "C"]
    assert narrations_of(text) == ["Press Ctrl C now."]


def test_keys_within_keys_are_one_chord() -> None:
    assert plain("<kbd><kbd>Ctrl</kbd>+<kbd>V</kbd></kbd>") == "Ctrl+V"


def test_keys_of_mkdocs_are_keys_and_inserted_words_are_inserted() -> None:
    assert [run.text for run in runs("Press ++ctrl+alt+del++ or ++enter++") if run.code] == ["Ctrl+Alt+Del", "Enter"]
    assert [run.text for run in runs("That is ++new tea++") if run.inserted] == ["new tea"]


@pytest.mark.parametrize(
    ("text", "kinds", "line"),
    [
        ("# Tea\n\nHot.\n\n<!-- a note that never ends\n\n## Pot\n\nOf clay.\n", ["title", "text", "text"], 5),
        ("# Tea\n\nHot.\n\n{{< pot never ends\n\n## Pot\n\nOf clay.\n", ["title", "text"], 5),
        ("---\ntitle: Tea\n\n## Pot\n\nOf clay.\n\n---\n\n## Cup\n\nOf tin.\n", ["title", "text", "text"], 1),
    ],
)
def test_block_that_is_not_closed_hides_nothing_after_it(text: str, kinds: list[str], line: int) -> None:
    reading = read(text, "markdown")
    assert [scene.kind for scene in reading.script.scenes] == kinds
    assert [warning.line for warning in reading.warnings] == [line]
    assert "Of clay." in shown(reading.script)
    assert not any(sign in shown(reading.script) for sign in ("<!--", "{{<", "title:"))


def test_formula_that_is_not_closed_is_a_formula_up_to_the_next_blank_line() -> None:
    assert [scene.kind for scene in scenes_of("# Tea\n\n$$\n\\frac{1}{2}\n\nMore\n")] == ["title", "equation", "text"]


def test_callout_whose_bracket_is_not_closed_is_a_callout() -> None:
    [scene] = scenes_of("> [!warning Hot\n> Mind your fingers.\n")
    assert (scene.kind, scene.tone, scene.title, scene.paragraphs) == ("callout", "warning", "Hot", ("Mind your fingers.",))


def test_page_that_is_imported_is_warned_of() -> None:
    document = "import Pot from './_pot.mdx'\n\n# Tea\n\nHot.\n\n<Pot />\n"
    assert warnings_of(document) == [("left_out", 1)]
    assert warnings_of("---\nmdc: true\nsrc: ./first.md\n---\n\n# Tea\n\n---\n\n# Pot\n\nOf clay.\n")[-1][0] == "left_out"


def test_label_of_a_link_may_begin_the_next_line() -> None:
    [scene] = scenes_of("See the [notes on pots]\n[pots] for more.\n\n[pots]: https://example.com/\n")
    assert plain(scene.paragraphs[0]) == "See the notes on pots for more."


def test_fields_right_below_a_line_that_leads_to_them_are_points() -> None:
    [scene] = scenes_of(":::{tip}\nMind the heat.\n:::\n\nFurther options:\n:steam: How hot\n:size: How large\n")[1:]
    assert [plain(item.text) for item in scene.items] == ["steam: How hot", "size: How large"]


def test_attributes_at_the_head_of_a_container_are_not_shown() -> None:
    document = '::: pots\n{.glossary}\nPot\n: Of clay\n:::\n\n{attribution="Ada"}\n> Hot.\n'
    assert "glossary" not in shown(read(document, "markdown").script)
    assert "attribution" not in shown(read(document, "markdown").script)


def test_step_in_chinese_does_not_begin_with_the_comma_after_its_title() -> None:
    scene = scenes_of("1. **烧水**，等到八十度\n2. **倒水**：慢一点\n")[0]
    assert [(step.title, step.text) for step in scene.steps] == [("烧水", "等到八十度"), ("倒水", "慢一点")]


@pytest.mark.parametrize(
    ("language", "code", "expected", "stressed"),
    [
        ("js", "heat()\n// highlight-next-line\npour()\nwait()", "heat()\npour()\nwait()", (2,)),
        ("py", "# highlight-start\nheat()\npour()\n# highlight-end\nwait()", "heat()\npour()\nwait()", (1, 2)),
        ("ts", "heat() // [!code highlight]\npour() // [!code --]\nwait()", "heat()\npour()\nwait()", (1, 2)),
        ("jsx", "<Pot>\n  {/* highlight-next-line */}\n  <Lid />\n</Pot>", "<Pot>\n  <Lid />\n</Pot>", (2,)),
        ("py", "print('highlight-next-line')", "print('highlight-next-line')", ()),
    ],
)
def test_comments_that_mark_lines_of_code_mark_them(language: str, code: str, expected: str, stressed: tuple[int, ...]) -> None:
    [scene] = scenes_of(f"```{language}\n{code}\n```\n")
    assert (scene.code, scene.highlight) == (expected, stressed)


def test_tags_that_colour_a_terminal_are_not_shown() -> None:
    [scene] = scenes_of(
        '```console\n$ <font color="#4E9A06">kettle</font> --on\n<span style="color:red"><b>hot</b></span> &amp; ready <soon>\n```\n'
    )
    assert (scene.kind, scene.text) == ("command", "$ kettle --on\nhot & ready <soon>")
    [scene] = scenes_of("```console\n$ echo '<b>hot</b>'\n\x1b[31mhot\x1b[0m\n```\n")
    assert scene.text == "$ echo '<b>hot</b>'\nhot"
