"""A table under a heading: columns as wide as their texts ask for, rows parted by thin lines."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, zip_longest

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, REVEAL_FRAMES, Head, Layer, Layout, build_head, largest_that_may_fit, placed
from videogen.scenes.reveal_timing import BODY_START, starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS, checked, divided, pages
from videogen.scenes.text.text_block import Align, TextBlock, TextStyle, block
from videogen.script.models import Scene, TableScene

SIZES = (90, 83, 76, 70, 64, 58, 52, 48, 44, 41, 38, 36, 34, 32, 30, 28, 26, 24)
CARRIED_SIZE = 30
LEAST_COLUMN = 5.0
"""Width in sizes that a column has at least; a table of more columns than that allows is cut between columns."""

GAP = 1.5
PAD = 0.5
PADS = (1.1, 0.95, 0.8, 0.65)
"""Room above and below a cell, in sizes, where the table then fills no more than FILLED of the body."""
FILLED = 0.92

Row = tuple[str, ...]


@dataclass(frozen=True)
class TableGrid:
    """A table as set: blocks by row, the header first unless it is empty."""

    head: Head
    size: float
    widths: tuple[float, ...]
    rows: tuple[tuple[TextBlock, ...], ...]
    with_header: bool
    row_pad: float = PAD

    @property
    def gap(self) -> float:
        return self.size * GAP

    @property
    def pad(self) -> float:
        return round(self.size * self.row_pad)

    @property
    def width(self) -> float:
        return sum(self.widths) + self.gap * max(0, len(self.widths) - 1)

    def row_height(self, row: Sequence[TextBlock]) -> float:
        stands_on = self.baseline(row)
        return max((one.height + stands_on - one.baseline for one in row), default=0.0) + 2 * self.pad

    @staticmethod
    def baseline(row: Sequence[TextBlock]) -> float:
        """Return where the first lines of a row stand, from its top: those of all cells on one line."""
        return max((one.baseline for one in row), default=0.0)

    @property
    def height(self) -> float:
        return sum(self.row_height(row) for row in self.rows)

    @property
    def broken(self) -> bool:
        return any(one.broken for row in self.rows for one in row)


def _columns(scene: TableScene) -> int:
    return max(map(len, (scene.header, *scene.rows)))


def _rectangular(scene: TableScene) -> tuple[Row, tuple[Row, ...]]:
    """Return header and rows, padded to the length of the longest row."""
    number = _columns(scene)
    header, *rows = (tuple(row) + ("",) * (number - len(row)) for row in (scene.header, *scene.rows))
    return header, tuple(rows)


def _lay_out(scene: TableScene, layout: Layout, head: Head, of: float) -> TableGrid:
    header, rows = _rectangular(scene)
    size = layout.size(of)
    with_header = any(cell.strip() for cell in header)
    text_styles = [layout.text_style(size, layout.theme.soft, 650, 1.3)] * with_header + [layout.text_style(size, leading=1.3)] * len(rows)
    texts = [header] * with_header + list(rows)
    widths = _widths(texts, text_styles, head.body.width, size)
    blocks = tuple(
        tuple(block(cell, text_style, width) for cell, width in zip(row, widths, strict=True))
        for row, text_style in zip(texts, text_styles, strict=True)
    )
    return TableGrid(head, size, widths, blocks, with_header)


def _widths(texts: Sequence[Row], text_styles: Sequence[TextStyle], available: float, size: float) -> tuple[float, ...]:
    """Return the width of each column's longest text.

    Where the sum is too much, the wide columns share what the narrow ones leave.
    """
    if not texts or not texts[0]:
        return ()
    natural = [
        max([size, *(block(row[n], text_style, 1e6).width + 1 for row, text_style in zip(texts, text_styles, strict=True))])
        for n in range(len(texts[0]))
    ]
    free = available - size * GAP * (len(natural) - 1)
    if sum(natural) <= free:
        more = min((free - sum(natural)) / len(natural), size * 10)
        return tuple(width + more for width in natural)
    widths, wide = list(natural), set(range(len(natural)))
    while True:
        share = (free - sum(widths[n] for n in range(len(widths)) if n not in wide)) / len(wide)
        narrow = {n for n in wide if natural[n] <= share}
        if not narrow:
            break
        wide -= narrow
    # Among the wide ones the longest texts get more, by the root of their length: twice the text is not twice the width.
    left = free - sum(widths[n] for n in range(len(widths)) if n not in wide)
    weight = sum(natural[n] ** 0.5 for n in wide)
    least = min(size * LEAST_COLUMN, left / len(wide))
    for n in wide:
        widths[n] = least + (left - least * len(wide)) * natural[n] ** 0.5 / weight
    return tuple(widths)


def _fit(scene: TableScene, layout: Layout, head: Head) -> TableGrid | None:
    """Return the table at the largest size at which it fits and breaks no word, else at the largest at which it fits; None when at none."""
    broken: TableGrid | None = None
    if _columns(scene) > _most_columns(layout, head) or sum(map(len, chain(scene.header, *scene.rows))) > MOST_CHARACTERS:
        return None
    most = math.inf
    for of in (CARRIED_SIZE,) if scene.pages > 1 else layout.body_sizes(SIZES, head):
        if layout.size(of) > most:
            continue
        grid = _lay_out(scene, layout, head, of)
        most = largest_that_may_fit(grid.size, grid.height, head.body.height)
        if grid.height <= head.body.height:
            if not grid.broken:
                return _airy(grid) if scene.pages == 1 else grid
            broken = broken or grid
    return broken


def _airy(grid: TableGrid) -> TableGrid:
    """Spread the rows of a table as far as the body allows."""
    airy = (replace(grid, row_pad=pad) for pad in PADS)
    return next((one for one in airy if one.height <= grid.head.body.height * FILLED), grid)


def _most_columns(layout: Layout, head: Head) -> int:
    size = layout.size(CARRIED_SIZE)
    return max(2, int((head.body.width + size * GAP) // (size * (LEAST_COLUMN + GAP))))


def split(scene: TableScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between columns when there are too many (the first is repeated), then between rows; a row too high for a page is cut too."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    return tuple(part for columns in _column_groups(scene, _most_columns(layout, head)) for part in _row_groups(columns, layout, head))


def _column_groups(scene: TableScene, most: int) -> Iterator[TableScene]:
    header, rows = _rectangular(scene)
    number = len(header)
    if number <= most:
        yield scene.model_copy(update={"header": header, "rows": rows})
        return
    groups = -(-(number - 1) // (most - 1))
    step = -(-(number - 1) // groups)
    for start in range(1, number, step):
        keep = (0, *range(start, min(number, start + step)))
        align = tuple(scene.align[n] if n < len(scene.align) else "left" for n in keep)
        yield scene.model_copy(
            update={"header": tuple(header[n] for n in keep), "rows": tuple(tuple(row[n] for n in keep) for row in rows), "align": align}
        )


def _row_groups(scene: TableScene, layout: Layout, head: Head) -> Iterator[TableScene]:
    paged = scene.model_copy(update={"pages": 2})
    whole = _lay_out(paged, layout, head, CARRIED_SIZE)
    height = head.body.height
    if whole.with_header and whole.row_height(whole.rows[0]) > height * 0.35:
        # A header that leaves no room for rows is a row like the others.
        headless = scene.model_copy(update={"header": ("",) * len(scene.header), "rows": (scene.header, *scene.rows)})
        yield from _row_groups(headless, layout, head)
        return
    above = whole.row_height(whole.rows[0]) if whole.with_header else 0.0
    if not scene.rows:
        yield scene
    heights = [whole.row_height(row) for row in whole.rows[int(whole.with_header) :]]
    for page in pages(heights, [0.0] * len(heights), height - above):
        yield from _checked(scene, scene.rows[page], layout, head)


def _checked(scene: TableScene, rows: Sequence[Row], layout: Layout, head: Head, share: float = 0.3) -> Iterator[TableScene]:
    """Yield a page of rows. Halve it if it does not fit by itself, and split a single row inside its cells."""
    for part in checked(rows, lambda some: scene.model_copy(update={"rows": tuple(some), "pages": 2}), partial(_fits, layout, head)):
        if _fits(layout, head, part) or share < 0.01:
            yield part
        else:
            yield from _checked(scene, _stretches(part, layout, head, share), layout, head, share / 2)


def _fits(layout: Layout, head: Head, scene: TableScene) -> bool:
    return _fit(scene, layout, head) is not None


def _stretches(part: TableScene, layout: Layout, head: Head, share: float) -> list[Row]:
    """Split the one row of a part, with the next stretch of every cell that is higher than a share of the body."""
    grid = _lay_out(part, layout, head, CARRIED_SIZE)
    height = head.body.height * share

    def stretches(cell: str, width: float) -> list[str]:
        text_style = layout.text_style(grid.size, leading=1.3)
        return [stretch.text for stretch in divided(cell, lambda one: block(one, text_style, width).height <= height)]

    cells = [stretches(cell, width) for cell, width in zip(part.rows[0], grid.widths, strict=True)]
    return list(zip_longest(*cells, fillvalue=""))


def layers(scene: TableScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    grid = _fit(scene, layout, head)
    if grid is None:
        return ()
    y: float = round(placed(head.body, grid.height, carried=scene.pages > 1))
    layers = [head.layer()]
    frames = [BODY_START] * grid.with_header + starts(scene, [" ".join(row) for row in scene.rows], layout, timing, read_out=False)
    for n, (row, start) in enumerate(zip(grid.rows, frames, strict=True)):
        last = n == len(grid.rows) - 1
        paint = partial(_paint, scene=scene, layout=layout, grid=grid, row=row, y=y, header=n == 0 and grid.with_header, last=last)
        layers.append(Layer(paint, start, max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
        y += grid.row_height(row)
    return tuple(layers)


def _paint(
    canvas: Canvas, *, scene: TableScene, layout: Layout, grid: TableGrid, row: Sequence[TextBlock], y: float, header: bool, last: bool
) -> None:
    """Draw a row and the line below it: a strong one below the header, none below the last row."""
    body = grid.head.body
    is_mirrored = is_right_to_left_table(scene)
    left = x = body.right - grid.width if is_mirrored else body.left
    stands_on = grid.baseline(row)
    cells = list(enumerate(zip(row, grid.widths, strict=True)))
    for column, (one, width) in reversed(cells) if is_mirrored else cells:
        align: Align = scene.align[column] if column < len(scene.align) else "left"
        if is_mirrored and align != "center":
            # A column begins at the right; one of numbers, set to the right, keeps its digits one below the other there.
            align = "left" if one.right_to_left else "right"
        one.draw(canvas, x, y + grid.pad + stands_on - one.baseline, width, align)
        x += width + grid.gap
    bottom = y + grid.row_height(row)
    if header or not last:
        thick = max(1, round((3 if header else 1.5) * layout.unit))
        canvas.rectangle((left, bottom - thick, left + grid.width, bottom), layout.theme.accent if header else layout.theme.edge)


def is_right_to_left_table(scene: TableScene) -> bool:
    """Return whether a table's columns run from right to left: most of its letters are of a script that does."""
    letters = "".join(chain(scene.header, *scene.rows))
    kinds = [unicodedata.bidirectional(letter) for letter in letters]
    return kinds.count("R") + kinds.count("AL") > kinds.count("L")
