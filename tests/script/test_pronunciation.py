import pytest

from videogen.script.pronunciation_list import pronounced
from videogen.script.video_options import Options

SOUNDS = {
    "nginx": "engine x",
    "SQL": "sequel",
    "node.js": "node jay ess",
    "New York": "the city",
    "東京": "とうきょう",
    "C++": "see plus plus",
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Nginx and NGINX serve.", "engine x and engine x serve."),
        ("SQL is not sql.", "sequel is not sql."),
        ("MySQL and nginxes stay.", "MySQL and nginxes stay."),
        ("It runs on Node JS.", "It runs on Node JS."),
        ("It runs on node dot js.", "It runs on node jay ess."),
        ("In New  York.", "In the city."),
        ("東京タワーです。", "とうきょうタワーです。"),
        ("C++, it is.", "see plus plus, it is."),
    ],
)
def test_whole_words_are_said_as_they_were_spelt_out(written: str, expected: str) -> None:
    assert pronounced(written, SOUNDS) == expected


def test_what_was_replaced_is_not_looked_at_again() -> None:
    assert pronounced("a b", {"a": "b", "b": "a"}) == "b a"


def test_without_words_nothing_is_touched() -> None:
    assert pronounced("a  b", {}) == "a  b"
    assert pronounced("anything", {" ": "x"}) == "anything"


def test_they_may_be_written_as_one_text() -> None:
    assert Options(pronunciations="nginx=engine x, SQL = sequel").pronunciations == {"nginx": "engine x", "SQL": "sequel"}
    with pytest.raises(ValueError, match="how they are said"):
        Options(pronunciations="nginx")
