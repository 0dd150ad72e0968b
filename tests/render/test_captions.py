from itertools import accumulate, pairwise

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.render.captions import LINE_COLUMNS, Caption, captions_of, held, to_srt, to_vtt
from videogen.scenes.segmentation import columns, line_breaks

LONG = (
    "The output stage can hang because the endpoints poll state files rather than receiving events, and so nobody sees what "
    "happens between two polls, which may be half a second apart."
)
SURVIVES = [r"a \n in a string and C:\new", "{braces} and {\\i1}", "1 < 2 && 3 > 2 --> true", "<i>no tag</i>", "&amp; stays", "日本語"]


def test_short_sentence_is_one_caption_with_its_times() -> None:
    assert captions_of([(1.0, 2.5, "Hello  there.\n")]) == (Caption(1.0, 2.5, "Hello there."),)


def test_long_sentence_becomes_captions_that_follow_each_other() -> None:
    captions = captions_of([(10.0, 20.0, LONG)])
    assert len(captions) > 1
    assert (captions[0].start, captions[-1].end) == (10.0, pytest.approx(20.0))
    for one, following in pairwise(captions):
        assert one.end == following.start
    assert " ".join(caption.text.replace("\n", " ") for caption in captions) == LONG


def test_short_sentence_is_shown_long_enough_to_be_read_if_there_is_time() -> None:
    yes, no, why, end = held(captions_of([(1.0, 1.3, "Yes."), (1.6, 1.9, "No."), (5.0, 5.2, "Why?"), (9.8, 9.9, "End.")]), 10.0)
    assert (yes.end, no.end, why.end, end.end) == (1.6, 2.6, 6.0, 10.0)
    assert held((), 10.0) == ()


def test_silence_has_no_caption() -> None:
    assert captions_of([(1.0, 2.0, " "), (3.0, 3.0, "nothing was said")]) == ()


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Mn"]), max_size=30).map(str.strip),
    st.lists(st.text("abc日", max_size=60)),
)
def test_no_caption_is_wider_than_two_lines_and_no_letter_is_lost(first: str, words: list[str]) -> None:
    text = " ".join([first, *words])
    captions = captions_of([(0.0, 10.0, text)])
    for caption in captions:
        lines = caption.text.split("\n")
        assert len(lines) <= 2
        assert all(columns(line) <= LINE_COLUMNS for line in lines)
    assert "".join("".join(caption.text.split()) for caption in captions) == "".join(text.split())


def test_scripts_without_spaces_are_broken_at_clauses_and_never_before_a_comma() -> None:
    first, second = captions_of([(0.0, 5.0, "とても長い文なので、二行に分けて表示されるはずですが、「どうでしょうか」と思いました。")])
    assert first.text == "とても長い文なので、\n二行に分けて表示されるはずですが、"
    assert second.text == "「どうでしょうか」と思いました。"
    lines = [line for each in captions_of([(0.0, 5.0, "あ" * 21 + "、" + "い" * 30 + "「う")]) for line in each.text.split("\n")]
    assert not any(line[0] in "、" or line[-1] in "「" for line in lines)


def test_caption_without_spaces_is_broken_between_words_and_never_inside_of_a_character() -> None:
    thai = "วันนี้เราจะมาเรียนรู้เรื่องการอบขนมปังด้วยกันตั้งแต่ต้นจนจบโดยไม่ต้องใช้เครื่องจักรใดๆ"
    lines = [line for each in captions_of([(0.0, 5.0, thai)]) for line in each.text.split("\n")]
    assert "".join(lines) == thai and len(lines) > 1
    ends = {0, *line_breaks(thai), len(thai)}
    assert set(accumulate(map(len, lines))) <= ends
    assert all(columns(line) <= LINE_COLUMNS for line in lines)


def test_family_of_emoji_stays_together_in_a_caption() -> None:
    family = "👨\u200d👩\u200d👧"
    lines = [line for each in captions_of([(0.0, 5.0, family * 50)]) for line in each.text.split("\n")]
    assert all(line == family * (len(line) // len(family)) for line in lines)


def test_srt_is_read_back_as_it_was_meant() -> None:
    read = pysubs2.SSAFile.from_string(to_srt((Caption(1.0, 2.25, "one\ntwo"), Caption(3725.5, 3726.0, "late"))), format_="srt")
    assert [(event.start, event.end, event.plaintext) for event in read] == [(1000, 2250, "one\ntwo"), (3725500, 3726000, "late")]


def test_vtt_is_read_back_as_it_was_meant() -> None:
    written = to_vtt((Caption(1.0, 2.25, "one\ntwo"),))
    assert written.startswith("WEBVTT\n\n")
    read = pysubs2.SSAFile.from_string(written, format_="vtt")
    assert [(event.start, event.end, event.plaintext) for event in read] == [(1000, 2250, "one\ntwo")]


@pytest.mark.parametrize("text", SURVIVES)
def test_text_that_looks_like_markup_is_shown_as_it_is(text: str) -> None:
    caption = (Caption(0.0, 1.0, text),)
    assert f"\n{text}\n" in to_srt(caption)
    escaped = to_vtt(caption).split("\n")[3]
    assert "<" not in escaped and "-->" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
