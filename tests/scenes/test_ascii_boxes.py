"""Boxes drawn with plus signs become lines that join."""

from videogen.scenes.monospace.ascii_boxes import joined


def test_boxes_and_their_lines_are_joined() -> None:
    drawn = joined(["+---+   +---+", "| a |-->| b |", "+-+-+   +---+", "  |", "  +--+"])
    assert drawn == ["┌───┐   ┌───┐", "│ a │──▶│ b │", "└─┬─┘   └───┘", "  │", "  └──+"]


def test_what_has_no_box_stays_as_it_is() -> None:
    for lines in (["a - b", "| x | y |", "|---|---|"], ["x + y -- z"], []):
        assert joined(lines) == lines
