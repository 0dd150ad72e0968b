"""What inline Markdown sounds like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videogen.script.inline import narrated, spoken
from videogen.script.pronunciation import aloud, as_written


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_inline_code_is_said_in_words(text: str, expected: str) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.org/a/b?c=d#e.", "See example dot org."),
        ("See <https://www.example.org/a_b>!", "See example dot org!"),
        ("See [the manual](https://example.org/a/b).", "See the manual."),
        ("Write to ada@example.org", "Write to ada at example dot org"),
    ],
)
def test_addresses_are_not_spelled_out(text: str, expected: str) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_signs_are_words_or_pauses_or_nothing(text: str, expected: str) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize("text", ["a" * 50_000, "a_" * 9_000, "aB" * 25_000, "a/" * 25_000, "a." * 25_000, "`" + "aB" * 25_000 + "`"])
def test_a_very_long_word_is_said_without_ado(text: str) -> None:
    assert spoken(text)


def test_other_languages_get_no_english_words() -> None:
    assert spoken("`app/main.py` & mehr unter https://example.org/x", "fi") == "main py mehr unter example org"


@given(st.text(max_size=200))
def test_any_text_can_be_said_on_one_line(text: str) -> None:
    result = spoken(text)
    assert result == " ".join(result.split())
    assert not set(result) & set("`*_|[]{}\\→✓")


@given(st.text("abc/._-:0123456789 →|`", max_size=400))
def test_said_letters_are_the_writers_letters(text: str) -> None:
    assert set(spoken(text, "fi")) <= set(text) | {",", " ", "–"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See orbit.dev/changelog for more.", "See orbit dot dev slash changelog for more."),
        ("See orbit.dev.", "See orbit dot dev."),
        ("See orbit.dev/a/9f8e7d/b?q=1.", "See orbit dot dev."),
        ("Look in /usr/local/bin or ~/notes", "Look in usr local bin or notes"),
        ("Look in src/orbit/core", "Look in src orbit core"),
        ("Release v1.2.3 is out", "Release version 1 point 2 point 3 is out"),
        ("Release v2", "Release version 2"),
        ("Python 3.11.4", "Python 3 point 11 point 4"),
        ("1.4.0-beta.2", "1 point 4 point 0 beta 2"),
        ("at 192.168.0.1", "at 192 dot 168 dot 0 dot 1"),
        ("on 2024-05-01 and 01.05.2024", "on 2024-05-01 and 01.05.2024"),
        ("1.000.000", "1.000.000"),
        ("Fixed a leak (a1b2c3d)", "Fixed a leak"),
        ("Merge 3f9c2ab4d5e6f708192a3b4c5d6e7f8091a2b3c4 now", "Merge now"),
        ("id 123e4567-e89b-12d3-a456-426614174000 here", "id here"),
        ("1234567 people faced it", "1234567 people faced it"),
        ("10–20 minutes", "10 to 20 minutes"),
        ("pages 10-20", "pages 10 to 20"),
        ("call 555-1234", "call 555-1234"),
        ("5 km, 1 km and 20 kg", "5 kilometers, 1 kilometer and 20 kilograms"),
        ("10GB at 60 fps", "10 gigabytes at 60 frames per second"),
        ("25 °C", "25 degrees Celsius"),
        ("5m and the 90s", "5m and the 90s"),
        ("1️⃣ First 🇩🇪", "1 First"),
        ("read and/or write", "read and or write"),
        ("[1.2.0]: https://example.org/compare/v1...v2", ""),
        ("at 9:30 for $5", "at 9:30 for 5 dollars"),
        ("$1.2M, $640K or $90K / year", "1.2 million dollars, 640 thousand dollars or 90 thousand dollars per year"),
        ("£3.50, €1 and $12,500.00", "3 pounds 50, 1 euro and 12,500 dollars"),
        ("96 MiB of 2 m² in 5 h", "96 mebibytes of 2 square meters in 5 hours"),
    ],
)
def test_what_is_no_word_is_said_sensibly(text: str, expected: str) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "z. B. 5 km für 3 €", "zum Beispiel 5 Kilometer für 3 Euro"),
        ("de", "10–20 min, v1.2.3", "10 bis 20 Minuten, Version 1 Punkt 2 Punkt 3"),
        ("de", "am 01.05.24", "am 01.05.24"),
        ("de", "0,29 €/kWh, 6,1 ct/kWh", "0,29 Euro pro Kilowattstunde, 6,1 Cent pro Kilowattstunde"),
        ("de", "5.300 kWh/Jahr bei 2,5 Mio. €", "5.300 Kilowattstunden pro Jahr bei 2,5 Millionen Euro"),
        ("de", "6.750,50 € inkl. MwSt.", "6.750 Euro 50 inklusive Mehrwertsteuer"),
        ("de", "Am 1. Januar, am 3.10.2019", "Am ersten Januar, am dritten Oktober 2019"),
        ("de", "Der 2. Mai im 19. Jahrhundert", "Der zweite Mai im neunzehnten Jahrhundert"),
        ("de", "Am 32. Januar, am 3.13.2019", "Am 32. Januar, am 3.13.2019"),
        ("de", "1,5 m², max. 35 dB(A), Dr. Wu", "1,5 Quadratmeter, maximal 35 Dezibel A, Doktor Wu"),
        ("es", "0,29 €/kWh y 1 € por 3 m²", "0,29 euros por kilovatio hora y 1 euro por 3 metros cuadrados"),
        ("it", "0,29 €/kWh", "0,29 euro al chilowattora"),
        ("nl", "0,29 €/kWh", "0,29 euro per kilowattuur"),
        ("pt", "R$ 2/kWh", "2 reais por quilowatt-hora"),
        ("ja", "60℃になったら", "60 度になったら"),
        ("ar", "4.8 كغ و5 محلات", "4.8 كيلوغرام و5 محلات"),
        ("fr", "M. Dupont & 10–20 km", "Monsieur Dupont et 10 à 20 kilomètres"),
        ("es", "y/o 5 %", "y o 5 %"),
        ("ja", "5 kmを10〜20回", "5 キロメートルを10から20回"),
        ("ru", "и т. д. & 5", "и так далее и 5"),
        ("fi", "5 km & 3", "5 km 3"),
    ],
)
def test_signs_and_units_are_words_of_the_language(language: str, text: str, expected: str) -> None:
    assert spoken(text, language) == expected


def test_narration_is_shown_as_written_and_spoken_in_words() -> None:
    narration = narrated("Call `emit_progress()` at orbit.dev/changelog, 1/2 cup, 5 km[^1] 🎉")
    assert as_written(f"{narration}.") == "Call emit_progress() at orbit.dev/changelog, 1/2 cup, 5 km 🎉"
    assert as_written("95°.") == "95°."
    assert aloud(narration) == "Call emit progress at orbit dot dev slash changelog, 1/2 cup, 5 kilometers"
