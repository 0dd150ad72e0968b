"""From seconds to places across a drawing: work is in proportion, and long waits are cut short."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from videogen.pipeline.task_timeline import Timeline

LONGEST_WAIT = 60.0
SHORTEST_WAIT = 20.0
# A wait that nobody notices needs no room for words.
NO_WAIT_S = 0.5
SHORTEST_WORK_S = 0.01
WAITS_AT_MOST = 0.5
STEPS = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    14400,
    28800,
    86400,
)


@dataclass(frozen=True)
class ScaledSpan:
    """A span of time and its place; `cut`: a wait that is drawn much shorter than it was."""

    start: float
    end: float
    left: float
    right: float
    works: bool
    cut: bool = False


class TimeScale:
    """Where each moment of a timeline lies between `left` and `right`."""

    def __init__(self, line: Timeline, left: float, right: float) -> None:
        self.begin = line.attempts[0].start if line.attempts else 0.0
        times = list(_times(line))
        work_s = max(sum(end - start for start, end, works in times if works), SHORTEST_WORK_S)
        waits = [end - start for start, end, works in times if not works]
        span = right - left
        widths = [0.0] * len(waits)
        # The wider the waits, the less room has the work, and the narrower would the waits be: two rounds are near enough.
        for _ in range(2):
            self.per_s = (span - sum(widths)) / work_s
            widths = [_wait_width(wait_s, self.per_s) for wait_s in waits]
            shrink = min(WAITS_AT_MOST * span / max(sum(widths), 1.0), 1.0)
            widths = [width * shrink for width in widths]
        self.per_s = (span - sum(widths)) / work_s
        self.spans: list[ScaledSpan] = []
        for start, end, works in times:
            to_scale = (end - start) * self.per_s
            width = to_scale if works else widths.pop(0)
            self.spans.append(ScaledSpan(start, end, left, left + width, works, width < 0.7 * to_scale))
            left += width

    def __call__(self, at: float) -> float:
        """Return the place of a moment; one before or after everything lies at the edge."""
        span = self.spans[max(bisect_right([span.start for span in self.spans], at) - 1, 0)]
        if at >= span.end or span.end == span.start:
            return span.right
        return span.left + (span.right - span.left) * max(at - span.start, 0.0) / (span.end - span.start)

    def marks(self, apart: float) -> Iterator[tuple[float, float]]:
        """Yield round numbers of seconds since the work began with their positions, at least `apart` from each other."""
        step = next((step for step in STEPS if step * self.per_s >= apart), STEPS[-1])
        last = float("-inf")
        for span in self.spans:
            if not span.works:
                continue
            number = -((self.begin - span.start) // step)
            while self.begin + number * step <= span.end:
                x = self(self.begin + number * step)
                if x - last >= apart * 0.9:
                    yield number * step, x
                    last = x
                number += 1


def _times(line: Timeline) -> Iterator[tuple[float, float, bool]]:
    """Yield the attempts and the waits between them: start, end, whether it is work."""
    at = 0.0
    for attempt in line.attempts:
        if attempt.start > at:
            yield at, attempt.start, False
        at = line.until if attempt.end is None else attempt.end
        yield attempt.start, at, True
    waits = not line.attempts or line.attempts[-1].outcome in ("lost", "requeued")
    if waits:
        yield at, max(line.until, at), False


def _wait_width(seconds: float, per_s: float) -> float:
    return min(max(seconds * per_s, SHORTEST_WAIT if seconds >= NO_WAIT_S else 0.0), LONGEST_WAIT)
