"""A heading and a formula, as large as it fits, its rows aligned. matplotlib's mathtext sets it, without pyplot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from PIL import Image

from videogen.scenes.clip import Timing
from videogen.scenes.layout import ENTRANCE_FRAMES, Head, Layer, Sheet, head, placed
from videogen.scenes.pen import Pen
from videogen.scenes.splitting import pages
from videogen.script import tex
from videogen.script.models import EquationScene, Scene

LARGEST = 120
LEAST = 30
"""Type sizes for 1080 lines. A single row that is too wide even so is made as small as it has to be."""

AT_MOST = 0.9
"""Share of the body that a formula may fill, either way."""

ROW_GAP = 0.55
TRIED = 100.0


@dataclass(frozen=True)
class Cell:
    """A part of a row as mathtext draws it: its coverage, and how far it goes below the baseline, in pixels."""

    mask: Image.Image
    depth: float

    @property
    def width(self) -> int:
        return self.mask.width

    @property
    def rise(self) -> float:
        return self.mask.height - self.depth


@lru_cache(maxsize=64)
def _cell(text: str, size: float) -> Cell:
    if not text:
        return Cell(Image.new("L", (1, 1)), 0.0)
    parsed = MathTextParser("agg").parse(f"${text}$", 72, FontProperties(size=size, math_fontfamily=tex.FONTS))
    mask = Image.fromarray(parsed.image)
    box = mask.getbbox() or (0, 0, 1, 1)
    baseline = parsed.height - parsed.depth
    return Cell(mask.crop(box), box[3] - baseline)


@dataclass(frozen=True)
class Formula:
    """Rows of cells of a size, in pixels."""

    rows: tuple[tuple[Cell, ...], ...]
    size: float

    @property
    def widths(self) -> list[int]:
        """By column."""
        return [max((row[n].width for row in self.rows if n < len(row)), default=0) for n in range(max(map(len, self.rows)))]

    @property
    def gap(self) -> float:
        return self.size * 0.28

    @property
    def width(self) -> float:
        return sum(self.widths) + self.gap * (len(self.widths) - 1)

    def row_height(self, row: Sequence[Cell]) -> float:
        return max(cell.rise for cell in row) + max(cell.depth for cell in row)

    @property
    def height(self) -> float:
        return sum(map(self.row_height, self.rows)) + self.size * ROW_GAP * (len(self.rows) - 1)


def _at(scene: EquationScene, size: float) -> Formula:
    return Formula(tuple(tuple(_cell(cell, size) for cell in row) for row in tex.rows(scene.tex)), size)


def _set(scene: EquationScene, sheet: Sheet, over: Head) -> Formula | None:
    """The formula as large as it fits; None when its rows are too many."""
    tried = _at(scene, TRIED)
    across = over.body.width / tried.width * AT_MOST
    down = over.body.height / tried.height * AT_MOST
    least = LEAST * sheet.unit
    if len(tried.rows) > 1 and down * TRIED < least:
        return None
    return _at(scene, max(2.0, min(LARGEST * sheet.unit, TRIED * min(across, down))))


def split(scene: EquationScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Cut between rows when they are too many to be read in one picture."""
    if _set(scene, sheet, head(sheet, scene)):
        return (scene,)
    over = head(sheet, scene, carried=True)
    size = LEAST * sheet.unit * 1.1
    whole = _at(scene, size)
    heights = [whole.row_height(row) for row in whole.rows]
    rows = tex.rows(scene.tex)
    found = pages(heights, [size * ROW_GAP] * len(rows), over.body.height * AT_MOST)
    return tuple(scene.model_copy(update={"tex": r" \\ ".join(" & ".join(row) for row in rows[page])}) for page in found)


def layers(scene: EquationScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    found = _set(scene, sheet, over)
    if found is None:
        return ()

    def paint(pen: Pen) -> None:
        body = over.body
        left = body.left + (body.width - found.width) / 2
        y = placed(body, found.height)
        aligned = len(found.widths) > 1
        for row in found.rows:
            baseline = y + max(cell.rise for cell in row)
            x = left if aligned else left + (found.width - row[0].width) / 2
            for n, (cell, width) in enumerate(zip(row, found.widths, strict=False)):
                # Odd columns end where the even ones begin, as TeX has it: the sign stands right after what is before it.
                offset = width - cell.width if aligned and n % 2 == 0 else 0
                pen.mask((round(x + offset), round(baseline - cell.rise)), cell.mask, sheet.theme.text)
                x += width + found.gap
            y += found.row_height(row) + found.size * ROW_GAP

    return (over.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3, sheet.px(18)))
