from itertools import accumulate, pairwise

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.render.captions import LINE_COLUMNS, Caption, captions_of, extend_captions, to_srt, to_vtt
from videogen.scenes.text.segmentation import columns, line_breaks

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
    both, why, end = extend_captions(captions_of([(1.0, 1.3, "Yes."), (1.6, 1.9, "No."), (5.0, 5.2, "Why?"), (9.8, 9.9, "End.")]), 10.0)
    assert both == Caption(1.0, 2.0, "Yes. No.")
    assert (why.end, end.end) == (6.0, 10.0)
    assert extend_captions((), 10.0) == ()


def test_short_sentence_shares_a_cue_with_its_neighbour_and_not_across_a_silence() -> None:
    assert captions_of([(0.4, 1.1, "準備。"), (1.4, 5.0, "材料を全部はかります。")]) == (Caption(0.4, 5.0, "準備。材料を全部はかります。"),)
    assert [one.text for one in captions_of([(0.4, 1.1, "Ready."), (9.0, 12.0, "Now weigh the flour.")])] == [
        "Ready.",
        "Now weigh the flour.",
    ]


def test_short_sentence_after_a_full_cue_takes_words_of_it_along() -> None:
    full = "Weigh all the flour and all of the sugar, and sift both of them into the big bowl"
    cues = captions_of([(0.4, 5.0, f"{full}."), (5.2, 5.7, "Stir.")])
    assert [cue.text.replace("\n", " ") for cue in cues] == [
        "Weigh all the flour and all of the sugar,",
        "and sift both of them into the big bowl. Stir.",
    ]


def test_each_speaker_has_cues_of_their_own_and_stays_with_what_they_say() -> None:
    timed = [(0.0, 0.8, "Decision."), (1.0, 2.5, "Ada: Is it enough, then?"), (2.7, 3.4, "Ben: It is."), (3.6, 5.5, "And we begin.")]
    assert [cue.text for cue in captions_of(timed, people=("Ada", "Ben"))] == [
        "Decision.",
        "Ada: Is it enough, then?",
        "Ben: It is. And we begin.",
    ]
    (cue,) = captions_of([(0.0, 4.0, "Ada: Requests go to the proxy, and from there")], columns=24, people=("Ada",))
    assert cue.text.startswith("Ada: Requests")


def test_slow_sentence_is_parted_into_cues_of_seven_seconds_at_most() -> None:
    cues = captions_of([(0.0, 16.0, "Stir slowly, and wait until it has become thick, then take it off.")])
    assert len(cues) >= 3
    assert all(cue.end - cue.start <= 7.0 for cue in cues)
    assert captions_of([(0.0, 30.0, "Listen!")]) == (Caption(0.0, 7.0, "Listen!"),)


@pytest.mark.parametrize(
    "phrase",
    [
        "1/2 cup",
        "1 1/2",
        "250 g",
        "3.5 million",
        "10 %",
        "Dr. Mara",
        "J. R. Tolk",
        "Mrs Weaver",
        "Figure 12",
        "No. 5",
        "§ 5",
        "Ada Lovelace",
        "z. B.",
    ],
)
def test_no_line_ends_within_a_number_and_its_unit_or_within_a_name(phrase: str) -> None:
    for before in range(1, 24):
        text = f"{'we go on ' * before}so with {phrase} there are still some more words to come after that, and then it is over"
        lines = [line for cue in captions_of([(0.0, len(text) / 15, text)]) for line in cue.text.split("\n")]
        assert any(phrase in line for line in lines), lines


def test_lines_end_where_a_phrase_ends() -> None:
    for text, first in (
        ("The baker puts the dough into a warm bowl and covers it with a damp towel", "The baker puts the dough into a warm bowl"),
        ("Der Teig ruht in einer warmen Schüssel und wird mit einem Tuch bedeckt", "Der Teig ruht in einer warmen Schüssel"),
        ("When the water boils, put the pasta in and stir it a little", "When the water boils,"),
    ):
        (cue,) = captions_of([(0.0, 5.0, text)])
        assert cue.text.split("\n")[0] == first


def test_chinese_is_broken_at_clauses_and_never_within_a_word() -> None:
    text = "首先把二百克面粉和一百克白糖放进大碗里，然后慢慢加入牛奶并不断搅拌，直到面糊变得非常光滑没有颗粒为止。"
    lines = [line for cue in captions_of([(0.0, 9.6, text)]) for line in cue.text.split("\n")]
    assert lines == ["首先把二百克面粉和一百克白糖放进大碗里，", "然后慢慢加入牛奶并不断搅拌，", "直到面糊变得非常光滑没有颗粒为止。"]


def test_japanese_is_broken_after_a_particle_and_never_within_a_word() -> None:
    text = "小麦粉と砂糖を大きなボウルに入れてから木のスプーンでゆっくりと丁寧に混ぜ合わせて冷蔵庫で一晩しっかり休ませます。"
    lines = [line for cue in captions_of([(0.0, 9.0, text)]) for line in cue.text.split("\n")]
    assert len(lines) > 1
    for word in ("小麦粉", "砂糖", "ボウル", "スプーン", "冷蔵庫", "一晩"):
        assert any(word in line for line in lines), lines


def test_silence_has_no_caption() -> None:
    assert captions_of([(1.0, 2.0, " "), (3.0, 3.0, "nothing was said")]) == ()


@pytest.mark.slow
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
    lines = [line for caption in captions_of([(0.0, 5.0, "あ" * 21 + "、" + "い" * 30 + "「う")]) for line in caption.text.split("\n")]
    assert not any(line[0] in "、" or line[-1] in "「" for line in lines)


def test_caption_without_spaces_is_broken_between_words_and_never_inside_of_a_character() -> None:
    thai = "วันนี้เราจะมาเรียนรู้เรื่องการอบขนมปังด้วยกันตั้งแต่ต้นจนจบโดยไม่ต้องใช้เครื่องจักรใดๆ"
    lines = [line for caption in captions_of([(0.0, 5.0, thai)]) for line in caption.text.split("\n")]
    assert "".join(lines) == thai and len(lines) > 1
    ends = {0, *line_breaks(thai), len(thai)}
    assert set(accumulate(map(len, lines))) <= ends
    assert all(columns(line) <= LINE_COLUMNS for line in lines)


def test_family_of_emoji_stays_together_in_a_caption() -> None:
    family = "👨\u200d👩\u200d👧"
    lines = [line for caption in captions_of([(0.0, 5.0, family * 50)]) for line in caption.text.split("\n")]
    assert all(line == family * (len(line) // len(family)) for line in lines)


def test_srt_is_read_back_as_it_was_meant() -> None:
    read = pysubs2.SSAFile.from_string(to_srt((Caption(1.0, 2.25, "one\ntwo"), Caption(3725.5, 3726.0, "late"))), format_="srt")
    assert [(event.start, event.end, event.plaintext) for event in read] == [(1000, 2250, "one\ntwo"), (3725500, 3726000, "late")]


def test_vtt_is_read_back_as_it_was_meant() -> None:
    written = to_vtt((Caption(1.0, 2.25, "one\ntwo"),))
    assert written.startswith("WEBVTT\n\n")
    named = to_vtt((Caption(1.0, 2.25, "one\ntwo"),), "pt-BR")
    assert named == written.replace("WEBVTT\n", "WEBVTT\nKind: captions\nLanguage: pt-BR\n")
    assert pysubs2.SSAFile.from_string(named, format_="vtt").events == pysubs2.SSAFile.from_string(written, format_="vtt").events
    read = pysubs2.SSAFile.from_string(written, format_="vtt")
    assert [(event.start, event.end, event.plaintext) for event in read] == [(1000, 2250, "one\ntwo")]


@pytest.mark.parametrize("text", SURVIVES)
def test_text_that_looks_like_markup_is_shown_as_it_is(text: str) -> None:
    caption = (Caption(0.0, 1.0, text),)
    assert f"\n{text}\n" in to_srt(caption)
    escaped = to_vtt(caption).split("\n")[3]
    assert "<" not in escaped and "-->" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
