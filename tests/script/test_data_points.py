"""What charts and tables say of their numbers."""

from __future__ import annotations

from typing import Any

import pytest

from videogen.errors.script import BadOption
from videogen.script.data_points import cell_value, describe_chart, describe_table
from videogen.script.models import ChartScene, Script, TableScene, TextScene
from videogen.script.options import check
from videogen.script.spoken_text import narration_of
from videogen.script.video_options import Options
from videogen.script.word_files import written_languages


def chart(type_: str = "bar", x: tuple[str, ...] = ("Mon", "Tue", "Wed"), **values: Any) -> ChartScene:
    return ChartScene(kind="chart", type=type_, x=x, **{"series": [3, 5.5, 4]} | values)  # type: ignore[arg-type]


def table(*rows: tuple[str, ...], header: tuple[str, ...] = ("Tea", "Water", "Minutes"), **values: Any) -> TableScene:
    return TableScene(kind="table", header=header, rows=rows, **values)


TEA = table(("Green", "75 °C", "2"), ("Oolong", "90 °C", "4"), ("Black", "95 °C", "3"))


@pytest.mark.parametrize(
    "scene, said",
    [
        (chart(unit="cups"), "The highest is Tue, with 5.5 cups, and the lowest is Mon, with 3 cups."),
        (chart(series=[4, 4, 4]), "All have 4."),
        (chart(series=[4, 4, 1]), ""),
        (chart(series=[5, 1, 1]), "The highest is Mon, with 5."),
        (chart(series=[None, 7, None]), ""),
        (chart("line", series=[3, 5, 9]), "From Mon to Wed it rises from 3 to 9."),
        (chart("area", series=[9, 5, 3]), "From Mon to Wed it falls from 9 to 3."),
        (
            chart("line", series=[9, 9.1, 9]),
            "From Mon to Wed it stays near 9. The highest is Tue, with 9.1.",
        ),
        (
            chart("bar", ("2019", "2020", "2021"), series=[1, 9, 8]),
            "From 2019 to 2021 it rises from 1 to 8. The highest is 2020, with 9.",
        ),
        (chart("line", series={"Green": [1, 2, 3], "Black": [4, 3, 1]}, unit="%"), "Green rises from 1% to 3%. Black falls from 4% to 1%."),
        (chart("pie", series=[50, 30, 20]), "The largest part is Mon, with 50 percent."),
        (chart("scatter", ("1", "2", "3")), ""),
    ],
)
def test_a_chart_says_its_point(scene: ChartScene, said: str) -> None:
    assert describe_chart(scene, "en") == said


def test_each_language_with_words_fills_all_of_its_phrases() -> None:
    scenes = (chart(), chart("line"), chart("pie"), chart("line", series={"A": [1, 2, 3], "B": [3, 2, 1]}), chart(series=[1, 1, 1]))
    for language in written_languages():
        for scene in scenes:
            said = describe_chart(scene, language)
            assert said and "{" not in said, (language, said)
    assert describe_chart(chart(series=[5300, 19200, 8000]), "de") == "Am höchsten ist Tue mit 19.200, am niedrigsten Mon mit 5.300."
    assert describe_chart(chart(), "de") == "Am höchsten ist Tue mit 5,5, am niedrigsten Mon mit 3."
    assert describe_chart(chart(), "hu") == ""


def test_words_of_ones_own_take_the_place_of_others_also_in_a_language_without_any() -> None:
    own = {"highest_lowest": "{high} győz, {high_value} {unknown}."}
    assert describe_chart(chart(), "hu", own) == "Tue győz, 5.5 {unknown}."
    assert describe_chart(chart(), "en", own) == "Tue győz, 5.5 {unknown}."
    assert check({"data_words": "highest={high} wins.; equal=All alike."}).data_words == {"highest": "{high} wins.", "equal": "All alike."}
    with pytest.raises(BadOption, match="has no phrase 'best'; there are highest_lowest"):
        check({"data_words": {"best": "{high}"}})


def test_a_table_says_the_highest_and_lowest_of_its_columns_of_numbers() -> None:
    assert describe_table([TEA], "en") == (
        "Water is highest for Black, with 95 °C, and lowest for Green, with 75 °C. "
        "Minutes is highest for Oolong, with 4, and lowest for Green, with 2."
    )


@pytest.mark.parametrize(
    "scene",
    [
        table(("Green", "75 °C", "2"), ("Oolong", "90 °C", "4")),
        table(("1", "2", "3"), ("2", "4", "9"), ("3", "1", "4")),
        table(("Rust", "2015", "yes"), ("Go", "2009", "no"), ("C", "1972", "no")),
        table(("a", "x", "-"), ("b", "y", "1"), ("c", "", "2")),
        table(),
    ],
)
def test_a_table_without_numbers_that_compare_says_nothing_of_them(scene: TableScene) -> None:
    assert describe_table([scene], "en") == ""


def test_the_pages_of_a_table_are_described_once_and_as_a_whole() -> None:
    first = TEA.model_copy(update={"page": 1, "pages": 2})
    second = table(("White", "99 °C", "1")).model_copy(update={"page": 2, "pages": 2})
    script = Script(title="T", scenes=(first, second, TextScene(kind="text", paragraphs=("x",))))
    assert "Water is highest for White, with 99 °C" in narration_of(first, script)
    assert "highest" not in narration_of(second, script)


def test_points_are_not_said_where_the_script_has_none_of_them() -> None:
    quiet = Script(title="T", options=Options(data_points=False), scenes=(chart(),))
    assert narration_of(quiet.scenes[0], quiet) == "Here it is as a chart."
    by_hand = Script(title="T", scenes=(chart(say="Look."),))
    assert narration_of(by_hand.scenes[0], by_hand) == "Look."


@pytest.mark.parametrize(
    "cell, value",
    [
        ("75 °C", 75),
        ("1,200", 1200),
        ("1.200,5", 1200.5),
        ("0,125", 0.125),
        ("−3 %", -3),
        ("$12.50", 12.5),
        ("3 ms", 3),
        ("**7**", 7),
        ("12 km/h", 12),
        ("", None),
        ("about", None),
        ("1-2", None),
        ("v1.2.3", None),
        ("3 of 4", None),
    ],
)
def test_numbers_in_cells_are_read_with_signs_groups_and_units(cell: str, value: float | None) -> None:
    assert cell_value(cell) == value


def test_a_sentence_that_begins_with_a_column_begins_with_a_capital_letter() -> None:
    rows = (("a", "1", "7"), ("b", "2", "8"), ("c", "3", "9"))
    said = describe_table([table(*rows, header=("x", "density in g", "pH value"))], "en")
    assert said.startswith("Density in g is highest") and " pH value is highest" in said


def test_units_of_languages_without_spaces_follow_their_number() -> None:
    assert "8杯" in describe_chart(chart(series=[3, 8, 4], unit="杯"), "ja")
    assert "8 cups" in describe_chart(chart(series=[3, 8, 4], unit="cups"), "en")
