import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.script.inline import Run, lines, markup, plain, runs, tidy

styled_runs = st.lists(
    st.builds(
        Run,
        st.text("ab _*`[]()<>!&;\\~#1.é語😀\n\"'", min_size=1, max_size=6),
        bold=st.booleans(),
        italic=st.booleans(),
        code=st.booleans(),
        struck=st.booleans(),
        link=st.sampled_from([None, None, "http://example.org/a(b)", "#x"]),
    ),
    max_size=6,
)


def test_styles_come_as_runs() -> None:
    assert runs("A **bold `x`** and [a *link*](http://example.org).") == (
        Run("A "),
        Run("bold ", bold=True),
        Run("x", bold=True, code=True),
        Run(" and "),
        Run("a ", link="http://example.org"),
        Run("link", italic=True, link="http://example.org"),
        Run("."),
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("output_stage.py and 2 * 3", "output_stage.py and 2 * 3"),
        ("a ![picture](x.png) b", "a b"),
        ("a <b>bold</b> <!-- no --> c<br>d", "a bold c d"),
        ("&lt;tag&gt; &amp; more", "<tag> & more"),
        ("[text](javascript:alert(1))", "text"),
        ("  spaces\tand\nlines  ", "spaces and lines"),
        ("", ""),
    ],
)
def test_plain_text_is_what_one_sees(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_html_styles_its_text_and_does_nothing_else() -> None:
    assert runs('<b>a</b> <script>b()</script> <i onclick="c()">d</i>') == (Run("a", bold=True), Run(" b() "), Run("d", italic=True))


def test_a_line_break_that_was_asked_for_stays() -> None:
    assert runs("one\\\ntwo\nthree") == (Run("one\ntwo three"),)


def test_markup_leaves_plain_words_as_they_are() -> None:
    assert markup([Run("output_stage.py: 2 * 3 < 4 [sic] & so on!")]) == "output_stage.py: 2 * 3 < 4 [sic] & so on!"


@pytest.mark.parametrize(
    "wanted",
    [
        [Run("foo,", bold=True), Run("bar")],
        [Run("un", italic=True), Run("frozen")],
        [Run("(", bold=True), Run("f()", bold=True, code=True), Run(")", bold=True)],
        [Run("a`b``c", code=True)],
        [Run("`", code=True)],
        [Run("*not* _marked_ [up](x) `at` all ~~no~~ &amp; <b>")],
        [Run("x\\\ny\\")],
        [Run("a ", italic=True), Run("b", italic=True, bold=True), Run(" c", italic=True)],
    ],
)
def test_markup_of_awkward_runs_reads_back_the_same(wanted: Any) -> None:
    assert runs(markup(wanted)) == tidy(wanted)


@given(st.text(max_size=80))
def test_runs_of_any_text_survive_being_written_and_read_again(text: str) -> None:
    parsed = runs(text)
    assert runs(markup(parsed)) == parsed


@given(styled_runs)
def test_words_of_any_runs_survive_being_written_and_read_again(wanted: Any) -> None:
    def letters(of: Any) -> list[str]:
        return "".join(run.text for run in of).split()

    assert letters(runs(markup(wanted))) == letters(tidy(wanted))


@given(st.lists(st.text(max_size=20), max_size=4))
def test_lines_keep_every_part(parts: list[str]) -> None:
    assert plain(lines(runs(part) for part in parts)).split() == " ".join(plain(part) for part in parts).split()


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("これは**「お茶」**です", "「お茶」"),
        ("**注意！**熱い", "注意！"),
        ("这是**“茶”**的", "“茶”"),
        ("**녹차(綠茶)**는", "녹차(綠茶)"),
        ("お茶**(緑)**と", "(緑)"),
    ],
)
def test_emphasis_opens_and_closes_beside_chinese_japanese_and_korean(text: str, bold: str) -> None:
    assert [run.text for run in runs(text) if run.bold] == [bold]
    assert "*" not in plain(text)


def test_emphasis_in_other_languages_is_as_commonmark_has_it() -> None:
    assert plain("tea**(green)**s") == "tea**(green)**s"
    assert plain("2 ** 3 and a * b") == "2 ** 3 and a * b"


@pytest.mark.parametrize("icon", ["<carbon:cup/>", "<carbon:cup-hot />", '<mdi:leaf class="green" />', "<ph:pot/></ph:pot>"])
def test_icons_are_left_out_and_addresses_stay(icon: str) -> None:
    assert plain(f"Tea {icon} and <https://example.com/>") == "Tea and https://example.com/"


@pytest.mark.parametrize("sign", ["[", "![", "[^", "[["])
def test_brackets_in_any_number_are_text_and_tried_as_markup_no_longer(sign: str) -> None:
    text = sign * 5000
    called = 0

    def counted(frame: Any, event: str, _: object) -> None:
        nonlocal called
        called += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        assert plain(f"{text}tea") == f"{text}tea"
    finally:
        sys.setprofile(before)
    assert called < 5000
