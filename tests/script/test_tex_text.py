"""Formulas within sentences, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.script.scripts import narrations_of, scenes_of
from videogen.script.inline import narrated
from videogen.script.pronunciation import as_written
from videogen.script.tex_text import as_text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("E = mc^2", "E = mc²"),
        (r"x_{i+1} \le \alpha\beta", "xᵢ₊₁ ≤ αβ"),
        (r"O(n \log n)", "O(n log n)"),
        (r"\frac{a+b}{2} - \sqrt{n}", "(a+b)/2 − √n"),
        (r"\mathbb{R}^n, 10^{-3}", "ℝⁿ, 10⁻³"),
        (r"\text{if } f'(x) \neq 0", "if f′(x) ≠ 0"),
        ("x", "x"),
        ("5 and US", None),
        (r"a^{b^c}", None),
        (r"\begin{x}", None),
        (r"\frac{1", None),
    ],
)
def test_formula_is_the_text_that_it_looks_like(tex: str, text: str | None) -> None:
    assert as_text(tex) == text


@given(
    st.text(r"\^_{}[]$ab1+=, ", max_size=60) | st.lists(st.sampled_from([r"\frac", r"\sqrt", "{", "}", "^", "_", "a", " "])).map("".join)
)
def test_any_formula_is_text_or_none(tex: str) -> None:
    assert as_text(tex) is None or as_text(tex)


def test_formula_stands_in_its_sentence_and_is_said() -> None:
    (scene,) = scenes_of("Energy is $E = mc^2$, *always*.\n")
    assert scene.paragraphs == ("Energy is $E = mc^2$, _always_.",)
    assert narrations_of("Energy is $E = mc^2$.\n") == ["Energy is E equals m c squared."]


@pytest.mark.parametrize(
    "text",
    ["It costs $5 and not $10.", "Set $HOME and $A_B/$C_D.", "US$5_000 = CA$7_000", r"\$x_1\$ is it", "`$x^2$` is code", "$$x", "$ x_1 $"],
)
def test_money_and_variables_stay_as_they_are(text: str) -> None:
    (scene,) = scenes_of(f"{text}\n")
    assert scene.paragraphs[0].replace("\\_", "_").replace("\\", "") == text.replace("\\", "")


def test_letter_with_a_mark_above_it_is_text_and_a_formula_that_is_none_is_captioned_in_words() -> None:
    assert as_text(r"\bar{X} + \hat y") == "X\u0304 + y\u0302"
    assert as_text(r"\bar{XY}") is None
    assert as_written(narrated(r"So $\binom{n}{k}$ cups.")) == "So n choose k cups."
