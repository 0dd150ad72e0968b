from __future__ import annotations

import numpy as np
import pytest

from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.scenes.monospace.cell_grid import Cell, CellStyle, cells
from videogen.scenes.monospace.drawing_order import drawn_parts
from videogen.scenes.monospace.drawn_text import times_of
from videogen.scenes.theme import Colour
from videogen.script.models import DiagramScene

SMALL = RenderSettings(480, 270)
CHAIN = """\
┌─────┐     ┌─────┐     ╭─────╮
│ Ask ├────►│ Web ├─┬──►│ Row │
└─────┘     └─────┘ │   ╰─────╯
                    │ told
                    │   ┌──────┐
                    ╰──►│ Work │
                        └──────┘"""
NESTED = """\
┌──────────────┐
│ Host ┌─────┐ │
│      │ App │ │
│      └─────┘ │
└──────────────┘"""
TREE = "root\n├── one\n└── two"


def rows(text: str) -> list[list[Cell]]:
    return [list(cells(line, CellStyle(Colour(0, 0, 0)))) for line in text.split("\n")]


def test_boxes_are_drawn_as_they_are_read_and_lines_before_what_they_lead_to() -> None:
    parts = drawn_parts(rows(CHAIN))
    assert [part.words for part in parts] == ["Ask", "", "Web", "Row", "", "told", "Work"]
    assert [part.joins for part in parts if part.joins] == [(0, 2), (2, 3, 6), (2, 3, 6)]


@pytest.mark.parametrize("text", [CHAIN, NESTED, TREE, "a > b | c ^ v", "", "╭╮╯", "漢字 ┌─┐", "┌──┐\n│  │"])
def test_every_character_is_drawn_once(text: str) -> None:
    drawn = [place for part in drawn_parts(rows(text)) for place, _ in part.cells]
    columns = [(n, sum(cell.columns for cell in row[:at]), cell) for n, row in enumerate(rows(text)) for at, cell in enumerate(row)]
    assert sorted(drawn) == sorted((n, column) for n, column, cell in columns if cell.cluster != " ")
    assert len(drawn) == len(set(drawn))
    assert all(0 <= along <= 1 for part in drawn_parts(rows(text)) for _, along in part.cells)


def test_outer_box_comes_before_the_inner_one() -> None:
    assert [part.words for part in drawn_parts(rows(NESTED))] == ["Host", "App"]


def test_boxes_come_as_they_are_named_and_lines_when_both_ends_are_there() -> None:
    parts = drawn_parts(rows(CHAIN))
    spoken = [("First you ask the web.", 1.0, 3.0), ("Then comes work.", 4.0, 6.0), ("At last a row.", 7.0, 9.0)]
    starts = {part.words or part.joins: start for part, (start, _) in zip(parts, times_of(parts, 0.6, 12.0, spoken), strict=True)}
    assert starts["Ask"] < starts["Web"] < 3.0 < starts["Work"] < 6.0 < starts["Row"] < 9.0
    assert starts[0, 2] < starts["Web"] and starts[2, 3, 6] > 6.0


@pytest.mark.parametrize("duration", [1.0, 3.0, 60.0])
def test_all_is_drawn_in_time(duration: float) -> None:
    parts = drawn_parts(rows(CHAIN))
    for spoken in ([], [("Ask the web.", 0.5, 0.9), ("Row by row.", 0.9, duration)]):
        times = times_of(parts, 0.6, duration, spoken)
        assert all(0.6 <= start < end <= max(0.71, duration) for start, end in times)


def test_drawing_ends_as_it_is_without_motion() -> None:
    scene = DiagramScene(kind="diagram", heading="Way", text=CHAIN)
    timing = SceneTiming(8.0, ((0.4, 1.0), (1.2, 4.0)))
    clip = draw_scene(scene, SMALL, timing)
    still = draw_scene(scene.model_copy(update={"motion": "none"}), SMALL, timing)
    assert np.array_equal(clip.get_frame(7.9), still.get_frame(0))
    grown = [int((clip.get_frame(t) != clip.get_frame(1.0)).sum()) for t in (1.0, 2.0, 3.0, 7.9)]
    assert grown == sorted(set(grown))
