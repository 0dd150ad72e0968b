"""A heading and source code on a card: highlighted, its lines numbered, long lines wrapped; walked through in steps if it has any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from videogen.scenes.layout import ENTRANCE_FRAMES, AnimatedLayer, Area, Head, Layer, Layout, build_head, placed
from videogen.scenes.monospace import listing
from videogen.scenes.monospace.cell_grid import CellGrid
from videogen.scenes.monospace.changing_code import ChangingCode
from videogen.scenes.monospace.code_stage import CodeListing, CodeStage
from videogen.scenes.monospace.highlight import highlighted
from videogen.scenes.monospace.listing import CARRIED_SIZES, PAGE_SIZES, SIZES, ListingRow
from videogen.scenes.reveal_timing import beats
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import cuts
from videogen.script.models import CodeScene, Scene

STEP_FRAMES = 12
LEADINGS = (2.3, 2.15, 2.0, 1.85, 1.7, 1.6)
"""Line heights in sizes of code that then fills no more than FILLED of the body."""
FILLED = 0.8
READ_ON_A_PHONE, WORTH_A_PAGE = 36, 1.3
"""Size of code on several pages below which it takes one page more, if it grows by so much so."""
LEAST_CARD = 0.7
"""Share of the body that a card has at least, unless it would be more than twice as high as its code."""


def _codes(scene: CodeScene) -> list[str]:
    """Return the code and what it becomes, state by state."""
    return [scene.code, *(state.code for state in scene.states)]


def _lay_out(scene: CodeScene, layout: Layout, head: Head, of: tuple[float, float]) -> tuple[CodeListing, ...]:
    """Return each state of the code on the same grid."""
    states = [highlighted(code, scene.language, layout.theme) for code in _codes(scene)]
    cells = CellGrid.of_size(layout.grid_size(of[0]), of[1])
    digits = max(1 if _is_narrow(layout) else 2, len(str(scene.first_line + max(map(len, states)) - 1)))
    bare = CodeListing(layout, head, cells, (), digits)
    columns = max(8, int((head.body.width - 2 * listing.pad(layout)[0]) // cells.width) - bare.gutter)
    return tuple(replace(bare, rows=listing.wrapped(lines, columns)) for lines in states)


def _fit(scene: CodeScene, layout: Layout, head: Head) -> tuple[CodeListing, ...] | None:
    """Return the states of the code as large as they fit and wrap few lines, or None."""
    fitting: list[tuple[CodeListing, ...]] = []
    is_planned = scene.pages > 1 and scene.page_size is not None
    for of in _page_sizes(scene) if scene.pages > 1 else SIZES:
        listings = _lay_out(scene, layout, head, of)
        if all(len(one.rows) <= one.most_rows for one in listings):
            if is_planned:
                return listings
            fitting.append(listings)
            if not any(one.wrapped for one in listings):
                break
    together = [replace(some[0], rows=tuple(row for one in some for row in one.rows)) for some in fitting]
    chosen = listing.choose(layout, together)
    if chosen is None:
        return None
    listings = fitting[together.index(chosen)]
    return _airy(listings) if scene.pages == 1 and (not chosen.wrapped or _is_narrow(layout)) else listings


def _is_narrow(layout: Layout) -> bool:
    """Return whether lines are short, and the place for them high."""
    return layout.area.width < layout.area.height * 1.1


def _page_sizes(scene: CodeScene) -> tuple[tuple[float, float], ...]:
    """Return the sizes that a page of several may have, the largest first: that of all pages, and smaller ones."""
    if scene.page_size is None:
        return CARRIED_SIZES
    return tuple(size for size in PAGE_SIZES if size[0] <= scene.page_size) or CARRIED_SIZES[-1:]


def _airy(listings: tuple[CodeListing, ...]) -> tuple[CodeListing, ...]:
    """Spread the lines of code as far as the body allows."""
    size, most = listings[0].grid.size, listings[0].head.body.height * FILLED
    grids = [CellGrid(listings[0].grid.width, round(size * leading)) for leading in LEADINGS]
    airy = (tuple(replace(one, grid=grid) for one in listings) for grid in grids)
    return next((some for some in airy if max(one.height for one in some) <= most), listings)


def split(scene: CodeScene, layout: Layout) -> tuple[Scene, ...]:
    """Split into pages of whole lines if possible, at pauses of the code. Line numbers continue."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    if scene.states:
        return tuple(page for state in _single(scene) for page in split(state, layout))
    head = build_head(layout, scene, carried=True)
    chosen, size = _listing_of_pages(scene, layout, head)
    pages = cuts(len(chosen.rows), chosen.most_rows, partial(listing.pause, chosen.rows))
    return tuple(_page(scene, chosen.rows[rows], size) for rows in pages)


def _listing_of_pages(scene: CodeScene, layout: Layout, head: Head) -> tuple[CodeListing, float]:
    """Return the whole listing at the size that its pages have, and that size.

    It takes the fewest pages, or one more where that makes small type much larger, and is as large as these and the lines allow.
    """
    least, smallest = (_lay_out(scene, layout, head, of)[0] for of in CARRIED_SIZES)
    chosen, size = (least, CARRIED_SIZES[0][0]) if least.pages == smallest.pages else (smallest, CARRIED_SIZES[1][0])
    fewest, continued = chosen.pages, sum(not row.begins for row in chosen.rows)
    for more in (0, 1):
        for of in PAGE_SIZES:
            one = _lay_out(scene, layout, head, of)[0]
            if one.pages == fewest + more and sum(not row.begins for row in one.rows) <= continued:
                if of[0] > size * (WORTH_A_PAGE if more else 1):
                    chosen, size = one, of[0]
                break
        if size >= READ_ON_A_PHONE:
            break
    return chosen, size


def _single(scene: CodeScene) -> list[CodeScene]:
    """Return each state of the code as a scene of its own."""
    first = scene.model_copy(update={"states": ()})
    later = [{"code": state.code, "highlight": state.highlight, "steps": state.steps} for state in scene.states]
    return [first, *(first.model_copy(update=fields) for fields in later)]


def _page(scene: CodeScene, rows: Sequence[ListingRow], size: float) -> CodeScene:
    lines = {scene.first_line + row.line for row in rows}
    steps = tuple(step for step in scene.steps if not step or lines.intersection(step))
    return scene.model_copy(update={"code": listing.text_of(rows), "first_line": min(lines), "steps": steps, "page_size": size})


def layers(scene: CodeScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    head = build_head(layout, scene)
    listings = _fit(scene, layout, head)
    if listings is None:
        return ()
    body, highest = head.body, max(one.height for one in listings)
    height = highest
    if scene.pages == 1:
        height = max(height, round(min(body.height * LEAST_CARD, height * 2.2)))
    card = Area(body.left, round(placed(body, height, carried=scene.pages > 1)), body.width, height)
    shown = [
        CodeStage(one, card, scene.first_line, frozenset(state.highlight), frozenset(step), scene.code, (height - highest) // 2)
        for one, state in zip(listings, _single(scene), strict=True)
        for step in (((), *state.steps) if one is listings[0] or not state.steps else state.steps)
    ]
    whole, *stages = shown
    first: list[Layer | AnimatedLayer] = [head.layer(), Layer(whole.paint, 3, ENTRANCE_FRAMES - 3, layout.px(18))]
    if scene.states:
        stages = stages if scene.steps else shown
        starts = [round(second * layout.settings.fps) for second in beats(len(stages), timing)]
        changes = [(stage, start) for stage, start in zip(stages, starts, strict=True) if stage is not whole]
        return (*first, ChangingCode(layout, card, whole, changes).layer())
    starts = [round(second * layout.settings.fps) for second in beats(len(stages), timing)]
    for stage, start, end in zip(stages, starts, [*starts, None][1:], strict=True):
        first.append(Layer(stage.paint, start, STEP_FRAMES, end=end, base=whole.paint))
    return tuple(first) if layout.settings.motion else tuple(first[:2])
