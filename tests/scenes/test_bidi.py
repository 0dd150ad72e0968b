from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.scenes.bidi import is_right_to_left, levels, visual_order


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
