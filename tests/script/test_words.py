"""What inline Markdown sounds like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.script.inline import spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call `emit_progress` now.", "Call emit progress now."),
        ("See `app/main.py`.", "See main dot py."),
        ("See `app/main.py:1428-1487`.", "See main dot py, lines 1428 to 1487."),
        ("The `EventEmitter` class", "The Event Emitter class"),
        ("`STAGE_STARTED` or `HTTP_PORT`", "stage started or http port"),
        ("with `asyncio.Lock`", "with asyncio dot Lock"),
        ("`matplotlib.use('Agg')`", "matplotlib dot use Agg"),
        ("Run `app.py serve --demo`", "Run app dot py serve demo"),
        ("Use `*` or `->`.", "Use star or to."),
        ("Python `3.11`", "Python 3.11"),
        ("`/api/tasks/{task_id}/stream`", "api tasks task id stream"),
        ("as `a = [f(x) for x in range(10) if x % 2 and x > 3 or not x]` says", "as this code says"),
    ],
)
def test_inline_code_is_said_in_words(text, said):
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("See https://example.org/a/b?c=d#e.", "See example dot org."),
        ("See <https://www.example.org/a_b>!", "See example dot org!"),
        ("See [the manual](https://example.org/a/b).", "See the manual."),
        ("Write to ada@example.org", "Write to ada at example dot org"),
    ],
)
def test_addresses_are_not_spelled_out(text, said):
    assert spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1s → 2s → ... → 30s max", "1 second, 2 seconds, 30 seconds max"),
        ("Done ✓ 🎉👩‍💻️", "Done"),
        ("↓ down", "down"),
        ("**Bold** and ~~struck~~", "Bold and struck"),
        ("import/init, I/O, and/or", "import or init, I/O, and or"),
        ("Salt & pepper #1", "Salt and pepper number 1"),
        ("fruit, e.g. apples", "fruit, for example apples"),
        ("in the 90s", "in the 90s"),
        ("state [INTERNAL] {x}", "state INTERNAL x"),
        ("A note[^1] here", "A note here"),
        ("one ![picture](x.png) two", "one two"),
        ("日本語の文章です。", "日本語の文章です。"),
        ("हिन्दी में", "हिन्दी में"),
        ("soft\u00adhyphen", "softhyphen"),
        ("C# and C++", "C sharp and C++"),
        ("─── ✗ ───", ""),
    ],
)
def test_signs_are_words_or_pauses_or_nothing(text, said):
    assert spoken(text) == said


@pytest.mark.parametrize("text", ["a" * 50_000, "a_" * 9_000, "aB" * 25_000, "a/" * 25_000, "a." * 25_000, "`" + "aB" * 25_000 + "`"])
def test_a_very_long_word_is_said_without_ado(text):
    assert spoken(text)


def test_other_languages_get_no_english_words():
    assert spoken("`app/main.py` & mehr unter https://example.org/x", "de") == "main py mehr unter example org"


@given(st.text(max_size=200))
def test_any_text_can_be_said_on_one_line(text):
    said = spoken(text)
    assert said == " ".join(said.split())
    assert not set(said) & set("`*_|[]{}\\→✓")


@given(st.text("abc/._-:0123456789 →|`", max_size=400))
def test_said_letters_are_the_writers_letters(text):
    assert set(spoken(text, "de")) <= set(text) | {",", " ", "–"}
