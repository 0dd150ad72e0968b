"""A heading and a terminal: commands, what they answer, comments and outcomes. Commands are typed, then their answers come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.layout import ENTRANCE_FRAMES, AnimatedLayer, Area, Head, Layer, Layout, build_head, placed
from videogen.scenes.monospace import cell_grid, listing
from videogen.scenes.monospace.cell_grid import Cell, CellGrid, CellStyle
from videogen.scenes.monospace.highlight import highlighted
from videogen.scenes.monospace.listing import CARRIED_SIZES, SIZES, ListingRow
from videogen.scenes.monospace.typed_text import TypedRow, TypedText, type_rows
from videogen.scenes.reveal_timing import spoken_from
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text import fonts
from videogen.scenes.text.splitting import cuts
from videogen.scenes.theme import Theme
from videogen.script.models import CommandScene, Scene

PROMPT = re.compile(r"((?:\([\w.-]+\) )?(?:[\w.-]+@[\w.-]+[: ]\S* ?)?[$❯➜]|PS [A-Z]:[^>]*>|[A-Z]:\\[^>]*>|>>>|\.\.\.|>)( +|$)")
DONE, FAILED = re.compile(r"([✓✔√☑✅])\ufe0f?(\s|$)"), re.compile(r"([✗✘☒❌×])\ufe0f?(\s|$)")
RESULT, POINT, COMMENT = re.compile(r"(→|=>|⇒|->)(\s|$)"), re.compile(r"([•*-])(\s+\S)"), re.compile(r"(#)(\s|!|$)")
BAR = 40
"""Height of the bar on top of the window."""
LEAST_WINDOW = 0.7
"""Share of the body that a window has at least, unless it would be more than twice as high as its lines."""


@dataclass(frozen=True)
class TerminalLayout:
    """Rows as set in a window in the body; `groups` tells of each the number of the command that it belongs to."""

    layout: Layout
    head: Head
    grid: CellGrid
    rows: tuple[ListingRow, ...]
    groups: tuple[int, ...]

    @property
    def wrapped(self) -> bool:
        return not all(row.begins for row in self.rows)

    @property
    def _around(self) -> int:
        return 2 * listing.pad(self.layout)[1] + self.layout.px(BAR)

    @property
    def height(self) -> int:
        return len(self.rows) * self.grid.height + self._around

    @property
    def most_rows(self) -> int:
        return max(1, int((self.head.body.height - self._around) // self.grid.height))


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in cell_grid.lines(text)]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _is_prompt(line: str, before: str) -> bool:
    """Return whether a line is a command, or goes on with one that ended in a backslash."""
    return PROMPT.match(line) is not None or before.endswith("\\")


def _coloured(lines: Sequence[str], theme: Theme) -> list[tuple[Cell, ...]]:
    """Return the lines in the colours of what they are."""
    cells = []
    before = ""
    for line in lines:
        prompt = PROMPT.match(line)
        if prompt or before.endswith("\\"):
            cut = prompt.end() if prompt else 0
            language = "python" if prompt and prompt[1] in (">>>", "...") else "bash"
            command = highlighted(line[cut:], language, theme)[0] if line[cut:].strip() else ()
            cells.append((*cell_grid.cells(line[:cut], CellStyle(theme.accent, 600)), *command))
            before = line
            continue
        before = ""
        cells.append(tuple(_answer(line, theme)))
    return cells


def _answer(line: str, theme: Theme) -> list[Cell]:
    """Return a line that is no command: its mark, if it has one, in the mark's colour."""
    bare = line.lstrip()
    blank = line[: len(line) - len(bare)]
    if COMMENT.match(bare):
        return list(cell_grid.cells(line, CellStyle(theme.muted, slanted=True)))
    marks = ((DONE, theme.syntax.string, theme.text), (FAILED, theme.syntax.error, theme.text), (RESULT, theme.accent, theme.text))
    for mark, colour, ink in (*marks, (POINT, theme.accent, theme.soft)):
        if match := mark.match(bare):
            sign = "•" if mark is POINT else match[1]
            return [*cell_grid.cells(blank + sign, CellStyle(colour, 700)), *cell_grid.cells(bare[len(match[1]) :], CellStyle(ink))]
    return list(cell_grid.cells(line, CellStyle(theme.soft)))


def _groups(lines: Sequence[str]) -> list[int]:
    """Return for each line the number of its command. Comments and blank lines before a command belong to it."""
    groups: list[int] = []
    waiting = 0
    number = -1
    for n, line in enumerate(lines):
        if PROMPT.match(line):
            number += 1
            groups.extend([number] * (waiting + 1))
            waiting = 0
        elif not line.strip() or (COMMENT.match(line.lstrip()) and not (n and lines[n - 1].endswith("\\"))):
            waiting += 1
        else:
            groups.extend([max(0, number)] * (waiting + 1))
            waiting = 0
    groups.extend([max(0, number)] * waiting)
    return groups


def _lay_out(scene: CommandScene, layout: Layout, head: Head, of: tuple[float, float]) -> TerminalLayout:
    cells = CellGrid.of_size(layout.grid_size(of[0]), of[1])
    lines = _lines(scene.text)
    columns = max(8, int((head.body.width - 2 * listing.pad(layout)[0]) // cells.width))
    rows = listing.wrapped(_coloured(lines, layout.theme), columns)
    groups = _groups(lines)
    return TerminalLayout(layout, head, cells, rows, tuple(groups[row.line] for row in rows))


def _fit(scene: CommandScene, layout: Layout, head: Head) -> TerminalLayout | None:
    """Return the terminal as large as it fits and wraps few lines, or None."""
    candidates = [_lay_out(scene, layout, head, of) for of in (CARRIED_SIZES if scene.pages > 1 else SIZES)]
    return listing.choose(layout, [one for one in candidates if len(one.rows) <= one.most_rows])


def split(scene: CommandScene, layout: Layout) -> tuple[Scene, ...]:
    """Split into pages, before a command if possible."""
    if _fit(scene, layout, build_head(layout, scene)):
        return (scene,)
    whole = _lay_out(scene, layout, build_head(layout, scene, carried=True), CARRIED_SIZES[-1])

    def pause(at: int) -> float:
        return -1.0 if not whole.rows[at].begins else float(whole.groups[at] != whole.groups[at - 1])

    pages = cuts(len(whole.rows), whole.most_rows, pause)
    return tuple(scene.model_copy(update={"text": listing.text_of(whole.rows[page])}) for page in pages)


def layers(scene: CommandScene, layout: Layout, timing: SceneTiming) -> tuple[Layer | AnimatedLayer, ...]:
    head = build_head(layout, scene)
    terminal = _fit(scene, layout, head)
    if terminal is None:
        return ()
    body = head.body
    height = terminal.height if scene.pages > 1 else max(terminal.height, round(min(body.height * LEAST_WINDOW, terminal.height * 2.2)))
    card = Area(body.left, round(placed(body, height, carried=scene.pages > 1)), body.width, height)
    window = partial(_paint_window, layout=layout, card=card)
    han = fonts.han_face(scene.text)

    def paint(canvas: Canvas) -> None:
        window(canvas)
        _paint_rows(canvas, terminal=terminal, card=card, han=han)

    across, down = listing.pad(layout)
    origin = round(card.left + across), round(card.top + layout.px(BAR) + down)
    count = len(set(terminal.groups))
    spoken = spoken_from(scene, [""] * count, timing, read_out=False)
    script = type_rows(_typed_rows(scene, terminal), spoken, timing.duration, layout.settings.fps)
    typed = TypedText(layout, terminal.grid, origin, terminal.rows, script, paint)
    return head.layer(), Layer(window, 3, ENTRANCE_FRAMES - 3, layout.px(18)), typed.layer()


def _typed_rows(scene: CommandScene, terminal: TerminalLayout) -> list[TypedRow]:
    """Return what each row is: a command with so many columns of prompt, or what the terminal writes."""
    prompts: list[int | None] = []
    before = ""
    for line in _lines(scene.text):
        prompt = PROMPT.match(line)
        is_command = prompt is not None or before.endswith("\\")
        prompts.append(cell_grid.width(line[: prompt.end()]) if prompt else 0 if is_command else None)
        before = line if is_command else ""
    rows = []
    for row, group in zip(terminal.rows, terminal.groups, strict=True):
        prompt_columns = prompts[row.line]
        typed = None if prompt_columns is None else prompt_columns if row.begins else 0
        rows.append(TypedRow(group, row.indent, cell_grid.columns(row.cells), typed))
    return rows


def _paint_window(canvas: Canvas, *, layout: Layout, card: Area) -> None:
    listing.paint_card(canvas, layout, card)
    theme, edge = layout.theme, max(1, round(1.5 * layout.unit))
    y = card.top + layout.px(BAR)
    canvas.rectangle((card.left + edge, y, card.right - edge, y + edge), theme.edge)
    for n in range(3):
        canvas.circle((card.left + layout.px(30 + 26 * n), card.top + layout.px(BAR) / 2), 7 * layout.unit, theme.edge)


def _paint_rows(canvas: Canvas, *, terminal: TerminalLayout, card: Area, han: fonts.Face) -> None:
    across, down = listing.pad(terminal.layout)
    left, top = round(card.left + across), round(card.top + terminal.layout.px(BAR) + down)
    for n, row in enumerate(terminal.rows):
        terminal.grid.draw(canvas, left + row.indent * terminal.grid.width, top + n * terminal.grid.height, row.cells, han)
