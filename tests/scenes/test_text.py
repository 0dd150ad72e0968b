from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.scenes.layout import Layout
from videogen.scenes.scene_clip import RenderSettings
from videogen.scenes.text.segmentation import graphemes, line_breaks
from videogen.scenes.text.shaping import clean
from videogen.scenes.text.text_block import TextBlock, block

TYPE = Layout(RenderSettings()).text_style(40.0)
LOREM = "Sound leads: a scene lasts as long as its narration, its lead-in and its padding, and nothing drifts."


def lines(of: TextBlock) -> list[str]:
    return ["".join(text_run.text for _, text_run in line.text_runs) for line in of.lines]


@given(text=st.text(max_size=200), width=st.floats(60, 900))
def test_no_line_is_wider_than_its_room(text: str, width: float) -> None:
    assert block(text, TYPE, width).width <= width + 0.01


def test_lines_hold_all_words_in_order() -> None:
    assert " ".join(lines(block(LOREM, TYPE, 500))) == LOREM


def test_balanced_lines_are_alike_and_no_more() -> None:
    greedy, balanced = block(LOREM, TYPE, 900), block(LOREM, TYPE, 900, balance=0.4)
    assert len(greedy.lines) == len(balanced.lines)
    assert min(line.width for line in balanced.lines) > min(line.width for line in greedy.lines)


def test_short_word_is_not_left_alone_on_the_last_line() -> None:
    text = "Green tea for two minutes, black tea for three"
    widths = [block(text, TYPE, width, balance=0.7) for width in range(200, 500, 10)]
    assert all(" ".join(lines(one)) == text and not one.broken for one in widths)
    assert any(lines(block(text, TYPE, one))[-1] == "three" for one in range(200, 500, 10)), "it would be"
    assert [lines(one)[-1] for one in widths if lines(one)[-1] == "three"] == []


def test_lines_of_japanese_end_between_phrases_and_break_them_only_where_they_must() -> None:
    text = "駅前の喫茶店で温かいお茶を飲みながら話し合いました。"
    assert lines(block(text, TYPE, 330)) == ["駅前の喫茶店で", "温かいお茶を", "飲みながら", "話し合いました。"]
    narrow = block(text, TYPE, 170)
    assert not narrow.broken
    assert "".join(lines(narrow)) == text
    assert max(map(len, lines(narrow))) == 4


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Rindfleischetikettierungsüberwachung", ["Rindfleischetikettierungs-", "überwachung"]),
        ("Donaudampfschifffahrtselektrizität", ["Donaudampfschifffahrts-", "elektrizität"]),
        ("Antidisestablishmentarianism.", ["Antidisestablishmentaria-", "nism."]),
    ],
)
def test_compound_wider_than_a_line_is_broken_between_syllables_with_a_hyphen(word: str, expected: list[str]) -> None:
    compound = block(word, TYPE, 500)
    assert lines(compound) == expected and not compound.broken


def test_shorter_word_and_code_that_are_wider_than_a_line_count_as_broken() -> None:
    assert block("Verantwortungsbewusst", TYPE, 200).broken
    long_code = block("`getrawconnectionstringofuser`", TYPE, 300)
    assert long_code.broken and "-" not in "".join(lines(long_code))


def test_balance_parts_no_compound_that_fits_a_line() -> None:
    assert "-" not in "".join(lines(block("Das Bundesausbildungsförderungsgesetz gilt", TYPE, 800, balance=0.4)))


def test_long_address_is_broken_after_a_slash() -> None:
    address = block("https://example.org/" + "abcdefghijk/" * 20, TYPE, 600)
    assert address.broken and all(line.endswith("/") for line in lines(address))


def test_chinese_is_broken_between_characters_but_not_before_a_stop() -> None:
    broken = lines(block("名前はまだ無い。" * 10, TYPE, 330))
    assert len(broken) > 5 and not any(line.startswith(("。", "、")) for line in broken)


THAI = "การอบขนมปังที่บ้านนั้นไม่ยากอย่างที่คิดเพียงแค่มีแป้งน้ำเกลือและยีสต์ก็เริ่มได้แล้ว"
KHMER = "ការដុតនំប៉័ងនៅផ្ទះមិនពិបាកដូចដែលអ្នកគិតនោះទេគ្រាន់តែមានម្សៅទឹកអំបិលនិងមេដំបែក"


@pytest.mark.parametrize("text", [THAI, KHMER], ids=["thai", "khmer"])
def test_script_without_spaces_is_broken_between_words(text: str) -> None:
    thai = block(text, TYPE, 500)
    assert len(thai.lines) > 1 and not thai.broken
    assert "".join(lines(thai)) == text
    assert set(accumulate(map(len, lines(thai)))) <= {*line_breaks(text), len(text)}


def test_word_that_fits_nowhere_is_broken_between_characters() -> None:
    broken = lines(block("\u0e01\u0e33\u0e49" * 60, TYPE, 60))
    assert all(graphemes(line)[0][0] == "\u0e01" for line in broken)


def test_line_does_not_begin_with_a_mark_that_a_space_parts_from_its_word() -> None:
    for width in range(300, 700, 10):
        assert not any(line.startswith("!") for line in lines(block("Quelle belle idée ! Vraiment ! Magnifique !", TYPE, width)))


def test_mark_that_is_written_on_a_space_is_not_lost_with_it() -> None:
    assert lines(block("0 \u0e33, a \u0301.", TYPE, 400)) == ["0 \u0e33, a \u0301."]


def test_word_joiner_keeps_a_line_together_and_is_not_drawn() -> None:
    assert lines(block("日\u2060本\u2060語", TYPE, 100)) == ["日本語"[:2], "語"] or block("日\u2060本\u2060語", TYPE, 100).broken
    assert lines(block("日\u2060本\u2060語", TYPE, 900)) == ["日本語"]


def test_line_may_end_where_two_styles_meet() -> None:
    assert lines(block("日本**語文**章", TYPE, 100)) == ["日本", "語文", "章"]


def test_line_break_of_the_writer_is_kept() -> None:
    assert lines(block("one  \ntwo", TYPE, 900)) == ["one", "two"]


def test_line_written_to_the_left_has_its_first_word_on_the_right() -> None:
    hebrew = block("שלום עולם", TYPE, 900)
    assert hebrew.right_to_left and lines(hebrew) == ["עולם שלום"]


def test_isolate_keeps_the_order_of_what_is_inside_of_it() -> None:
    assert "+1 (555) 123" not in lines(block("טלפון +1 (555) 123", TYPE, 900))[0]
    assert "+1 (555) 123" in lines(block("טלפון \u2066+1 (555) 123\u2069", TYPE, 900))[0]


def test_direction_mark_is_obeyed_and_not_drawn() -> None:
    assert block("\u200fabc", TYPE, 900).right_to_left
    assert lines(block("\u200fabc", TYPE, 900)) == ["abc"]


def test_text_mostly_written_to_the_left_is_so_whatever_word_it_begins_with() -> None:
    mostly_hebrew = block("tea של הבוקר", TYPE, 900)
    assert mostly_hebrew.right_to_left and lines(mostly_hebrew)[0].endswith("tea")
    assert not block("Good morning, שלום", TYPE, 900).right_to_left


def test_code_in_text_written_to_the_left_keeps_its_brackets() -> None:
    assert "emit()" in lines(block("קוד `emit()` כאן", TYPE, 900))[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a\u202eb", "ab"),
        ("a\u00adb", "ab"),
        ("a\x00\x1bb", "ab"),
        ("a\tb", "a b"),
        ("x" + "\u0301" * 9, "x" + "\u0301" * 4),
        ("\ud800", "\ufffd"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("a\U000e0067\U000e0062\U000e007f", "a"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(written: str, expected: str) -> None:
    assert clean(written) == expected


@pytest.mark.parametrize("words", ["Water of 75 °C for tea", "It is 250 km to go", "Pay 12 € for it"])
def test_no_line_ends_between_a_number_and_its_unit(words: str) -> None:
    number, unit = words.split()[1:3] if words.startswith("Pay") else words.split()[2:4]
    for width in range(120, 600, 20):
        made = block(words, TYPE, width)
        assert made.broken or any(f"{number}\u00a0{unit}" in line for line in lines(made)), width
    assert "5 men" in lines(block("All 5 men", TYPE, 900))[0]
