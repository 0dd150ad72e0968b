"""A drawing made of characters, on a grid of equal cells, whole where it can be read so. It draws itself, part by part."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.drawing.surface import Patch
from videogen.scenes.layout import CARD_RADIUS, ENTRANCE_FRAMES, LEAST_TYPE, AnimatedLayer, Area, Head, Layer, Layout, build_head
from videogen.scenes.monospace import ascii_boxes, box_chain, box_drawing, cell_grid
from videogen.scenes.monospace.box_alignment import straightened
from videogen.scenes.monospace.cell_grid import Cell, CellGrid, CellStyle
from videogen.scenes.monospace.drawing_camera import FollowedText, camera_path
from videogen.scenes.monospace.drawing_order import drawn_parts
from videogen.scenes.monospace.drawn_text import DrawnText, SpokenSentence, times_of
from videogen.scenes.monospace.listing import paint_card
from videogen.scenes.reveal_timing import spoken_from_body
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text import fonts
from videogen.scenes.text.splitting import cuts
from videogen.scenes.theme import Theme, mixed
from videogen.script.models import DiagramScene, Scene
from videogen.script.sentences import sentences

SIZES = (
    (130, 1.25),
    (115, 1.25),
    (103, 1.25),
    (92, 1.25),
    (82, 1.25),
    (73, 1.25),
    (64, 1.25),
    (56, 1.25),
    (50, 1.25),
    (45, 1.25),
    (40, 1.25),
    (38, 1.25),
    (36, 1.25),
    (34, 1.25),
    (32, 1.25),
    (30, 1.25),
    (28, 1.25),
    (27, 1.2),
    (25, 1.2),
    (LEAST_TYPE, 1.12),
)
"""Type sizes for 1080 lines, each with its line height in sizes."""

CARRIED_SIZES = ((28, 1.25), SIZES[-1])
LEAST_TALL = 14.0
"""In a picture higher than wide, where lines are short, a drawing is made as small as this rather than cut."""

GROUND_PAD = 20
"""A drawing that leaves so much room on all sides stands on a card."""
LEAST_ON_CARD = 0.8
"""By how much a drawing is made smaller at most, so that it stands on a card."""

LEADINGS = (1.9, 1.75, 1.6, 1.45, 1.35)
FILLED = 0.78
"""Rows of a drawing on a card stand apart, by one of LEADINGS in sizes, where they then fill no more than this share of the body."""

STACK_SHARE = 0.72
"""Share of the body's width that boxes one below the other have at least."""

MARGIN_TAKEN = 0.6
"""Of the margins at its sides so much is taken by a drawing that would not fit whole otherwise."""


@dataclass(frozen=True)
class DiagramLayout:
    """Rows of cells on a grid in the body, and so many pixels over the margins beside it."""

    head: Head
    grid: CellGrid
    rows: Sequence[tuple[Cell, ...]]
    over_margins: int = 0

    @property
    def columns(self) -> int:
        return max((cell_grid.columns(row) for row in self.rows), default=0)

    @property
    def most_rows(self) -> int:
        return max(1, int(self.head.body.height // self.grid.height))

    @property
    def most_columns(self) -> int:
        return max(2, int((self.head.body.width + 2 * self.over_margins) // self.grid.width))

    @property
    def fits(self) -> bool:
        return self.columns <= self.most_columns and len(self.rows) <= self.most_rows

    @property
    def is_on_card(self) -> bool:
        """Whether it leaves room for the edge of a card around it."""
        pad, body = 2 * self.head.layout.px(GROUND_PAD), self.head.body
        high = len(self.rows) * self.grid.height + pad
        return not self.over_margins and self.columns * self.grid.width + pad <= body.width and high <= body.height


def _rows(scene: DiagramScene, theme: Theme, *, stack: bool = False, box_width: int = 0) -> list[tuple[Cell, ...]]:
    """Return the drawing's rows without blank ones around it; of a whole drawing the blank columns on the left are left out too.

    To `stack` puts boxes that stand in a row one below the other, at least `box_width` wide; no rows are returned for another drawing.
    """
    lines = straightened(ascii_boxes.joined([line.rstrip() for line in cell_grid.lines(scene.text)]))
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    blank = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    blank = blank if scene.pages == 1 else 0
    if stack:
        lines, blank = box_chain.stacked(lines, box_width) or [], 0
    plain = CellStyle(theme.text)
    return [tuple(_inked(cell, theme) for cell in cell_grid.cells(line[blank:], plain)) for line in lines]


def _inked(cell: Cell, theme: Theme) -> Cell:
    """Colour a cell: lines quieter than words, arrows in the accent."""
    first = cell.cluster[0]
    if box_drawing.is_stroke(first):
        return Cell(cell.cluster, cell.columns, CellStyle(mixed(theme.muted, theme.syntax.name, 0.35)))
    return Cell(cell.cluster, cell.columns, CellStyle(theme.accent)) if _is_arrow(first) else cell


def _is_arrow(character: str) -> bool:
    named = unicodedata.category(character) == "Sm" and "ARROW" in unicodedata.name(character, "")
    return named or character in "▲▼◄►◀▶△▽◁▷" or "←" <= character <= "⇿"


def _fit(scene: DiagramScene, layout: Layout, head: Head) -> DiagramLayout | None:
    """Return the drawing at the largest size at which it fits whole, at the least one over the margins too; None when it fits at none."""
    whole = _fit_rows(scene, layout, head, _rows(scene, layout.theme))
    if scene.pages > 1 or layout.area.width > layout.area.height * 1.1 or not (rows := _rows(scene, layout.theme, stack=True)):
        return whole
    stacked = _fit_rows(scene, layout, head, rows)
    if stacked is None or (whole is not None and stacked.grid.width <= whole.grid.width):
        return whole
    box_width = int(head.body.width * STACK_SHARE // stacked.grid.width)
    wider = _fit_rows(scene, layout, head, _rows(scene, layout.theme, stack=True, box_width=box_width))
    return wider if wider and wider.grid.width == stacked.grid.width else stacked


def _fit_rows(scene: DiagramScene, layout: Layout, head: Head, rows: Sequence[tuple[Cell, ...]]) -> DiagramLayout | None:
    ways = [(*size, 0) for size in (CARRIED_SIZES if scene.pages > 1 else SIZES)]
    if scene.pages == 1:
        ways.append((*SIZES[-1], round(head.body.left * MARGIN_TAKEN)))
    sizes = [(layout.grid_size(of), leading, margins) for of, leading, margins in ways]
    if scene.pages == 1 and layout.settings.height > layout.settings.width:
        smaller = (LEAST_TYPE - 2, LEAST_TYPE - 4, LEAST_TYPE - 6, LEAST_TYPE - 8, LEAST_TALL)
        sizes += [(of * layout.unit, 1.2, round(head.body.left * MARGIN_TAKEN)) for of in smaller]
    drawings = (DiagramLayout(head, CellGrid.of_size(size, leading), rows, margins) for size, leading, margins in sizes)
    fitting = [drawing for drawing in drawings if drawing.fits]
    on_card = next((one for one in fitting if one.is_on_card and one.grid.height > fitting[0].grid.height * LEAST_ON_CARD), None)
    return _airy(on_card) if on_card else next(iter(fitting), None)


def _airy(drawing: DiagramLayout) -> DiagramLayout:
    """Spread the rows of a drawing as far as its card allows."""
    grid, most = drawing.grid, drawing.head.body.height * FILLED
    heights = (round(grid.size * leading) for leading in LEADINGS)
    height = next((one for one in heights if one > grid.height and one * len(drawing.rows) <= most), grid.height)
    return replace(drawing, grid=replace(grid, height=height))


def split(scene: DiagramScene, layout: Layout) -> tuple[Scene, ...]:
    """Split from top to bottom where the drawing pauses, and parts that are too wide from left to right."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    whole = DiagramLayout(head, CellGrid.of_size(layout.grid_size(SIZES[-1][0]), SIZES[-1][1]), _rows(scene, layout.theme))
    parts: list[Scene] = []
    for rows in cuts(len(whole.rows), whole.most_rows, partial(_pause, whole.rows), thrifty=False):
        parts.extend(scene.model_copy(update={"text": part}) for part in _side_by_side(whole.rows[rows], whole.most_columns - 1))
    return tuple(parts)


def _side_by_side(rows: Sequence[tuple[Cell, ...]], most: int) -> list[str]:
    """Split rows from top to bottom into parts of at most so many columns, cutting through as little as possible."""
    wide = max(cell_grid.columns(row) for row in rows)
    joints = _joints(rows, wide)
    ends = [part.stop for part in cuts(wide, most, lambda at: -float(joints[at]), thrifty=False)] or [0]
    parts: list[list[str]] = [[] for _ in ends]
    for row in rows:
        texts = [""] * len(ends)
        column = 0
        for cell in row:
            texts[min(bisect_right(ends, column), len(ends) - 1)] += cell.cluster
            column += cell.columns
        for part, text in zip(parts, texts, strict=True):
            part.append(text)
    return ["\n".join(part) for part in parts]


def _joints(rows: Sequence[tuple[Cell, ...]], wide: int) -> list[int]:
    """Return the cost of a cut before each column: lowest behind an arrow, twice that in a line, highest in a word."""
    joints = [0] * (wide + 1)
    for row in rows:
        column, before = 0, " "
        for cell in row:
            if before.strip() and cell.cluster.strip():
                joints[column] += (
                    1 if _is_arrow(before[0]) else 2 if box_drawing.is_stroke(before) or box_drawing.is_stroke(cell.cluster) else 6
                )
            for inside in range(column + 1, column + cell.columns):
                joints[inside] += 6
            before = cell.cluster
            column += cell.columns
    return joints


def _pause(rows: Sequence[tuple[Cell, ...]], at: int) -> float:
    """Return how good a place to cut before a row is: between blank rows best, where lines are cut through worst."""
    above, below = rows[at - 1], rows[at]
    if not any(cell.cluster.strip() for cell in above):
        return 2.0 if any(cell.cluster.strip() for cell in below) else 1.0
    return -len(_arms(above, "d") & _arms(below, "u")) - min(len(above), len(below)) / 500


def _arms(row: Sequence[Cell], arm: str) -> set[int]:
    """Return the columns at which a line leaves a row, downwards or upwards."""
    arms: set[int] = set()
    column = 0
    for cell in row:
        if box_drawing.has_arm(cell.cluster, arm):
            arms.add(column)
        column += cell.columns
    return arms


def layers(scene: DiagramScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    head = build_head(layout, scene)
    drawing = _fit(scene, layout, head)
    if drawing is None:
        return ()
    body, cells = head.body, drawing.grid
    x = round(body.left + (body.width - drawing.columns * cells.width) / 2) if scene.pages == 1 else round(body.left)
    height = len(drawing.rows) * cells.height
    carried = scene.pages > 1 and height > body.height / 3  # a low strip of a wide drawing would look lost at the top
    y = round(body.top + (body.height - height) * (0.0 if carried else 0.5 if drawing.is_on_card else 0.45))

    def ground(canvas: Canvas) -> None:
        if drawing.is_on_card and not carried:
            paint_card(canvas, layout, body)

    def paint(canvas: Canvas) -> None:
        ground(canvas)
        han = fonts.han_face(scene.text)
        for n, row in enumerate(drawing.rows):
            cells.draw(canvas, x, y + n * cells.height, row, han)

    if not layout.settings.motion or scene.pages > 1:
        return (head.layer(), Layer(paint, 3, ENTRANCE_FRAMES - 3))
    parts = drawn_parts(drawing.rows)
    start = max(ENTRANCE_FRAMES / layout.settings.fps, spoken_from_body(scene, timing))
    spoken = _spoken_sentences(scene, timing)
    times = times_of(parts, start, timing.duration, spoken)
    inside = _inside_of_card(layout, body)
    path = camera_path(parts, spoken, cells, (x, y), inside, layout, timing.duration) if drawing.is_on_card and not carried else None
    if path is not None:
        drawn: DrawnText = FollowedText(layout, cells, (x, y), drawing.rows, parts, times, paint, path, inside)
    else:
        drawn = DrawnText(layout, cells, (x, y), drawing.rows, parts, times, paint)
    return (head.layer(), Layer(ground, 3, ENTRANCE_FRAMES - 3), drawn.layer())


def _inside_of_card(layout: Layout, body: Area) -> Patch:
    """Return the part of a card within its edge and its round corners, in even pixels."""
    inset = max(2, layout.corner(CARD_RADIUS) // 3, layout.px(4))
    left, top, right, bottom = (round(edge / 2) * 2 for edge in body.box)
    inset += inset % 2
    return left + inset, top + inset, right - inset, bottom - inset


def _spoken_sentences(scene: DiagramScene, timing: SceneTiming) -> list[SpokenSentence]:
    """Return what is said of the drawing in the script, sentence by sentence; nothing where their times are not known."""
    written = sentences(scene.say) if scene.say else ()
    if len(written) != len(timing.sentences):
        return []
    return [(text, start, end) for text, (start, end) in zip(written, timing.sentences, strict=True)]
