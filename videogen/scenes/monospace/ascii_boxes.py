"""Boxes that were drawn with plus signs, hyphens and bars, as lines that join."""

from __future__ import annotations

import re
from collections.abc import Sequence

_BOX = re.compile(r"\+[-=]{2,}\+")
_JOINTS = {
    "ud": "│",
    "lr": "─",
    "dr": "┌",
    "dl": "┐",
    "ur": "└",
    "ul": "┘",
    "udr": "├",
    "udl": "┤",
    "dlr": "┬",
    "ulr": "┴",
    "udlr": "┼",
    "u": "╵",
    "d": "╷",
    "l": "╴",
    "r": "╶",
}


def joined(lines: Sequence[str]) -> list[str]:
    """Return the lines with `+--+` and `|` as box drawing; lines without such a box come back as they are."""
    if not any(_BOX.search(line) for line in lines):
        return list(lines)
    width = max(map(len, lines), default=0)
    rows = [line.ljust(width) for line in lines]

    def at(row: int, column: int) -> str:
        return rows[row][column] if 0 <= row < len(rows) and 0 <= column < width else " "

    def drawn(row: int, column: int) -> str:
        character = rows[row][column]
        if character == "+":
            arms = "u" * (at(row - 1, column) in "|+:") + "d" * (at(row + 1, column) in "|+:")
            arms += "l" * (at(row, column - 1) in "-=+<") + "r" * (at(row, column + 1) in "-=+>")
            return _JOINTS.get(arms, character) if len(arms) > 1 else character
        if character in "-=" and _is_line(rows[row], column, character):
            return "─" if character == "-" else "═"
        if character == "|" and (at(row - 1, column) in "|+" or at(row + 1, column) in "|+"):
            return "│"
        if character == ">" and at(row, column - 1) == "-" and at(row, column - 2) in "-+":
            return "▶"
        if character == "<" and at(row, column + 1) == "-" and at(row, column + 2) in "-+":
            return "◀"
        if character in "vV^" and not (at(row, column - 1).isalnum() or at(row, column + 1).isalnum()):
            if character == "^" and at(row + 1, column) in "|+":
                return "▲"
            if character != "^" and at(row - 1, column) in "|+":
                return "▼"
        return character

    return ["".join(drawn(row, column) for column in range(width)).rstrip() for row in range(len(rows))]


def _is_line(line: str, column: int, sign: str) -> bool:
    """Return whether a sign is part of a line: of three or more, or of one that ends in a corner, a bar or an arrow."""
    start = end = column
    while start and line[start - 1] == sign:
        start -= 1
    while end < len(line) and line[end] == sign:
        end += 1
    before, after = line[start - 1 : start] if start else "", line[end : end + 1]
    return end - start >= 3 or (end - start >= 2 and (before in ("+", "|", "<") or after in ("+", "|", ">"))) or (before == after == "+")
