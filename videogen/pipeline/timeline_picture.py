"""A timeline drawn as SVG by matplotlib: one row a stage, attempts as bands behind them, scenes as ticks.

Text stays text, and the colours follow the reader's light or dark theme. Nothing that a person wrote is in it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from videogen.pipeline.stages import STAGES
from videogen.pipeline.task_timeline import AttemptSpan, Outcome, SceneTick, StageSpan, Timeline, TimelineMark, read
from videogen.pipeline.timeline_scale import NO_WAIT_S, ScaledSpan, TimeScale

# Each colour by its name on the pages: as it is on light paper, and on dark. The drawing is made in the light ones.
COLOURS: Mapping[str, tuple[str, str]] = {
    "ink": ("#1b1c1e", "#e9eaec"),
    "ink-soft": ("#55585d", "#b0b4bb"),
    "ink-faint": ("#6c6f75", "#969ba4"),
    "line": ("#dcdcd6", "#34383f"),
    "band": ("#f1f1ee", "#22252a"),
    "accent": ("#3451c7", "#93a8ff"),
    "accent-soft": ("#b3c0f2", "#465490"),
    "good": ("#1d7348", "#6fd09b"),
    "bad": ("#b3261e", "#ff9389"),
    "warn": ("#855800", "#e9bd66"),
    "surface": ("#ffffff", "#1a1c20"),
}
INK, SOFT, FAINT, LINE, BAND, ACCENT, ACCENT_SOFT, GOOD, BAD, WARN, _ = (light for light, _ in COLOURS.values())
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"
OUTCOME_COLOURS: Mapping[Outcome, str] = {
    "running": ACCENT,
    "completed": ACCENT,
    "failed": BAD,
    "lost": WARN,
    "requeued": FAINT,
    "cancelled": FAINT,
}
OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    "running": ("going on", SOFT),
    "completed": ("done", GOOD),
    "failed": ("failed", BAD),
    "lost": ("lost", WARN),
    "requeued": ("put back", SOFT),
    "cancelled": ("cancelled", SOFT),
}
MARKS: Mapping[str, tuple[str, str]] = {
    "task.held": ("no room on the disk", WARN),
    "task.stalled": ("stalled", WARN),
    "task.warning": ("warning", WARN),
    "task.cancelling": ("cancel asked for", SOFT),
    "task.retried": ("tried again", SOFT),
}

VIDEO_STAGES = {stage.name: stage.label for stage in STAGES}
SCENES_BELOW = "video"
"""The stage whose scenes have a row of their own, below it."""
WIDTH = 840
LEFT, RIGHT = 126, WIDTH - 12
TOP, ROW, FOOT = 46, 30, 30
BAR, TICK_WIDTH = 12, 2
SIZE, SMALL, TINY = 12, 11, 9.5


def timeline(request: Mapping[str, Any]) -> dict[str, str]:
    """Return the drawing {svg} of the events {events} of one task, whose stages are {stages: {name: label}}, by default those of videos."""
    return {"svg": draw(read(request["events"]), request.get("stages", VIDEO_STAGES))}


def draw(line: Timeline, stages: Mapping[str, str] = VIDEO_STAGES) -> str:
    """Return the timeline as an SVG document, 840 units wide.

    `stages` are the labels of the task's stages by name, in order.
    """
    if not line.attempts and line.until == 0:
        line.until = 1.0
    rows = list(stages)
    if line.ticks or stages == VIDEO_STAGES:
        rows.insert(rows.index(SCENES_BELOW) + 1 if SCENES_BELOW in rows else len(rows), "scenes")
    rows += ["marks"] if line.marks else []
    height = TOP + ROW * len(rows) + FOOT
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "videogen", "font.size": SIZE}):
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)  # the canvas by itself: pyplot would choose a window system
        axes = figure.add_axes((0, 0, 1, 1), frameon=False)
        axes.set(xlim=(0, WIDTH), ylim=(height, 0), xticks=[], yticks=[])
        TimelinePicture(axes, line, rows, stages).draw()
        file = io.StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return themed(file.getvalue())


class TimelinePicture:
    """Draws a timeline into axes whose unit is a pixel, with y downwards."""

    def __init__(self, axes: Axes, line: Timeline, rows: Sequence[str], stages: Mapping[str, str]) -> None:
        self.axes, self.line, self.rows, self.stages = axes, line, rows, stages
        self.bottom = TOP + ROW * len(rows)
        self.scale = TimeScale(line, LEFT, RIGHT)

    def draw(self) -> None:
        for attempt in self.line.attempts:
            self.attempt(attempt)
        if not self.line.attempts:
            self.text((LEFT + RIGHT) / 2, (TOP + self.bottom) / 2, "Waiting for a worker", SOFT, anchor="center")
        else:
            self.waits()
            self.axis()
        for row in self.rows:
            self.row(row)
        for bar in self.line.bars:
            if bar.stage in self.rows:
                self.bar(bar)
        self.scenes(self.line.ticks)
        self.marks(self.line.marks)

    def attempt(self, attempt: AttemptSpan) -> None:
        """Draw a band behind all rows; above it the attempt's number, how it ended, and its duration."""
        end = self.line.until if attempt.end is None else attempt.end
        left, right = self.scale(attempt.start), self.scale(end)
        self.axes.add_patch(Rectangle((left, TOP), max(right - left, 2), self.bottom - TOP, facecolor=BAND, linewidth=0))
        width, took = right - left, seconds(end - attempt.start)
        word, colour = OUTCOMES[attempt.outcome]
        self.fitting(left + 2, TOP - 25, width, (f"Attempt {attempt.number}", f"{attempt.number}"), INK, weight="bold")
        verb = "for" if attempt.outcome == "running" else "in" if attempt.outcome == "completed" else "after"
        self.fitting(left + 2, TOP - 10, width, (f"{word} {verb} {took}", word), colour)

    def waits(self) -> None:
        for span in self.scale.spans:
            if not span.works and span.end - span.start >= NO_WAIT_S:
                self.wait(span)

    def wait(self, span: ScaledSpan) -> None:
        """Draw a wait with its label on the side, and three dots where it is drawn shorter than it was."""
        middle = (span.left + span.right) / 2
        text = f"waited {seconds(span.end - span.start)}"
        self.text(middle, (TOP + self.bottom) / 2, text, FAINT, anchor="center", size=SMALL, rotation=90)
        if span.cut:
            self.text(middle, self.bottom + 16, "· · ·", FAINT, anchor="center", size=SMALL)

    def axis(self) -> None:
        """Draw the axis: seconds since the work began."""
        for number, x in self.scale.marks(apart=64):
            self.axes.plot([x, x], [TOP, self.bottom + 4], color=LINE, linewidth=1, zorder=1)
            self.text(x, self.bottom + 16, moment(number), FAINT, anchor="right" if x > RIGHT - 16 else "center", size=SMALL)

    def row(self, row: str) -> None:
        label = self.stages.get(row) or {"scenes": "Scenes" if self.stages == VIDEO_STAGES else "Items", "marks": "Also"}[row]
        self.text(LEFT - 16, self.middle(row), label, SOFT if row in self.stages else FAINT, anchor="right")

    def bar(self, bar: StageSpan) -> None:
        end = self.line.until if bar.end is None else bar.end
        left, right, y = self.scale(bar.start), self.scale(end), self.middle(bar.stage)
        width, colour = max(right - left, 3.0), OUTCOME_COLOURS[bar.outcome]
        whole = bar.outcome == "completed"
        box = FancyBboxPatch(
            (left, y - BAR / 2),
            width,
            BAR,
            boxstyle=f"round,pad=0,rounding_size={min(3.0, width / 2)}",
            facecolor=colour if whole or bar.outcome == "failed" else ACCENT_SOFT,
            edgecolor=colour,
            linewidth=0 if whole or bar.outcome == "failed" else 1.2,
            zorder=3,
        )
        self.axes.add_patch(box)
        words = self.words(bar, end)
        self.beside(left, left + width, y, words, self.free_right(bar, left + width), self.free_left(bar, left))

    def words(self, bar: StageSpan, end: float) -> tuple[str, ...]:
        took = seconds(end - bar.start)
        if (bar.made or 0) + (bar.reused or 0) < 2:
            return (took,)
        counts = ", ".join([f"{bar.made} made"] * bool(bar.made) + [f"{bar.reused} reused"] * bool(bar.reused))
        return (f"{took} · {counts}", took)

    def beside(self, left: float, right: float, y: float, words: Sequence[str], free_right: float, free_left: float) -> None:
        """Write the longest text that fits: after the bar, or before it."""
        for word in words:
            if width_of(word, SMALL) + 8 <= free_right - right:
                return self.text(right + 6, y, word, SOFT, size=SMALL)
            if width_of(word, SMALL) + 8 <= left - free_left:
                return self.text(left - 6, y, word, SOFT, anchor="right", size=SMALL)
        return None

    def free_right(self, bar: StageSpan, right: float) -> float:
        return min((edge for edge in self.lefts(bar.stage) if edge >= right - 1), default=RIGHT)

    def free_left(self, bar: StageSpan, left: float) -> float:
        return max((edge for edge in self.rights(bar.stage) if edge <= left + 1), default=LEFT)

    def lefts(self, stage: str) -> list[float]:
        """Return where something else may begin in a stage's row: other bars, and the words of waits."""
        return [self.scale(bar.start) for bar in self.line.bars if bar.stage == stage] + self.edges("left")

    def rights(self, stage: str) -> list[float]:
        ends = [self.line.until if bar.end is None else bar.end for bar in self.line.bars if bar.stage == stage]
        return [self.scale(end) for end in ends] + self.edges("right")

    def edges(self, side: str) -> list[float]:
        return [float(getattr(span, side)) for span in self.scale.spans if not span.works]

    def scenes(self, ticks: Sequence[SceneTick]) -> None:
        """Draw a tick when a scene was ready, pale if it came from the cache.

        Ticks of one moment stand side by side, with numbers if they fit.
        """
        y, last, numbered = self.middle("scenes"), float("-inf"), float("-inf")
        for tick in ticks:
            x = min(max(self.scale(tick.at), last + TICK_WIDTH + 1.5), RIGHT)
            colour = ACCENT_SOFT if tick.reused else ACCENT
            self.axes.add_patch(Rectangle((x - 1, y - 11), TICK_WIDTH, 11, facecolor=colour, linewidth=0, zorder=3))
            last = x
            half = width_of(str(tick.position), TINY) / 2
            if x - half > numbered + 7:
                self.text(x, y + 6.5, str(tick.position), FAINT, anchor="center", size=TINY)
                numbered = x + half

    def marks(self, marks: Sequence[TimelineMark]) -> None:
        written = float("-inf")
        for mark in marks:
            x, y = self.scale(mark.at), self.middle("marks")
            word, colour = MARKS[mark.type]
            self.axes.plot([x], [y], marker="o", markersize=6, color=colour, linewidth=0, zorder=4)
            after = x + 8 + width_of(word, SMALL)
            if x - 7 > written and after <= RIGHT:
                self.text(x + 8, y, word, colour, size=SMALL)
                written = after
            elif x - 8 - width_of(word, SMALL) > written:
                self.text(x - 8, y, word, colour, anchor="right", size=SMALL)
                written = x

    def middle(self, row: str) -> float:
        return TOP + ROW * (self.rows.index(row) + 0.5)

    def fitting(self, x: float, y: float, width: float, texts: Sequence[str], colour: str, **style: Any) -> None:
        """Write the first of the texts that fits the width, if any."""
        if text := next((text for text in texts if width_of(text, SIZE) <= width), None):
            self.text(x, y, text, colour, **style)

    def text(self, x: float, y: float, text: str, colour: str, anchor: str = "left", size: float = SIZE, **style: Any) -> None:
        vertical = "center" if style.get("rotation") else "center_baseline"
        self.axes.text(x, y, text, color=colour, ha=anchor, va=vertical, fontsize=size, parse_math=False, zorder=5, **style)


def themed(svg: str) -> str:
    """Return the same drawing in the reader's theme and font: every colour gets its name, and the names their two values."""
    names = {light: name for name, (light, _) in COLOURS.items()}
    svg = re.sub(r"(fill|stroke): (#[0-9a-f]{6})", lambda match: f"{match[0]}; {match[1]}: var(--{names[match[2]]}, {match[2]})", svg)
    svg = re.sub(r"font: ([^;\"]*?px) [^;\"]*", rf"font: \1 {FONT}", svg)
    light, dark = ("; ".join(f"--{name}: {values[theme]}" for name, values in COLOURS.items()) for theme in (0, 1))
    style = f"<style>:root {{ {light}; background: var(--surface) }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}</style>"
    return re.sub(r"(<svg [^>]*>)", rf"\1\n {style}", svg, count=1)


def width_of(text: str, size: float) -> float:
    """Estimate the width of a text, whichever font draws it."""
    return 0.58 * size * len(text)


def seconds(length: float) -> str:
    """Format a duration: 0.4 s, 12 s, 1 min 12 s, 2 h 05 min."""
    if length < 0.05:
        return "<0.1 s"
    if length < 9.95:
        return f"{length:.1f} s"
    whole = round(length)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole // 60 % 60:02} min"


def moment(at: float) -> str:
    """Return a number of seconds on the axis: 0, 0.5 s, 20 s, 1:30, 1:00:00."""
    if at < 60:
        return f"{at:g} s" if at else "0"
    whole = round(at)
    return f"{whole // 60}:{whole % 60:02}" if whole < 3600 else f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
