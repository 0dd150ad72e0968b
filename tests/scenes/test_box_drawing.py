from __future__ import annotations

import numpy as np
import pytest

from videogen.scenes.monospace.box_drawing import mask, parse

EVERY_LINE = [chr(code) for code in range(0x2500, 0x2580) if chr(code) not in "╱╲╳"]
SIZES = [(15, 30, 2), (16, 27, 2), (9, 20, 1), (24, 50, 3)]


@pytest.mark.parametrize(("width", "height", "stroke"), SIZES)
def test_every_line_reaches_the_edges_it_points_to_and_no_other(width: int, height: int, stroke: int) -> None:
    for character in EVERY_LINE:
        box = parse(character)
        cells = np.asarray(mask(character, width, height, stroke))
        assert cells.shape == (height, width)
        edges = {"u": cells[0], "d": cells[-1], "l": cells[:, 0], "r": cells[:, -1]}
        for arm, edge in edges.items():
            if arm not in box.arms:
                assert not edge.any(), (character, arm)
            elif not box.dashes:
                assert edge.max() == 255, (character, arm)


@pytest.mark.parametrize(("width", "height", "stroke"), SIZES)
def test_neighbours_meet_in_the_same_pixels(width: int, height: int, stroke: int) -> None:
    for weight, right, left in (("LIGHT", "─┌└├┼╰╭", "─┐┘┤┼╯╮"), ("HEAVY", "━┏┗┣╋", "━┓┛┫╋"), ("DOUBLE", "═╔╚╠╬", "═╗╝╣╬")):
        edges = [np.asarray(mask(c, width, height, stroke))[:, -1] for c in right]
        edges += [np.asarray(mask(c, width, height, stroke))[:, 0] for c in left]
        assert all(np.array_equal(edges[0], edge) for edge in edges), weight
    for weight, down, up in (("LIGHT", "│┌┐├┬╭╮", "│└┘├┴╰╯"), ("HEAVY", "┃┏┓┣", "┃┗┛┻"), ("DOUBLE", "║╔╗╦", "║╚╝╩")):
        edges = [np.asarray(mask(c, width, height, stroke))[-1] for c in down]
        edges += [np.asarray(mask(c, width, height, stroke))[0] for c in up]
        assert all(np.array_equal(edges[0], edge) for edge in edges), weight


@pytest.mark.parametrize(
    ("character", "arms"),
    [
        ("┌", {"d": "LIGHT", "r": "LIGHT"}),
        ("╋", {"u": "HEAVY", "d": "HEAVY", "l": "HEAVY", "r": "HEAVY"}),
        ("┞", {"u": "HEAVY", "r": "LIGHT", "d": "LIGHT"}),
        ("╟", {"u": "DOUBLE", "d": "DOUBLE", "r": "LIGHT"}),
        ("╼", {"l": "LIGHT", "r": "HEAVY"}),
        ("╌", {"l": "LIGHT", "r": "LIGHT"}),
        ("╃", {"l": "HEAVY", "u": "HEAVY", "r": "LIGHT", "d": "LIGHT"}),
        ("╘", {"u": "LIGHT", "r": "DOUBLE"}),
        ("╵", {"u": "LIGHT"}),
    ],
)
def test_arms_are_those_of_the_name(character: str, arms: dict[str, str]) -> None:
    assert parse(character).arms == arms


def test_double_corner_is_two_corners_one_inside_the_other() -> None:
    cells = np.asarray(mask("╔", 15, 30, 2)) > 0
    assert cells[:, -1].sum() == 4 and cells[-1].sum() == 4
    rows = np.flatnonzero(cells[:, -1])
    assert cells[rows[0] : rows[-1] + 1].any(axis=1).all()


@pytest.mark.parametrize(
    ("character", "share"), [("█", 1), ("▀", 0.5), ("▄", 0.5), ("▌", 0.5), ("▐", 0.5), ("▂", 0.25), ("▙", 0.75), ("░", 0.25)]
)
def test_blocks_fill_their_share_of_the_cell(character: str, share: float) -> None:
    assert np.asarray(mask(character, 16, 32, 2)).mean() / 255 == pytest.approx(share, abs=0.01)
