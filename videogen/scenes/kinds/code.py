"""A heading and source code on a card: highlighted, its lines numbered, long lines wrapped; walked through in steps if it has any."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from videogen.scenes import cell_grid, fonts, listing
from videogen.scenes.canvas import Pen
from videogen.scenes.cell_grid import Grid, Ink
from videogen.scenes.highlight import highlighted
from videogen.scenes.layout import ENTRANCE_FRAMES, Area, Head, Layer, Sheet, head, placed
from videogen.scenes.listing import CARRIED_SIZES, SIZES, Row
from videogen.scenes.reveal import beats
from videogen.scenes.scene_clip import Timing
from videogen.scenes.splitting import cuts
from videogen.scenes.theme import mixed
from videogen.script.models import CodeScene, Scene

STEP_FRAMES = 12


@dataclass(frozen=True)
class Listing:
    """Rows as set on a card in the body."""

    sheet: Sheet
    head: Head
    grid: Grid
    rows: tuple[Row, ...]
    digits: int

    @property
    def wrapped(self) -> bool:
        return not all(row.begins for row in self.rows)

    @property
    def height(self) -> int:
        return len(self.rows) * self.grid.height + 2 * listing.pad(self.sheet)[1]

    @property
    def most_rows(self) -> int:
        return max(1, int((self.head.body.height - 2 * listing.pad(self.sheet)[1]) // self.grid.height))

    @property
    def pages(self) -> int:
        return -(-len(self.rows) // self.most_rows)

    @property
    def gutter(self) -> int:
        """Columns that the line numbers take."""
        return self.digits + 2


def _set(scene: CodeScene, sheet: Sheet, over: Head, of: tuple[float, float]) -> Listing:
    lines = highlighted(scene.code, scene.language, sheet.theme)
    cells = Grid.of_size(sheet.grid_size(of[0]), of[1])
    digits = max(2, len(str(scene.first_line + len(lines) - 1)))
    bare = Listing(sheet, over, cells, (), digits)
    columns = max(8, int((over.body.width - 2 * listing.pad(sheet)[0]) // cells.width) - bare.gutter)
    return replace(bare, rows=listing.wrapped(lines, columns))


def _fitting(scene: CodeScene, sheet: Sheet, over: Head) -> Listing | None:
    """The code at the largest size at which no line is wrapped, else at the largest at which it fits; None when it fits at none."""
    wrapped: Listing | None = None
    for of in CARRIED_SIZES if scene.pages > 1 else SIZES:
        found = _set(scene, sheet, over, of)
        if len(found.rows) <= found.most_rows:
            if not found.wrapped:
                return found
            wrapped = wrapped or found
    return wrapped


def split(scene: CodeScene, sheet: Sheet) -> tuple[Scene, ...]:
    """Pages of whole lines where that is possible, cut where the code itself pauses; each page counts its lines on."""
    if _fitting(scene, sheet, head(sheet, scene)):
        return (scene,)
    over = head(sheet, scene, carried=True)
    larger, smaller = (_set(scene, sheet, over, of) for of in CARRIED_SIZES)
    found = larger if larger.pages == smaller.pages else smaller
    return tuple(_page(scene, found.rows[rows]) for rows in cuts(len(found.rows), found.most_rows, partial(listing.pause, found.rows)))


def _page(scene: CodeScene, rows: Sequence[Row]) -> CodeScene:
    lines = {scene.first_line + row.line for row in rows}
    steps = tuple(step for step in scene.steps if not step or lines.intersection(step))
    return scene.model_copy(update={"code": listing.text_of(rows), "first_line": min(lines), "steps": steps})


def layers(scene: CodeScene, sheet: Sheet, timing: Timing) -> tuple[Layer, ...]:
    over = head(sheet, scene)
    found = _fitting(scene, sheet, over)
    if found is None:
        return ()
    body = over.body
    card = Area(body.left, round(placed(body, found.height, carried=scene.pages > 1)), body.width, found.height)

    def painter(step: Collection[int]) -> partial[None]:
        return partial(_paint, scene=scene, found=found, card=card, step=step)

    whole = painter(())
    shown = [over.layer(), Layer(whole, 3, ENTRANCE_FRAMES - 3, sheet.px(18))]
    starts = [round(second * sheet.look.fps) for second in beats(len(scene.steps), timing)]
    for step, start, end in zip(scene.steps, starts, [*starts, None][1:], strict=True):
        shown.append(Layer(painter(step), start, STEP_FRAMES, end=end, over=whole))
    return tuple(shown) if sheet.look.motion else tuple(shown[:2])


def _paint(pen: Pen, *, scene: CodeScene, found: Listing, card: Area, step: Collection[int]) -> None:
    """The card; of a step its lines, the others stepping back."""
    sheet, cells, theme = found.sheet, found.grid, found.sheet.theme
    across, down = listing.pad(sheet)
    listing.paint_card(pen, sheet, card)
    left, y = round(card.left + across), round(card.top + down)
    han = fonts.han_face(scene.code)
    quiet, loud = Ink(mixed(theme.muted, theme.panel, 0.3)), Ink(theme.accent, 600)
    for row in found.rows:
        number = scene.first_line + row.line
        stressed = number in (step or scene.highlight)
        if stressed:
            listing.paint_band(pen, sheet, card, y, cells.height, theme.accent)
        margin = str(number) if row.begins else listing.CONTINUES
        line = row.cells if stressed or not step else listing.dimmed(row.cells, theme.panel)
        cells.draw(pen, left, y, list(cell_grid.cells(margin.rjust(found.digits), loud if stressed else quiet)), han)
        cells.draw(pen, left + (found.gutter + row.indent) * cells.width, y, line, han)
        y += cells.height
