"""Boxes drawn with plus signs become lines that join."""

from videogen.scenes.monospace.ascii_boxes import joined


def test_boxes_and_their_lines_are_joined() -> None:
    drawn = joined(["+---+   +---+", "| a |-->| b |", "+-+-+   +---+", "  |", "  +--+"])
    assert drawn == ["┌───┐   ┌───┐", "│ a │──▶│ b │", "└─┬─┘   └───┘", "  │", "  └──+"]


def test_lines_that_lead_up_or_down_end_in_arrows() -> None:
    drawn = joined(["+---+", "| v |", "+-+-+", "  |", "  v", "+---+", "|via|", "+---+", "  ^", "  |  5^2"])
    assert drawn == ["┌───┐", "│ v │", "└─┬─┘", "  │", "  ▼", "┌───┐", "│via│", "└───┘", "  ▲", "  |  5^2"]


def test_what_has_no_box_stays_as_it_is() -> None:
    for lines in (["a - b", "| x | y |", "|---|---|"], ["x + y -- z"], []):
        assert joined(lines) == lines
