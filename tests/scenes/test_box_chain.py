from __future__ import annotations

import pytest

from videogen.scenes.monospace.box_chain import stacked

ROW = """\
┌────────┐     ┌─────┐
│ Kettle ├───→ │ Pot │
└────────┘     └─────┘"""
STACK = """\
┌────────┐
│ Kettle │
└────────┘
    │
    ▼
┌────────┐
│  Pot   │
└────────┘"""
WIDE_STACK = """\
┌────────────┐
│   Kettle   │
└────────────┘
      │
      ▼
┌────────────┐
│    Pot     │
└────────────┘"""


def test_boxes_in_a_row_stand_one_below_the_other() -> None:
    assert stacked(ROW.split("\n")) == STACK.split("\n")


def test_boxes_are_as_wide_as_they_are_wanted() -> None:
    assert stacked(ROW.split("\n"), 14) == WIDE_STACK.split("\n")


def test_a_box_with_lines_of_its_own_inside_keeps_its_width() -> None:
    divided = ["┌───┬───┐     ┌─────┐", "│ a │ b │ ──→ │ Pot │", "└───┴───┘     └─────┘"]
    drawing = stacked(divided, 13)
    assert drawing is not None
    assert [row.strip() for row in drawing[:3]] == [row[:9] for row in divided]
    assert drawing[-2] == "│    Pot    │"


def test_arrows_keep_their_direction() -> None:
    assert stacked(["one ◄── two"]) == ["one", " ▲", " │", "two"]
    assert stacked(["漢字 ←→ 日本"]) == ["漢字", " ▲", " ▼", "日本"]
    assert stacked(["a ── b"]) == ["a", "│", "│", "b"]


@pytest.mark.parametrize(
    "drawing",
    ["one box", "", "┌─┐\n│a│\n└─┘", "a → b\n↓   ↓\nc → d", "├── a\n│   └── b\n└── c", "┌─┐  ┌─┐\n│a│  │b│\n└─┘  └─┘"],
)
def test_other_drawings_are_left_alone(drawing: str) -> None:
    assert stacked(drawing.split("\n")) is None
