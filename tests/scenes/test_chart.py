"""Charts show their numbers, grow in, and refuse what cannot be drawn."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.ticker import MaxNLocator

from videogen.errors.script import BadAsset, BadScript
from videogen.media import csv_table
from videogen.pipeline.script_files import UploadedFiles, resolve
from videogen.scenes import RenderSettings, SceneTiming, draw_scene, themes
from videogen.scenes.charts import chart_marks
from videogen.scenes.charts.chart_layout import PlacedText
from videogen.scenes.charts.ticks import scale, written
from videogen.scenes.drawing.surface import Surface
from videogen.scenes.kinds.chart import laid_out
from videogen.scenes.layout import Layout, build_head
from videogen.scenes.theme import Colour
from videogen.script import read
from videogen.script.models import ChartScene

SETTINGS = RenderSettings(480, 270)


def chart(**values: Any) -> ChartScene:
    return ChartScene.model_validate({"kind": "chart", **values})


def coloured(scene: ChartScene, t: float) -> np.ndarray:
    """Where a frame shows the accent."""
    frame = draw_scene(scene, SETTINGS, SceneTiming(3.0)).get_frame(t)
    return np.abs(frame.astype(int) - themes()["slate"].accent).max(axis=2) < 45


def test_bars_are_as_high_as_their_numbers_and_rise() -> None:
    scene = chart(x=["a", "b"], series=[1, 2])
    shown = coloured(scene, 2.9)
    heights = [shown[:, half].sum(axis=0).max() for half in (slice(0, 240), slice(240, 480))]
    assert heights[0] * 2 == pytest.approx(heights[1], abs=2)
    assert 0 < coloured(scene, 0.5).sum() < shown.sum()
    assert coloured(scene, 0.0).sum() < 20


@pytest.mark.parametrize("chart_type", ["bar", "line", "area", "pie", "scatter"])
def test_every_type_grows_to_its_whole_and_then_rests(chart_type: str) -> None:
    scene = chart(type=chart_type, x=["1", "2", "4"], series=[3, 1, 2])
    assert coloured(scene, 0.0).sum() < coloured(scene, 0.6).sum() < coloured(scene, 2.0).sum()
    assert np.array_equal(
        draw_scene(scene, SETTINGS, SceneTiming(3.0)).get_frame(1.4), draw_scene(scene, SETTINGS, SceneTiming(3.0)).get_frame(2.9)
    )


@pytest.mark.parametrize(
    ("fence", "line", "message"),
    [
        ("x: [a, b]\nseries: [1, 2, 3]", 5, "x has 2"),
        ("type: cake\nseries: [1]", 6, "bar"),
        ("series:\n  A: [1, 2]\n  B: [1, two]", 8, "number"),
        ("seires: [1]", 6, "no such key"),
        ("just words", 5, "keys and values"),
        ("type: pie\nseries: [1, -2]", 5, "over 0"),
        ("type: scatter\nx: [a]\nseries: [1]", 5, "number in x"),
        ("x: [a]", 5, "needs series"),
        ("series: [1", 6, ""),
    ],
)
def test_bad_data_is_a_fault_with_its_line(fence: str, line: int, message: str) -> None:
    with pytest.raises(BadScript) as refused:
        read(f"# T\n\ntext\n\n```chart\n{fence}\n```\n", "markdown")
    assert abs((refused.value.diagnostics[0].line or 0) - line) <= 1
    assert message in refused.value.detail + (refused.value.diagnostics[0].message)


def test_numbers_come_from_a_table_by_the_names_of_its_columns(tmp_path: Path) -> None:
    file = tmp_path / "cups.csv"
    file.write_text("Day;Green;Black\nMon;1,5;€ 2\nTue;;1 000,25\n", encoding="utf-8-sig")
    assert csv_table.read(file) == (
        ["Mon", "Tue"],
        [{"name": "Green", "values": [1.5, None]}, {"name": "Black", "values": [2.0, 1000.25]}],
    )
    script = read("```chart\ncsv: cups.csv\ncolumns: [Black]\n```\n", "markdown").script
    scene = resolve(script, UploadedFiles({"cups.csv": file}), "fail").script.scenes[0]
    assert (scene.x, scene.series[0].values, scene.csv) == (("Mon", "Tue"), (2.0, 1000.25), None)


@pytest.mark.parametrize(("text", "message"), [("a,b\n1,two\n", "row 2, column b"), ("a\n1\n", "two columns"), ("a,b\n", "two columns")])
def test_table_that_cannot_be_drawn_says_where(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(text)
    with pytest.raises(BadAsset, match=message):
        csv_table.read(file)
    script = read("# T\n\n```chart\ncsv: t.csv\n```\n", "markdown").script
    with pytest.raises(BadScript) as refused:
        resolve(script, UploadedFiles({"t.csv": file}), "fail")
    assert refused.value.diagnostics[0].line == 3


def test_numbers_are_written_as_people_write_them() -> None:
    texts = [written(0.30000000000000004), written(12345.5, "kg"), written(-3.2, "€"), written(40, "%"), written(2.5e9), written(2024)]
    assert [written(12345.5, "kg", "de"), written(18500, "kWh", "fr")] == ["12.345,5 kg", "18\u202f500 kWh"]
    assert texts == ["0.3", "12,345.5 kg", "−€3.2", "40%", "2.5B", "2024"]
    assert scale([0, 97], from_zero=False).ticks == (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    assert scale([5, 5], from_zero=True).low == 0.0


RANGES = [(0, 97), (-3.7, 12.2), (0.1, 0.35), (1e6, 1e6 + 7), (-250, -201), (3, 4), (1e-7, 4e-7), (-0.5, 1e9), (2024.0, 2025.5)]


@pytest.mark.parametrize("ends", RANGES)
def test_round_numbers_along_a_chart_are_those_of_matplotlib(ends: tuple[float, float]) -> None:
    low, high = ends if not 0 <= ends[0] < 0.5 * ends[1] else (0.0, ends[1])
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    assert scale(ends, from_zero=False).ticks == pytest.approx(tuple(ticks), abs=(high - low) * 1e-9)


def test_bars_are_those_of_matplotlib() -> None:
    bars = [((3.4, 10.6, 20.3, 57.7), Colour(200, 40, 9), 0), ((18.8, 30.2, 41.9, 44.1), Colour(9, 90, 250), 1)]
    plot = chart_marks.MatplotlibCanvas(48, 60)
    for (left, top, right, bottom), colour, _ in bars:
        face = tuple(part / 255 for part in colour)
        plot.axes.add_patch(plot.patches.Rectangle((left, top), right - left, bottom - top, facecolor=face, linewidth=0))
    drawn, expected = (np.full((60, 48, 3), 70, np.uint8) for _ in range(2))
    chart_marks.bars(48, 60, bars, 57.7, upright=True).marks.lay(Surface((drawn,)))
    plot.marks().lay(Surface((expected,)))
    assert (expected != 70).any(axis=2).sum() == 17 * 47 + 23 * 14 - 14
    np.testing.assert_array_equal(drawn, expected)


def names_below(count: int, settings: RenderSettings) -> list[tuple[float, float, float]]:
    """Left end, right end and line height of the names below so many bars."""
    scene = chart(x=[f"No. {n}" for n in range(count)], series=[*range(count)])
    drawing, _ = laid_out(scene, Layout(settings), build_head(Layout(settings), scene))
    put = [one for one in drawing.ground if isinstance(one, PlacedText) and one.y > drawing.plot.bottom]
    return sorted((one.x, one.x + one.block.width, one.block.line_height) for one in put)


@pytest.mark.parametrize("settings", [RenderSettings(1920, 1080), RenderSettings(608, 1080)])
def test_names_are_large_while_there_is_room_and_never_touch(settings: RenderSettings) -> None:
    few, many = names_below(3, settings), names_below(31, settings)
    assert len(few) == 3 and 2 <= len(many) <= 31
    assert few[0][2] > many[0][2] or settings.width < settings.height
    for names in (few, many):
        assert all(one[1] < other[0] for one, other in pairwise(names))


@pytest.mark.parametrize("chart_type", ["line", "scatter"])
def test_dots_at_the_edge_of_the_plot_are_whole(chart_type: str) -> None:
    scene = chart(type=chart_type, x=["0", "1", "2"], series=[0, 10, 5])
    shown = coloured(scene, 2.9)
    columns = [shown[:, part].sum() for part in (slice(0, 160), slice(160, 320), slice(320, 480))]
    if chart_type == "scatter":
        assert max(columns) - min(columns) <= 2
    assert min(columns) > 0
