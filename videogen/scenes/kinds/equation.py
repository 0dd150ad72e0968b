"""A heading and a formula on a card, as large as it fits: its rows aligned, a long row on several lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import code
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Layout, build_head, placed
from videogen.scenes.monospace.listing import paint_card
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.formula_masks import RenderedFormula, formula
from videogen.scenes.text.splitting import pages
from videogen.script import tex
from videogen.script.models import CodeScene, EquationScene, Scene

LARGEST = 230
COMFORTABLE = 56
"""A long row is broken rather than set smaller than this."""

WORTH_BREAKING = 1.3
"""By how much a formula has to grow in a tall picture, that it is broken although it can be read whole."""
MOST_ROOM = 2.6
"""Height of a card that has a formula on it, in heights of that, at most."""

LEAST = 30
SMALLEST = 17
"""What cannot be broken, a wide matrix, is set as small as this; beyond that its source is shown."""

BROKEN_SIZES = (110, 96, 84, 72, 64, 56, 50, 44, 40, 36, 33, LEAST)
"""Type sizes for 1080 lines at 16:9."""

AT_MOST = 0.92
"""Share of the body that a formula may fill, either way."""

ROW_GAP = 0.62
COLUMN_GAP = 0.28
COLUMNS_APART = 1.6
INDENT = 1.4
TRIED = 100.0
ROUNDED = 4
"""How often a size is made smaller for what rounding adds."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class EquationLayout:
    """Rows of cells of a size, in pixels."""

    rows: tuple[tuple[RenderedFormula, ...], ...]
    size: float

    @property
    def widths(self) -> list[float]:
        """Widths of the columns. Rows with a single cell (words between the rows) do not count."""
        several = [row for row in self.rows if len(row) > 1] or self.rows
        number = max(map(len, several))
        return [max((row[n].width for row in several if n < len(row)), default=0.0) for n in range(number)]

    def gap(self, column: int) -> float:
        """Return the gap before a column. Pairs of columns, as in `alignat`, stand apart."""
        return 0.0 if column == 0 else self.size * (COLUMN_GAP if column % 2 else COLUMNS_APART)

    @property
    def width(self) -> float:
        aligned = sum(width + self.gap(n) for n, width in enumerate(self.widths))
        return max([aligned, *(row[0].width for row in self.rows if len(row) == 1)])

    def row_height(self, row: Sequence[RenderedFormula]) -> float:
        return max(cell.rise for cell in row) + max(cell.depth for cell in row)

    @property
    def height(self) -> float:
        return sum(map(self.row_height, self.rows)) + self.size * ROW_GAP * (len(self.rows) - 1)


def _lay_out(rows: Sequence[Row], size: float) -> EquationLayout | None:
    """Return the rows at a size; None when a cell cannot be set."""
    lines = []
    for row in rows:
        cells = [formula(cell, size) for cell in row]
        if any(cell is None for cell in cells):
            return None
        lines.append(tuple(cell for cell in cells if cell))
    return EquationLayout(tuple(lines), size)


def _lay_out_within(rows: Sequence[Row], size: float, width: float, height: float) -> EquationLayout | None:
    """Lay out at a size, or a little smaller: in a small picture the rows' heights, rounded up to pixels, may add up to more."""
    laid = _lay_out(rows, size)
    for _ in range(ROUNDED):
        if laid is None or (laid.width <= width and laid.height <= height):
            break
        size *= min(width / laid.width, height / laid.height)
        laid = _lay_out(rows, size)
    return laid


def _broken(rows: Sequence[Row], size: float, width: float) -> list[Row]:
    """Break rows that are too wide, if possible: before relations, which are aligned, else at signs."""
    aligned = sum(len(row) > 1 for row in rows)
    first = max([(drawn.width if (drawn := formula(row[0], size)) else 0.0) for row in rows if len(row) > 1], default=0.0)
    rows_out: list[Row] = []
    for row in rows:
        if len(row) == 1:
            rows_out.extend(_broken_row("", row[0], size, width, aligned > 0))
        elif len(row) == 2 and first < width * 0.6:
            rows_out.extend(_broken_row(row[0], row[1], size, width - first - size * COLUMN_GAP, True))
        else:
            rows_out.append(row)
    return rows_out


def _broken_row(before: str, cell: str, size: float, width: float, aligned: bool) -> Iterator[Row]:
    whole = formula(cell, size)
    parts = tex.parts(cell)
    if whole is None or whole.width <= width or len(parts) < 2:
        yield (before, cell) if aligned and (before or tex.is_relation(cell)) else (cell,)
        return
    relation = next((n for n, part in enumerate(parts) if n and tex.is_relation(part)), None)
    if not aligned and relation is not None:
        # What stands before the first relation has a column of its own, and each line begins with a relation or a sign.
        start = "".join(parts[:relation])
        drawn = formula(start, size)
        left = width - (drawn.width if drawn else width) - size * COLUMN_GAP
        longest = max(part_drawn.width if (part_drawn := formula(part, size)) else 0.0 for part in parts[relation:])
        if left > width * 0.5 and longest <= left:
            yield from _lines(start, parts[relation:], size, left, True)
            return
    yield from _lines(before, parts, size, width, aligned)


def _lines(before: str, parts: Sequence[str], size: float, width: float, aligned: bool) -> Iterator[Row]:
    """Yield the parts gathered in lines. A line that continues after a sign, and not a relation, is indented."""
    line, started = "", False

    def row(text: str) -> Row:
        return (before if not started else "", text) if aligned else (text,)

    for part in parts:
        longer = f"{line}{part}"
        drawn = formula(longer, size)
        if line.strip() and drawn and drawn.width > width:
            yield row(line)
            started = True
            line = part if tex.is_relation(part) else rf"\quad {part}"
        else:
            line = longer
    if line.strip():
        yield row(line)


def _fit(scene: EquationScene, layout: Layout, head: Head) -> EquationLayout | None:
    """Return the formula as large as it fits, broken if that makes it larger.

    None if it has too many rows or cannot be set.
    """
    rows = tex.rows(scene.tex)
    tried = _lay_out(rows, TRIED) if rows else None
    if tried is None:
        return None
    width, height = head.body.width * AT_MOST, head.body.height * AT_MOST
    whole = min(LARGEST * layout.unit, TRIED * width / max(1.0, tried.width), TRIED * height / max(1.0, tried.height))
    if layout.area.width < layout.area.height:  # there is room for more rows
        for of in BROKEN_SIZES:
            size = max(LEAST, of * layout.narrow) * layout.unit
            if size < whole * WORTH_BREAKING:
                break
            laid_out = _lay_out(_broken(rows, size, width), size)
            if laid_out and laid_out.width <= width and laid_out.height <= height:
                return laid_out
    if whole >= COMFORTABLE * layout.unit * layout.narrow:
        return _lay_out_within(rows, whole, width, height)
    for of in BROKEN_SIZES:
        size = max(LEAST, of * layout.narrow) * layout.unit
        if size <= whole:
            break
        laid_out = _lay_out(_broken(rows, size, width), size)
        if laid_out and laid_out.width <= width and laid_out.height <= height:
            return laid_out
    least = LEAST if TRIED * height / max(1.0, tried.height) < whole * 1.01 and len(rows) > 1 else SMALLEST
    return _lay_out_within(rows, whole, width, height) if whole >= least * layout.unit else None


def source_of(scene: EquationScene) -> CodeScene:
    """Return the formula as its source, for one that cannot be set."""
    shown = {name: value for name, value in scene if name not in ("kind", "tex")}
    return CodeScene(kind="code", code=scene.tex.strip() or " ", language="latex", **shown)


def split(scene: EquationScene, layout: Layout) -> tuple[Scene, ...]:
    """Cut between rows when they are too many to be read in one picture. What cannot be set is shown as its source."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    size = LEAST * layout.unit * 1.1
    width = head.body.width * AT_MOST
    rows = tex.rows(scene.tex)
    if not rows or _lay_out(rows, size) is None:
        return code.split(source_of(scene), layout)
    rows = tuple(_broken(rows, size, width))
    whole = _lay_out(rows, size)
    if whole is None:
        return code.split(source_of(scene), layout)
    heights = [whole.row_height(row) for row in whole.rows]
    slices = pages(heights, [size * ROW_GAP] * len(rows), head.body.height * AT_MOST)
    parts = [scene.model_copy(update={"tex": r" \\ ".join(" & ".join(row) for row in rows[page]), "pages": 2}) for page in slices]
    if any(_fit(part, layout, head) is None for part in parts):
        return code.split(source_of(scene), layout)
    return tuple(parts)


def layers(scene: EquationScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    fitted = _fit(scene, layout, head)
    if fitted is None:
        return ()

    def paint(canvas: Canvas) -> None:
        body = head.body
        left = body.left + (body.width - fitted.width) / 2
        height = min(body.height, max(fitted.height * MOST_ROOM, body.height * 0.5))
        card = replace(body, top=round(placed(body, height)), height=round(height))
        paint_card(canvas, layout, card)
        y = card.top + (card.height - fitted.height) / 2
        aligned = len(fitted.widths) > 1
        for row in fitted.rows:
            baseline = y + max(cell.rise for cell in row)
            x = left if aligned and len(row) > 1 else left + (fitted.width - row[0].width) / 2
            for n, (cell, width) in enumerate(zip(row, fitted.widths, strict=False)):
                x += fitted.gap(n)
                # Odd columns end where the even ones begin, as TeX has it: the sign stands right after what is before it.
                offset = width - cell.width if aligned and len(row) > 1 and n % 2 == 0 else 0.0
                canvas.mask((round(x + offset) + cell.left, round(baseline) - cell.rise), cell.mask, layout.theme.text)
                x += width
            y += fitted.row_height(row) + fitted.size * ROW_GAP

    return (head.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, layout.px(18)))
