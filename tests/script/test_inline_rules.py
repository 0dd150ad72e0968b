"""Inline syntax beyond CommonMark: what it shows, how it is said, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.script.scripts import narrations_of, scenes_of
from videogen.script.inline import Run, markup, plain, runs, spoken


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H~2~O", [Run("H"), Run("2", below=True), Run("O")]),
        ("x^2^", [Run("x"), Run("2", above=True)]),
        ("a<sup>2</sup><sub>i</sub>", [Run("a"), Run("2", above=True), Run("i", below=True)]),
        ("==marked== and ++added++", [Run("marked", marked=True), Run(" and "), Run("added", inserted=True)]),
        ("<mark>a</mark> <u>b</u> <kbd>C</kbd>", [Run("a", marked=True), Run(" "), Run("b", inserted=True), Run(" "), Run("C", code=True)]),
        (r"\(a_1\) and $`b`$", [Run("a_1", math=True), Run(" and "), Run("b", math=True)]),
        ("so[^n]", [Run("so"), Run("n", above=True, note=True)]),
        ("[words]{.mark} {sub}`2`", [Run("words", marked=True), Run(" "), Run("2", below=True)]),
    ],
)
def test_marks_are_styles(text: str, expected: list[Run]) -> None:
    assert list(runs(text)) == expected
    assert runs(markup(expected)) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ready :rocket: :+1:", "Ready 🚀 👍"),
        ("[[Page]], [[Page|words]], [[Page#Part]]", "Page, words, Part"),
        ("a %%not this%% b", "a b"),
        ("[button](x.html){: .btn } and **bold**{.red} end {#id .c k=v}", "button and bold end"),
        ("{ref}`words <target>` {file}`a.txt`", "words a.txt"),
        (":ref:`words <target>` :func:`~a.b` at 10:30:`x`", "words a.b at 10:30:x"),
        ("H{sub}`2`O, the 4{sup}`th`, said{cite}`ada1843` once", "H₂O, the 4th, said once"),
        ("[[1]](https://example.com) and [[Page#^part]]", "[1] and part"),
    ],
)
def test_syntax_of_other_tools_is_never_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("10:30:45", "std::vector::x", "a:b:c", ":no_such_name:", "C++ and D++", "a==b==c", "a == b == c", "~/a and ~/b", "2^8 and 2^9"),
        *("$5 and $6", "$HOME/$PATH", "{a: b}", "${x} {{ y }}", "100%% sure", "about ~5 or ~6"),
    ],
)
def test_what_only_looks_like_syntax_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^2^ and 10^6^", "x squared and 10 to the power of 6"),
        ("H~2~O", "H2O"),
        ("A claim<sup>1</sup>, and<sup>2,3</sup>.", "A claim, and."),
        ("5 km<sup>2</sup>", "5 kilometers squared"),
        (r"$\frac{a}{b} \ge \sqrt{2}$", "a over b is at least the square root of 2"),
        (r"$\lim_{n \to \infty} a_n$", "the limit as n goes to infinity of a sub n"),
        (r"$P(A \mid B)$", "P of A given B"),
        (r"$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$", "the 2 by 2 matrix: 1, 2; 3, 4"),
        (r"$\int_0^1 \partial x$", "the integral from 0 to 1 of partial x"),
    ],
)
def test_marks_and_formulas_are_said_in_words(text: str, expected: str) -> None:
    assert spoken(text) == expected


def test_formula_is_announced_where_it_cannot_be_said() -> None:
    assert spoken(r"Es gilt $\pitchfork + b^2$", "de") == "Es gilt die Formel im Bild"


def test_lines_of_chinese_and_japanese_are_joined_without_spaces_and_others_with_one() -> None:
    assert scenes_of("# T\n\n第一行，\n第二行。\n")[0].subtitle == "第一行，第二行。"
    assert narrations_of("# T\n\n## H\n\n日本の\n文字\n\n한국\n말 and\nEnglish\n")[-1] == "H. 日本の文字。 한국 말 and English."


@given(
    st.lists(
        st.sampled_from([*"$^~=+:[]{}%!`*_\\|<> \nab1漢", "==", "++", "$$", "[[", "]]", "%%", "{#", ":rocket:", "\\(", "\\)", "[^1]"])
    ).map("".join)
)
def test_any_mixture_is_read_and_written_again_as_the_same(text: str) -> None:
    parsed = runs(text)
    assert (
        runs(markup(parsed)) == parsed
        or "".join(run.text for run in runs(markup(parsed))).split() == "".join(run.text for run in parsed).split()
    )
