"""How long a scene stays about which little is said."""

import pytest
from pydantic import TypeAdapter

from videogen.pipeline.pacing import MOST_TO_READ_S, least_s, silent_reading_s
from videogen.script.models import Scene

TERMINAL = """$ pip install tea
Collecting tea
  Downloading tea-1.2-py3-none-any.whl (20 kB)
Installing collected packages: tea
Successfully installed tea-1.2
$ tea --version"""
PROSE = "Nobody says these words, and so they have to stand there until all of them are read."
SPOKEN = (PROSE, "And then there is some more.")


def scene(kind: str, **values: object) -> Scene:
    return TypeAdapter(Scene).validate_python({"kind": kind, **values})


def test_six_lines_of_a_terminal_stay_until_they_are_read() -> None:
    terminal = scene("command", text=TERMINAL)
    assert least_s(terminal, ()) == least_s(terminal, ("Here it is.",)) == pytest.approx(10.1, abs=0.1)


def test_scene_that_is_spoken_about_stays_as_long_as_it_did() -> None:
    assert least_s(scene("command", text=TERMINAL), SPOKEN) == pytest.approx(3.0 + 6 * 0.4)
    assert least_s(scene("text", paragraphs=[PROSE]), (PROSE,)) == 3.0


def test_words_that_nobody_speaks_stay_as_long_as_subtitles_would() -> None:
    assert least_s(scene("text", paragraphs=[PROSE]), ()) == pytest.approx(1.5 + len(PROSE) / 15)
    assert least_s(scene("text", paragraphs=["**Short**"]), ()) == 3.0


@pytest.mark.parametrize(
    "shown",
    [
        scene("list", items=["Weigh the flour and the sugar", "Melt the butter in a pan", "Stir all of it"]),
        scene("steps", steps=["Weigh the flour and the sugar", "Melt the butter in a pan", "Stir all of it"]),
        scene("columns", columns=[{"heading": "Before", "paragraphs": [PROSE]}, {"heading": "After", "items": ["Nothing else"]}]),
        scene("callout", title="Mind", paragraphs=[PROSE]),
        scene("quote", text=PROSE, by="A reader"),
        scene("code", code="for leaf in tea:\n    steep(leaf, minutes=3)\n    remove(leaf)\n    print('ready to drink', leaf)"),
        scene("table", header=["Tea", "Minutes"], rows=[["Green", "2"], ["Black", "4"], ["White, of young leaves", "5"]]),
        scene("diagram", text="leaves --> pot --> cup --> table\nsugar --> cup\nmilk --> jug --> cup"),
        scene("chart", x=["January", "February", "March", "April"], series={"rain": [1, 2, 3, 4], "sun": [4, 3, 2, 1]}),
        scene("image", file="a.png", caption=PROSE),
        scene("title", title=PROSE),
    ],
    ids=lambda shown: shown.kind,
)
def test_whatever_a_scene_shows_is_counted(shown: Scene) -> None:
    assert least_s(shown, SPOKEN) < least_s(shown, ()) <= MOST_TO_READ_S


def test_chinese_characters_take_longer_than_letters_and_hangul_stands_between() -> None:
    assert silent_reading_s("漢" * 12) == pytest.approx(2.0)
    assert silent_reading_s("가" * 12) == pytest.approx(1.2)
    assert silent_reading_s("a" * 12) == pytest.approx(0.8)


def test_scene_never_waits_without_end_for_a_reader() -> None:
    assert least_s(scene("text", paragraphs=[PROSE * 20]), ()) == MOST_TO_READ_S
    assert least_s(scene("code", code="x = 1\n" * 200), ()) == MOST_TO_READ_S


def test_length_that_a_scene_asks_for_is_its_least() -> None:
    assert least_s(scene("text", paragraphs=[PROSE], duration_s=2), ()) == 2.0
