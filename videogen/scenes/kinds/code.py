"""A heading and source code on a card: highlighted, its lines numbered, long lines wrapped; walked through in steps if it has any."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, Area, Head, Layer, Layout, build_head, placed
from videogen.scenes.monospace import cell_grid, listing
from videogen.scenes.monospace.cell_grid import CellGrid, CellStyle
from videogen.scenes.monospace.highlight import highlighted
from videogen.scenes.monospace.listing import CARRIED_SIZES, SIZES, ListingRow
from videogen.scenes.reveal_timing import beats
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text import fonts
from videogen.scenes.text.splitting import cuts
from videogen.scenes.theme import mixed
from videogen.script.models import CodeScene, Scene

STEP_FRAMES = 12
LEADINGS = (2.3, 2.15, 2.0, 1.85, 1.7, 1.6)
"""Line heights in sizes of code that then fills no more than FILLED of the body."""
FILLED = 0.8


@dataclass(frozen=True)
class CodeListing:
    """Rows as set on a card in the body."""

    layout: Layout
    head: Head
    grid: CellGrid
    rows: tuple[ListingRow, ...]
    digits: int

    @property
    def wrapped(self) -> bool:
        return not all(row.begins for row in self.rows)

    @property
    def height(self) -> int:
        return len(self.rows) * self.grid.height + 2 * listing.pad(self.layout)[1]

    @property
    def most_rows(self) -> int:
        return max(1, int((self.head.body.height - 2 * listing.pad(self.layout)[1]) // self.grid.height))

    @property
    def pages(self) -> int:
        return -(-len(self.rows) // self.most_rows)

    @property
    def gutter(self) -> int:
        """Columns that the line numbers take."""
        return self.digits + 2


def _lay_out(scene: CodeScene, layout: Layout, head: Head, of: tuple[float, float]) -> CodeListing:
    lines = highlighted(scene.code, scene.language, layout.theme)
    cells = CellGrid.of_size(layout.grid_size(of[0]), of[1])
    digits = max(2, len(str(scene.first_line + len(lines) - 1)))
    bare = CodeListing(layout, head, cells, (), digits)
    columns = max(8, int((head.body.width - 2 * listing.pad(layout)[0]) // cells.width) - bare.gutter)
    return replace(bare, rows=listing.wrapped(lines, columns))


def _fit(scene: CodeScene, layout: Layout, head: Head) -> CodeListing | None:
    """Return the code at the largest size at which no line is wrapped, else at the largest at which it fits; None when it fits at none."""
    wrapped: CodeListing | None = None
    for of in CARRIED_SIZES if scene.pages > 1 else SIZES:
        listing = _lay_out(scene, layout, head, of)
        if len(listing.rows) <= listing.most_rows:
            if not listing.wrapped:
                return _airy(listing) if scene.pages == 1 else listing
            wrapped = wrapped or listing
    return wrapped


def _airy(listing: CodeListing) -> CodeListing:
    """Spread the lines of code as far as the body allows."""
    size = listing.grid.size
    airy = (replace(listing, grid=CellGrid(listing.grid.width, round(size * leading))) for leading in LEADINGS)
    return next((one for one in airy if one.height <= listing.head.body.height * FILLED), listing)


def split(scene: CodeScene, layout: Layout) -> tuple[Scene, ...]:
    """Split into pages of whole lines if possible, at pauses of the code. Line numbers continue."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    head = build_head(layout, scene, carried=True)
    larger, smaller = (_lay_out(scene, layout, head, of) for of in CARRIED_SIZES)
    chosen = larger if larger.pages == smaller.pages else smaller
    return tuple(_page(scene, chosen.rows[rows]) for rows in cuts(len(chosen.rows), chosen.most_rows, partial(listing.pause, chosen.rows)))


def _page(scene: CodeScene, rows: Sequence[ListingRow]) -> CodeScene:
    lines = {scene.first_line + row.line for row in rows}
    steps = tuple(step for step in scene.steps if not step or lines.intersection(step))
    return scene.model_copy(update={"code": listing.text_of(rows), "first_line": min(lines), "steps": steps})


def layers(scene: CodeScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    head = build_head(layout, scene)
    listing = _fit(scene, layout, head)
    if listing is None:
        return ()
    body = head.body
    card = Area(body.left, round(placed(body, listing.height, carried=scene.pages > 1)), body.width, listing.height)

    def painter(step: Collection[int]) -> partial[None]:
        return partial(_paint, scene=scene, code=listing, card=card, step=step)

    whole = painter(())
    shown = [head.layer(), Layer(whole, 3, ENTRANCE_FRAMES - 3, layout.px(18))]
    starts = [round(second * layout.settings.fps) for second in beats(len(scene.steps), timing)]
    for step, start, end in zip(scene.steps, starts, [*starts, None][1:], strict=True):
        shown.append(Layer(painter(step), start, STEP_FRAMES, end=end, base=whole))
    return tuple(shown) if layout.settings.motion else tuple(shown[:2])


def _paint(canvas: Canvas, *, scene: CodeScene, code: CodeListing, card: Area, step: Collection[int]) -> None:
    """Draw the card. In a step, dim the lines that do not belong to it."""
    layout, cells, theme = code.layout, code.grid, code.layout.theme
    across, down = listing.pad(layout)
    listing.paint_card(canvas, layout, card)
    left, y = round(card.left + across), round(card.top + down)
    han = fonts.han_face(scene.code)
    quiet, loud = CellStyle(mixed(theme.muted, theme.panel, 0.3)), CellStyle(theme.accent, 600)
    for row in code.rows:
        number = scene.first_line + row.line
        stressed = number in (step or scene.highlight)
        if stressed:
            listing.paint_band(canvas, layout, card, y, cells.height, theme.accent)
        margin = str(number) if row.begins else listing.CONTINUES
        line = row.cells if stressed or not step else listing.dimmed(row.cells, theme.panel)
        cells.draw(canvas, left, y, list(cell_grid.cells(margin.rjust(code.digits), loud if stressed else quiet)), han)
        cells.draw(canvas, left + (code.gutter + row.indent) * cells.width, y, line, han)
        y += cells.height
