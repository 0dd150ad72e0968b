import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.script.sentences import SENTENCE_MAX
from videogen.script.spoken_text import sentences


@pytest.mark.parametrize(
    "text",
    [
        "Impact: nothing was lost.",
        "It took 0.5 seconds.",
        "Dr. Ada Lovelace wrote it.",
        "We use files, e.g. main.py, here.",
        "See main.py for more.",
        "1. Connect the streams.",
        "Version 3.11.2 is out.",
        "J. R. R. Tolkien wrote it.",
        "It says ... nothing much.",
        "Lists, tables, etc. are shown.",
        "See fig. 3 and no. 4 there.",
        "Es kostet 3,5 Mrd. Euro.",
    ],
)
def test_these_are_one_sentence(text: str) -> None:
    assert sentences(text) == (text,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ("One.", "Two!", "Three?", "Four")),
        ('He said "stop." Then left.', ('He said "stop."', "Then left.")),
        ("Use lists, etc. They help.", ("Use lists, etc.", "They help.")),
        ("日本語です。二つ目！三つ目", ("日本語です。", "二つ目！", "三つ目")),
        ("「はい。」次", ("「はい。」", "次")),
        ("It is 5. Then 6.", ("It is 5.", "Then 6.")),
        ("First: 1. One. 2. Two.", ("First:", "1. One.", "2. Two.")),
        ("a line\nanother", ("a line", "another")),
        ("Wait... Now go.", ("Wait...", "Now go.")),
        ("So did I. We left.", ("So did I.", "We left.")),
        ("", ()),
        ("  \n ", ()),
    ],
)
def test_sentences_are_cut_where_a_speaker_rests(text: str, parts: tuple[str, ...]) -> None:
    assert sentences(text) == parts


def test_a_very_long_sentence_is_cut_at_its_clauses() -> None:
    parts = sentences("and so on, " * 60)
    assert len(parts) > 1
    assert all(part.endswith(",") for part in parts[:-1])


@given(st.text(max_size=1500) | st.text("ab., 。!?\n\"')", max_size=1500))
def test_sentences_lose_nothing_and_are_never_too_long(text: str) -> None:
    parts = sentences(text)
    assert "".join("".join(part.split()) for part in parts) == "".join(text.split())
    assert all(part and len(part) <= SENTENCE_MAX and part == " ".join(part.split()) for part in parts)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("هل تفهم؟ نعم، أفهم.", 2),
        ("यह हिन्दी है। हाँ।", 2),
        ("Er sagte: „Komm her!“ Dann ging er.", 2),
        ("他说：“你好。”然后走了。", 2),
        ("یہ اردو ہے۔ ہاں۔", 2),
    ],
)
def test_other_scripts_have_stops_of_their_own(text: str, count: int) -> None:
    assert len(sentences(text)) == count
