"""Formulas as they are said in the language of a script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import _mathtext, _mathtext_data

from tests.script.scripts import narrations_of
from videogen.script import tex_commands, tex_speech, tex_words

FORMULAS = [
    r"\frac{a}{b} = x^2",
    r"\sum_{i=1}^{n} x_i \leq 4",
    r"\lim_{x \to 0} \frac{\sin x}{x}",
    r"\int_0^1 \sqrt{t} \, dt \neq \infty",
    r"\forall x \in \mathbb{R}: |x| \geq 0",
    r"P(A \mid B) = \binom{n}{k} \cdot 50\%",
    r"\hat{y} \approx \vec{a} \times b^{-1}",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
]
ENGLISH = {"the", "of", "is", "equals", "squared", "times", "over", "sub", "root", "from", "and", "power", "vector", "sum", "matrix"}
SHARED = {"nl": {"over", "is", "vector", "matrix"}, "es": {"vector", "sub"}, "de": {"matrix"}, "fr": set(), "it": set(), "pt": set()}


@pytest.mark.parametrize("language", tex_words.LANGUAGES)
@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_said_in_words_of_its_language_alone(formula: str, language: str) -> None:
    result = tex_speech.spoken(formula, language)
    assert result != tex_words.FORMULA[language] and result != tex_speech.spoken(formula, "en")
    words = set(result.lower().replace(",", " ").replace(":", " ").replace(";", " ").split())
    assert not words & (ENGLISH - SHARED[language])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "a durch b ist gleich x hoch zwei"),
        ("fr", "a sur b égale x au carré"),
        ("es", "a sobre b es igual a x al cuadrado"),
        ("it", "a fratto b è uguale a x al quadrato"),
        ("pt-BR", "a sobre b é igual a x ao quadrado"),
        ("nl", "a gedeeld door b is gelijk aan x kwadraat"),
    ],
)
def test_a_fraction_and_a_square_are_said_as_one_says_them(language: str, expected: str) -> None:
    assert tex_speech.spoken(r"\frac{a}{b} = x^2", language) == expected


def test_a_formula_with_a_sign_that_the_language_has_no_word_for_is_announced() -> None:
    assert tex_speech.spoken(r"\aleph + 1", "de") == "Aleph plus 1"
    assert tex_speech.spoken(r"\pitchfork + 1", "de") == tex_words.FORMULA["de"]


def test_every_command_that_can_be_drawn_is_said_or_left_out_or_announced_and_never_spelt_raw() -> None:
    parser = _mathtext.Parser
    commands = {*_mathtext_data.tex2uni, *parser._function_names, *(f"math{font}" for font in parser._fontnames), *parser._accent_map}
    unknown = {name for name in commands if name.isalpha() and name not in tex_commands.KNOWN and not tex_speech.is_greek(name)}
    assert not unknown


@pytest.mark.parametrize("language", tex_words.LANGUAGES)
def test_every_word_for_a_command_is_there_in_each_language(language: str) -> None:
    tables = (
        tex_commands.COMMANDS,
        tex_commands.LARGE,
        tex_commands.OVER,
        tex_commands.FUNCTIONS,
        tex_commands.ABOVE,
        tex_commands.SETS,
    )
    for phrase in {phrase for table in tables for phrase in table.values()}:
        assert tex_words.phrase(phrase, language) or not phrase


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"A \leftrightharpoons B", "A in balance with B"),
        (r"\Vert x \Vert \lesssim 1", "the norm of x is at most 1"),
        (r"H \triangleleft G", "H is a normal subgroup of G"),
        (r"x \in \BbbR", "x in the real numbers"),
        (r"\oiint f", "the surface integral of f"),
    ],
)
def test_rarer_commands_are_said_by_what_they_mean(formula: str, expected: str) -> None:
    assert tex_speech.spoken(formula) == expected


@pytest.mark.parametrize("language", ["fi", "sw", "pl"])
def test_a_language_without_words_for_formulas_says_none_of_english(language: str) -> None:
    result = tex_speech.spoken(r"\frac{a}{b} = x^2", language)
    assert result == tex_words.FORMULA.get(language, tex_words.SHORT)
    assert tex_speech.spoken("x", language) == "x"


def test_every_phrase_has_a_word_or_a_dash_in_each_language_and_as_many_gaps() -> None:
    for english, *others in tex_words.rows():
        assert len(others) == len(tex_words.LANGUAGES), english
        assert all(other == "-" or other.count("{}") == english.count("{}") for other in others), english


def test_raised_numbers_in_a_text_are_said_in_its_language() -> None:
    assert narrations_of("---\nlanguage: de\n---\n# Tee\n\n## Topf\n\nEr hat x^2^ Liter.\n")[-1].endswith("x hoch zwei Liter.")


@pytest.mark.parametrize(
    ("written", "language", "said"),
    [
        ("x = 2.5", "en", "x equals 2.5"),
        (r"x_{1,2} = -b", "en", "x sub 1,2 equals minus b"),
        (r"\frac{0,5}{2}", "de", "0,5 durch 2"),
        ("e^{-0.25 t}", "en", "e to the power of minus 0.25 t"),
    ],
)
def test_numbers_with_a_point_or_a_comma_are_said_as_they_are_written(written: str, language: str, said: str) -> None:
    assert tex_speech.spoken(written, language) == said


TEX = [
    *"{}[]()^_&$%#\\|=+-,.' 1aé漢½−∑",
    "2.5",
    "0,1",
    r"\frac",
    r"\left",
    r"\right",
    r"\sqrt",
    r"\sum",
    r"\over",
    r"\begin{cases}",
    r"\end{cases}",
]


@given(st.lists(st.sampled_from(TEX), max_size=30).map("".join), st.sampled_from(["en", "de", "ja", "fi"]))
def test_any_tex_can_be_said(written: str, language: str) -> None:
    said = tex_speech.spoken(written, language)
    assert "{" not in said and "}" not in said, said
