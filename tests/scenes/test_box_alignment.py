from __future__ import annotations

from videogen.scenes.monospace.box_alignment import straightened

BOX = ["┌──────┐", "│ a    │", "│ b    │", "└──────┘"]


def test_side_that_is_a_column_off_is_put_under_its_corner() -> None:
    assert straightened(["┌──────┐", "│ a   │", "│ b     │", "└──────┘"]) == BOX


def test_straight_box_is_left_as_it_is() -> None:
    assert straightened(BOX) == BOX


def test_rule_inside_a_box_is_made_longer() -> None:
    assert straightened(["┌────┐", "│ a  │", "├───┤", "└────┘"]) == ["┌────┐", "│ a  │", "├────┤", "└────┘"]


def test_words_are_never_cut_to_make_a_box_fit() -> None:
    crooked = ["┌──┐", "│ abcd│", "└──┘"]
    assert straightened(crooked) == crooked


def test_side_that_is_far_off_is_no_slip() -> None:
    crooked = ["┌──────────┐", "│ a │", "└──────────┘"]
    assert straightened(crooked) == crooked


def test_box_with_an_open_row_is_left_as_it_is() -> None:
    open_ = ["┌────┐", "│ a   ──→ b", "│ b  │", "└────┘"]
    assert straightened(open_) == open_


def test_wide_characters_count_as_two_columns() -> None:
    straight = ["┌──────┐", "│ 漢字 │", "└──────┘"]
    assert straightened(straight) == straight
    assert straightened(["┌──────┐", "│ 漢字   │", "└──────┘"]) == straight
