"""Drawings made of characters, as their writers meant them: the right side of a box put under its corner.

Rows of a box are often a column short or long, because whoever typed them did not count. Only blanks before the side are added or taken.
"""

from __future__ import annotations

from collections.abc import Sequence

from videogen.scenes.monospace.cell_grid import width

TOP = frozenset("┐╮╗┓")
BOTTOM = frozenset("┘╯╝┛")
SIDE = frozenset("│┃║┤┨╢╣┫")
MOST = 3
"""Columns by which a side may be off and still be taken for a slip."""


def straightened(lines: Sequence[str]) -> list[str]:
    """Return the lines with the right sides of boxes in one column.

    A box is touched only if every one of its rows can be put right.
    """
    aligned = list(lines)
    top: int | None = None
    for n, line in enumerate(aligned):
        last = line[-1:]
        if last in TOP:
            top = n
        elif last in BOTTOM and top is not None:
            if width(line) == width(aligned[top]):
                rows = [_moved(row, width(line)) for row in aligned[top + 1 : n]]
                if None not in rows:
                    aligned[top + 1 : n] = [row for row in rows if row is not None]
            top = None
        elif last not in SIDE:
            top = None
    return aligned


def _moved(row: str, columns: int) -> str | None:
    """Move the last character of a row into the last of so many columns; None if blanks alone cannot do it."""
    off = columns - width(row)
    if off == 0:
        return row
    # A crossing ends in a line: it is made longer by more of the same, shorter only by as much as it has.
    inside, filler = row[:-1], row[-2:-1] if row[-1] not in "│┃║" else " "
    if abs(off) > MOST or not filler:
        return None
    if off > 0:
        return inside + filler * off + row[-1]
    return inside[:off] + row[-1] if inside.endswith(filler * -off) else None
