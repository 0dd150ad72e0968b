from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from videogen.scenes.text.splitting import cuts, divided, joined, pages
from videogen.script import inline

HEIGHTS = st.lists(st.floats(1, 100), min_size=1, max_size=40)


@given(heights=HEIGHTS, gap=st.floats(0, 10), height=st.floats(100, 300))
def test_pages_hold_every_unit_once_and_none_is_too_high(heights: list[float], gap: float, height: float) -> None:
    slices = pages(heights, [gap] * len(heights), height)
    assert [n for page in slices for n in range(page.start, page.stop)] == list(range(len(heights)))
    for page in slices:
        assert sum(heights[page]) + gap * (page.stop - page.start - 1) <= height + 1e-6


def test_pages_are_of_even_height() -> None:
    assert pages([10.0] * 12, [0.0] * 12, 100) == [slice(0, 6), slice(6, 12)]


def test_unit_higher_than_the_room_has_a_page_of_its_own() -> None:
    assert pages([10.0, 500.0, 10.0], [0.0] * 3, 100) == [slice(0, 1), slice(1, 2), slice(2, 3)]


@given(number=st.integers(0, 200), most=st.integers(1, 30), good=st.sets(st.integers(0, 200)), thrifty=st.booleans())
def test_cuts_hold_every_row_once_and_no_more_than_fit(number: int, most: int, good: set[int], thrifty: bool) -> None:
    slices = cuts(number, most, lambda n: float(n in good), thrifty=thrifty)
    assert [n for page in slices for n in range(page.start, page.stop)] == list(range(number))
    assert all(0 < page.stop - page.start <= most for page in slices)
    if thrifty:
        assert len(slices) == -(-number // most)


def test_cuts_prefer_a_pause() -> None:
    assert cuts(20, 12, lambda n: float(n == 9)) == [slice(0, 9), slice(9, 20)]


def test_text_is_cut_at_sentence_ends_and_keeps_its_marks() -> None:
    text = "One **bold sentence here. And another** one, e.g. this. A third."
    parts = divided(text, lambda part: len(inline.plain(part)) <= 30)
    assert [part.text for part in parts] == ["One **bold sentence here.**", "**And another** one, e.g. this.", "A third."]


def test_sentence_too_long_is_cut_between_words_and_a_word_anywhere() -> None:
    assert [part.text for part in divided("aaa bbb ccc", lambda part: len(part) <= 7)] == ["aaa bbb", "ccc"]
    assert [part.text for part in divided("a" * 10, lambda part: len(part) <= 4)] == ["aaaa", "aaaa", "aa"]


def test_parts_put_together_again_are_what_was_written() -> None:
    for text in ("名前はまだ無い。" * 5, "One **bold sentence. And** another one.", "x" * 50):
        parts = divided(text, lambda part: len(inline.plain(part)) <= 12)
        assert len(parts) > 1 and joined(parts) == [text]


@given(text=st.text(alphabet="ab *_`.\\[]()<&", max_size=60), most=st.integers(1, 20))
def test_nothing_is_lost_in_division(text: str, most: int) -> None:
    parts = divided(text, lambda part: len(inline.plain(part)) <= most)
    assert "".join("".join(inline.plain(part.text) for part in parts).split()) == "".join(inline.plain(text).split())
