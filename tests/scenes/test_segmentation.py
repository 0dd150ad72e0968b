"""Where text may be cut: UAX 14 and UAX 29, and the words of scripts that put no spaces between them."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import unicode_data
from videogen.scenes.text import segmentation
from videogen.scenes.text.segmentation import columns, graphemes, line_breaks, phrase_breaks, unbreakable

NEWER_LINE_RULES = {"999.0", "15.0", "18.0", "13.02", "21.1", "23.12", "23.13"}
"""Rules that Unicode 15.1 and later changed: hyphens at a word's start, quotation marks beside spaces, numbers, Balinese digits."""


def test_grapheme_clusters_are_those_of_unicodes_own_test() -> None:
    """But one: since Unicode 16 some dingbats, as the upper blade scissors, are no pictographs that a joiner joins."""
    tried = different = 0
    for text, expected, rules in unicode_data.breaks("auxiliary/GraphemeBreakTest.txt"):
        bounds = [0, *accumulate(map(len, graphemes(text)))]
        tried += 1
        if bounds != expected:
            different += 1
            assert {rules[at] for at in set(bounds) ^ set(expected)} == {"11.0"}, text
    assert tried > 500 and different <= 1


def test_line_breaks_are_those_of_unicodes_own_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before this house's taste. Where the file is of an older Unicode than ICU, only rules that changed since may differ."""
    monkeypatch.setattr(segmentation, "_is_welcome", lambda text, at: True)
    tried = different = 0
    for text, (*expected, _), rules in unicode_data.breaks("auxiliary/LineBreakTest.txt"):
        breaks = segmentation._line_breaks(text)
        tried += 1
        if breaks != set(expected):
            different += 1
            assert {rules[at] for at in breaks ^ set(expected)} <= NEWER_LINE_RULES, text
    assert tried > 7000 and different < 40


@given(st.text(st.sampled_from("ab1.,'?! ") | st.characters(max_codepoint=0x7F), max_size=30))
def test_plain_text_is_broken_as_icu_would_break_it(text: str) -> None:
    if segmentation._SIMPLE.fullmatch(text):
        from icu4py.breakers import LineBreaker

        assert unbreakable(text) == list(LineBreaker(text, segmentation.LOCALE))


@given(st.text(max_size=60))
def test_nothing_is_lost_by_cutting(text: str) -> None:
    assert "".join(graphemes(text)) == text == "".join(unbreakable(text))


TWO = ["e\u0301a", "👩\u200d💻!", "🇩🇪🇫🇷", "👍🏽x", "हिन्दी", "ក្មេង"]


@pytest.mark.parametrize(("text", "number"), [*((text, 2) for text in TWO), ("1\ufe0f\u20e3", 1), ("a\r\nb", 3), ("กำ", 1)])
def test_cluster_is_what_a_reader_takes_for_one_character(text: str, number: int) -> None:
    assert len(graphemes(text)) == number


@pytest.mark.parametrize(
    "parts",
    [
        ("ภาษา", "ไทย", "ไม่มี", "ช่อง", "ว่าง"),
        ("ភាសាខ្មែរ", "ជា", "ភាសា"),
        ("ພາສາ", "ລາວ", "ເປັນ", "ພາສາ"),
        ("မြန်မာ", "စကား"),
        ("ラッ", "パー", "で", "す。"),
        ("「は", "い」"),
        ("汉", "字，", "好"),
        ("(well-", "known), ", "state-", "of-", "the-", "art"),
        ("run ", "--dry-run ", "-x ", "now"),
        ("한국어는 ", "띄어쓰기를 ", "한다(고)"),
        ("see ", "https://example.org/a/b-c?d=e-f ", "now"),
        ("and/or ", "x=1"),
        ("a—", "b ", "— ", "c"),
        ("Vraiment ! ", "Oui"),
        ("« Bonjour » ", "dit-", "il"),
        ("10\u00a0km ", "far"),
        ("a\u2060b ", "c"),
    ],
)
def test_line_is_broken_only_where_a_reader_expects_it(parts: tuple[str, ...]) -> None:
    assert tuple(unbreakable("".join(parts))) == parts


def test_text_in_which_something_is_no_character_is_cut_too() -> None:
    assert graphemes("a\ud800é\u0301") == ["a", "\ud800", "é\u0301"]
    assert line_breaks("a\ud800 日本") == {3, 4}


@pytest.mark.parametrize(
    ("text", "number"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👩\u200d💻", 2), ("🇩🇪", 2), ("☑\ufe0f", 2), ("ก็", 1)]
)
def test_columns_are_counted_by_the_cluster(text: str, number: int) -> None:
    assert columns(text) == number


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("駅前の喫茶店で温かいお茶を飲みながら話し合いました。", "駅前の|喫茶店で|温かい|お茶を|飲みながら|話し合いました。"),
        (
            "Kettle Web を使うと、お茶の時間を（例えば「朝」も）保存できます。",
            "Kettle |Web を|使うと、|お茶の|時間を|（例えば|「朝」も）|保存|できます。",
        ),
        ("这是一个关于如何在三分钟内泡一杯好茶的视频，欢迎观看。", "这是一个|关于|如何|在三分钟内|泡|一杯|好茶的|视频，|欢迎|观看。"),
        ("在 2024 年我们发布了第3个版本。", "在 2024 年|我们|发布了|第3个|版本。"),
        ("차를 마시는 시간", "차를 |마시는 |시간"),
        ("Tea is ready.", "Tea |is |ready."),
    ],
)
def test_lines_end_between_phrases_of_japanese_and_words_of_chinese(text: str, phrases: str) -> None:
    breaks = [0, *sorted(phrase_breaks(text)), len(text)]
    assert "|".join(text[start:end] for start, end in pairwise(breaks)) == phrases
    assert phrase_breaks(text) <= line_breaks(text)
