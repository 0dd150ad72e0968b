"""A drawing of boxes in a row, joined by arrows, stacked from top to bottom: for pictures higher than wide."""

from __future__ import annotations

from collections.abc import Sequence

from videogen.scenes.monospace import cell_grid
from videogen.scenes.monospace.cell_grid import CellStyle
from videogen.scenes.theme import Colour

FORWARD, BACKWARD = "▶►▷>→➔➜⟶", "◀◄◁<←⟵"
LINKS = frozenset(f"─━═╌╍┄┅┈┉-= {FORWARD}{BACKWARD}")
"""What may stand between two boxes, in one row of the drawing."""
EDGES = str.maketrans("├┝┤┥╟╢", "││││║║")
"""Sides of a box where a line left it to the next one, without that line."""

LINES, SIDES = frozenset("─━═╌╍┄┅┈┉-"), frozenset("│┃║╎╏┆┇┊┋|")
"""What the ends and the sides of a box are made of."""

Column = list[str]
_NO_STYLE = CellStyle(Colour(0, 0, 0))


def stacked(lines: Sequence[str], least_width: int = 0) -> list[str] | None:
    """Return the drawing with its boxes one below the other, or None if it is no row of at least two boxes.

    Boxes without lines of their own inside are made as wide as the widest of them, and as `least_width` in columns.
    """
    columns = _columns(lines)
    links = [_link_row(column) for column in columns]
    boxes, gaps = _cut(links)
    if len(boxes) < 2 or any(_row_of(links[gap]) is None for gap in gaps):
        return None
    row_texts = [_rows(columns[box], links, box) for box in boxes]
    least_width = max([least_width, *(cell_grid.width(rows[0]) for rows in row_texts if _is_simple(rows))])
    row_texts = [_widened(rows, least_width) if _is_simple(rows) else rows for rows in row_texts]
    width = max(cell_grid.width(text) for rows in row_texts for text in rows)
    drawing: list[str] = []
    for n, rows in enumerate(row_texts):
        inset = " " * ((width - max(map(cell_grid.width, rows))) // 2)
        drawing += [inset + row for row in rows]
        if n < len(gaps):
            drawing += [" " * ((width - 1) // 2) + sign for sign in _arrow("".join("".join(column) for column in columns[gaps[n]]))]
    return drawing


def _columns(lines: Sequence[str]) -> list[Column]:
    """Return the drawing by columns. A wide character stands in the first of its own, with an empty text in the next."""
    rows: list[list[str]] = []
    for line in lines:
        row: list[str] = []
        for cell in cell_grid.cells(line, _NO_STYLE):
            row += [cell.cluster, *[""] * (cell.columns - 1)]
        rows.append(row)
    width = max(map(len, rows), default=0)
    return [[row[n] if n < len(row) else " " for row in rows] for n in range(width)]


def _link_row(column: Column) -> int | None:
    """Return the row of the one link that a column shows, -1 for an empty column; None if it shows something else."""
    inked = [n for n, cluster in enumerate(column) if cluster != " "]
    if len(inked) > 1 or any(column[n] not in LINKS for n in inked):
        return None
    return inked[0] if inked else -1


def _cut(links: Sequence[int | None]) -> tuple[list[slice], list[slice]]:
    """Return where boxes are, and the gaps between them, in columns."""
    runs: list[tuple[bool, int, int]] = []
    for n, link in enumerate(links):
        if runs and runs[-1][0] == (link is None):
            runs[-1] = (runs[-1][0], runs[-1][1], n + 1)
        else:
            runs.append((link is None, n, n + 1))
    while runs and not runs[0][0]:
        runs.pop(0)
    while runs and not runs[-1][0]:
        runs.pop()
    return [slice(start, end) for is_box, start, end in runs if is_box], [slice(start, end) for is_box, start, end in runs if not is_box]


def _row_of(links: Sequence[int | None]) -> int | None:
    """Return the one row in which a gap has its link; None if it has none, or several."""
    rows = {link for link in links if link is not None and link >= 0}
    return rows.pop() if len(rows) == 1 and len(links) > 1 else None


def _rows(columns: Sequence[Column], links: Sequence[int | None], box: slice) -> list[str]:
    """Return the rows of a box without blank ones around it, its sides whole where lines left it."""
    rows = ["".join(cells).rstrip() for cells in zip(*columns, strict=True)]
    for n, row in enumerate(rows):
        if row and cell_grid.width(row) > 1:
            first, last = row[0], row[-1]
            leaves = box.start > 0 and links[box.start - 1] == n
            enters = box.stop < len(links) and links[box.stop] == n
            rows[n] = (first.translate(EDGES) if leaves else first) + row[1:-1] + (last.translate(EDGES) if enters else last)
    while rows and not rows[0]:
        rows.pop(0)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _is_simple(rows: Sequence[str]) -> bool:
    """Return whether rows are a box: a line above and below, and sides that reach from one to the other."""
    if len(rows) < 3 or len({cell_grid.width(row) for row in rows}) > 1 or cell_grid.width(rows[0]) < 3:
        return False
    has_ends = all(len(set(row[1:-1])) == 1 and row[1] in LINES for row in (rows[0], rows[-1]))
    return has_ends and all(row[0] in SIDES and row[-1] in SIDES for row in rows[1:-1])


def _widened(rows: Sequence[str], width: int) -> list[str]:
    """Return the rows of a box at a width in columns, what stands in it in the middle."""
    more = width - cell_grid.width(rows[0])
    fills = [row[1] if n in (0, len(rows) - 1) else " " for n, row in enumerate(rows)]
    before, after = more // 2, more - more // 2
    return [row[0] + fill * before + row[1:-1] + fill * after + row[-1] for row, fill in zip(rows, fills, strict=True)]


def _arrow(gap: str) -> list[str]:
    """Return the rows of an arrow down, up, both ways, or of a line without heads."""
    forward, backward = any(sign in gap for sign in FORWARD), any(sign in gap for sign in BACKWARD)
    return ["▲" if backward else "│", "▼" if forward else "│"]
