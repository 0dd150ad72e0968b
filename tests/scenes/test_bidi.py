from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import unicode_data
from videogen.scenes.text import bidi
from videogen.scenes.text.bidi import is_right_to_left, levels, visual_order


def shown(text: str) -> str:
    """Text as it is seen from left to right."""
    return "".join(text[position] for position in visual_order(levels(text)))


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("abc def", "abc def"),
        ("אבג דהו", "והד גבא"),
        ("abc אבג def", "abc גבא def"),
        ("אבג abc דהו", "והד abc גבא"),
        ("אבג 123 דהו", "והד 123 גבא"),
        ("אבג 1.5% דה", "הד 1.5% גבא"),
        ("abc אבג 12 דה x", "abc הד 12 גבא x"),
        ("אבג: abc!", "!abc :גבא"),
    ],
)
def test_order_is_the_one_that_is_read(written: str, seen: str) -> None:
    assert shown(written) == seen


def test_direction_is_that_of_the_first_strong_character() -> None:
    assert is_right_to_left("12 — שלום abc")
    assert not is_right_to_left("(abc שלום")
    assert not is_right_to_left("")


@given(st.text(alphabet="abאב12.,% ()عر\u0301", max_size=30))
def test_nothing_is_lost_by_reordering(text: str) -> None:
    assert sorted(shown(text)) == sorted(text)
    assert len(levels(text)) == len(text)


@pytest.mark.slow
def test_levels_of_classes_are_those_of_unicodes_own_test() -> None:
    """BidiTest.txt: each sequence of classes with the paragraph's level told or, as 1 in its bitset says, found.

    It holds all sequences of up to four classes: each seventh is tried, and all of them in `make fuzz`.
    """
    tried = 0
    step = 1 if "TEST_FUZZ" in os.environ else 7
    expected: list[int | None] = []
    for number, (data, _) in enumerate(unicode_data.lines("BidiTest.txt")):
        if data.startswith("@"):
            name, _, values = data.partition(":")
            if name == "@Levels":
                expected = [None if value == "x" else int(value) for value in values.split()]
            continue
        if number % step:
            continue
        classes, _, bitset = data.partition(";")
        types = classes.split()
        for bit, base in ((1, bidi._base(types)), (2, 0), (4, 1)):
            if int(bitset, 16) & bit:
                result = bidi.resolved(types, base)
                assert all(want in (None, level) for want, level in zip(expected, result, strict=True)), (types, base, result, expected)
                tried += 1
    assert tried > 700_000 / step


@pytest.mark.slow
def test_levels_and_order_of_characters_are_those_of_unicodes_own_test() -> None:
    """BidiCharacterTest.txt, brackets included."""
    tried = 0
    for data, _ in unicode_data.lines("BidiCharacterTest.txt"):
        codes, direction, base, levels_, order = data.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        types = [unicodedata.bidirectional(character) for character in text]
        if direction == "2":
            assert bidi._base(types) == int(base), text
        result = bidi.resolved(types, int(base), text)
        expected = levels_.split()
        assert all(want in ("x", str(level)) for want, level in zip(expected, result, strict=True)), (text, result, expected)
        shown = [at for at, want in enumerate(expected) if want != "x"]
        assert [shown[at] for at in visual_order([result[at] for at in shown])] == [int(at) for at in order.split()]
        tried += 1
    assert tried > 90_000


def test_brackets_are_those_of_unicode() -> None:
    pairs = {}
    for data, _ in unicode_data.lines("BidiBrackets.txt"):
        code, other, kind = (part.strip() for part in data.split(";"))
        if kind == "o":
            pairs[chr(int(code, 16))] = chr(int(other, 16))
    assert dict(zip(bidi.BRACKETS[::2], bidi.BRACKETS[1::2], strict=True)) == pairs


@pytest.mark.parametrize(
    "text",
    ["אני כותב Python (CPython) היום", "שלום (world) עולם", "عربي [abc] نص", "a (שלום) b", "{אב} x", "נוסחה f(x) כאן"],
)
def test_brackets_of_a_pair_face_each_other(text: str) -> None:
    """Drawn at an odd level a bracket is mirrored: of each pair both are, or neither."""
    result = levels(text)
    pairs = {"(": ")", "[": "]", "{": "}"}
    for opening, closing in pairs.items():
        if opening in text:
            assert result[text.index(opening)] % 2 == result[text.index(closing)] % 2


def test_bracketed_word_in_hebrew_is_shown_in_its_place() -> None:
    assert shown("אב Python (CPython) גד") == "דג Python (CPython) בא"
