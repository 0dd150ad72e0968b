import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.script.scripts import scenes_of, warnings_of
from videogen.script import tex, typeset
from videogen.script.tex import definitions, expanded, parts, rows, wrong


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (r"a &= b \\ &= c", (("a", "= b"), ("", "= c"))),
        (r"\begin{aligned} a &= \{b\} \\[2pt] c \, d \end{aligned}", (("a", r"= \{b\}"), (r"c \, d",))),
        (r"\begin{align*}a&=b\end{align*} \begin{align*}c&=d\end{align*}", (("a", "=b"), ("c", "=d"))),
        (r"\substack{a \\ b} \\ c", ((r"\substack{a \\ b}",), ("c",))),
        (r"f = \begin{cases} 1 & x \\ 0 & y \end{cases}", ((r"f = {\begin{cases} 1 & x \\ 0 & y \end{cases}}",),)),
        (r"\left( \begin{matrix} 1 \\ 2 \end{matrix} \right)^T", ((r"\left( {\begin{matrix} 1 \\ 2 \end{matrix}} \right)^T",),)),
        ("a % why\nb \\label{x}", (("a b",),)),
        (r"a \tag{1}", ((r"a \qquad \text{(1)}",),)),
    ],
)
def test_rows_are_cut_where_tex_cuts_them(written: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert rows(written) == expected
    assert wrong(written) is None


@pytest.mark.parametrize(
    "written",
    [
        r"{a \over b}",
        r"\operatorname*{argmax}_\theta f(\theta)",
        r"\underbrace{a + b}_{n} \overset{!}{=} \xrightarrow{f} \boxed{x} \cancel{y}",
        r"\mathbb{R}^n \mathcal{L} \mathfrak{g} \boldsymbol{x} \mathbf{y}",
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}^{-1} \begin{vmatrix} a \end{vmatrix}",
        r"\left\{ \begin{array}{l@{}r} a & b \end{array} \right.",
        r"\begin{dcases} a & b \end{dcases}",
        r"\text{für } x \in \R, \; \text{ja & nein}",
        r"\abs{x} + \norm{y} + \sgn z",
        r"\ce{2 H2 + O2 -> 2 H2O} \SI{3}{m/s}",
        r"P(A \middle| B)",
        r"\newcommand{\half}[1]{\frac{#1}{2}} \half{x}",
        r"\DeclareMathOperator{\Hom}{Hom} \Hom(A, B)",
        r"\def\x{y} \x_1",
        r"\displaystyle \sum\limits_{i} \nonumber",
    ],
)
def test_tex_of_lessons_is_set(written: str) -> None:
    assert wrong(written) is None


@pytest.mark.parametrize(
    "written", ["x^{", r"\nosuch{x}", "漢", "{" * 500 + "}" * 500, "x+" * 1600, "", r"a & b & \begin{nosuch}", r"\def\x{\x\x}\x"]
)
def test_a_formula_that_cannot_be_set_is_shown_as_its_source_and_told_of(written: str) -> None:
    text = f"# T\n\n## H\n\n$$\n{written}\n$$\n\n## Next\n\nWords.\n"
    assert scenes_of(text)[-1].paragraphs == ("Words.",)
    if written:
        assert warnings_of(text) == [("formula_as_source", 5)]


def test_a_definition_counts_in_all_of_the_document() -> None:
    text = "# T\n\n## H\n\n$$\n\\newcommand{\\K}{\\mathbb{K}}\n$$\n\nLet $x \\in \\K$.\n"
    (scene,) = scenes_of(text)[1:]
    assert scene.paragraphs == (r"Let $x \in \mathbb{K}$.",)


@given(
    st.lists(
        st.sampled_from(
            [*r"{}[]()^_&$%#\\|=+,.' 1aé漢", r"\frac", r"\left", r"\right", r"\begin{cases}", r"\end{cases}", r"\newcommand", r"\def\x"]
        )
    ).map("".join)
)
def test_any_tex_is_set_or_told_of(written: str) -> None:
    assert wrong(written) is None or wrong(written)
    assert "".join(parts(written)).split() == written.split() or not written.strip()
    rest, macros = definitions(written)
    assert len(expanded(rest, macros)) <= tex.CHARACTERS_MAX * 3  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "written",
    [
        r"\frac{a_{7}}{b_{7}} + \sqrt{x^{2} + 57}",
        r"\left(\frac{a}{b}\right)^{2} + \begin{pmatrix} a & b \\ c & d \end{pmatrix}",
        r"\sum_{i=0}^{n} \overbrace{x_i}^{k} = \left|\frac{1}{2}\right|",
        r"\begin{cases} x & y \\ z & \sqrt{\frac{a^{b^{c}}}{d}} \end{cases}",
        r"\vec{v} \hat{w} \overline{x y} \binom{n}{k}",
        r"f(x) = \frac{x + 1}{x - 1} \cdot \int_0^1 \frac{a}{b} \, dx, \quad a \xrightarrow{n \to \infty} b",
        r"\big( \frac{a}{b} \big] + \left\{ c \right\} \uparrow \langle x \rangle \neq y / z'",
    ],
)
def test_measuring_rows_only_for_what_stretches_changes_no_outline(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = typeset._drawn(written, True)
    from ziamath import styles
    from ziamath.nodes.mrow import Mrow

    monkeypatch.setattr(Mrow, typeset._MEASURE, getattr(Mrow, typeset._MEASURE).__wrapped__)
    monkeypatch.setattr(styles, "asdict", dataclasses.asdict)
    assert typeset._drawn(written, True) == quick
