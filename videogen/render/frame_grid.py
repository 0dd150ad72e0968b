"""Lengths at which a video frame and an AAC frame end together, so that segments join without a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

from videogen.voices.wav import RATE_HZ

__all__ = ["AAC_FRAME", "RATE_HZ", "FrameGrid"]

AAC_FRAME = 1024  # samples of one AAC frame; also what the encoder's priming takes and what must be silent at a segment's start
MAX_STEP_S = 3
"""Of a rate whose frames and AAC frames end together more seldom, the sound is encoded for the whole video at once."""


@dataclass(frozen=True)
class FrameGrid:
    """The grid of a frame rate: 16 frames and 25 AAC frames at 30 a second. The rates of NTSC are fractions."""

    fps: int | Fraction

    @property
    def _common_frames(self) -> int:
        """Return the number of frames after which a frame and an AAC frame end together."""
        samples = Fraction(RATE_HZ) / self.fps
        whole = lcm(samples.numerator, AAC_FRAME * samples.denominator)
        return whole // samples.numerator

    @property
    def joins(self) -> bool:
        """Whether the sound of segments can be joined: frames and AAC frames end together often enough."""
        return self._common_frames <= MAX_STEP_S * self.fps

    @property
    def step(self) -> int:
        """Return the number of frames between two common ends; 1 where the sound of segments is not joined."""
        return self._common_frames if self.joins else 1

    def frames(self, seconds: float) -> int:
        """Return the least number of frames on the grid that lasts `seconds`, at least one step."""
        whole = ceil(round(seconds * float(self.fps), 6) / self.step)
        return max(1, whole) * self.step

    def samples(self, frames: int) -> int:
        """Return how many samples last as long as frames, to the nearest one."""
        return round(frames * RATE_HZ / self.fps)

    def samples_of(self, lengths: Iterable[int]) -> Iterator[int]:
        """Yield the samples of scenes, one after another, by their frames: nothing drifts, whatever is rounded."""
        start = 0
        for frames in lengths:
            yield self.samples(start + frames) - self.samples(start)
            start += frames

    def seconds(self, frames: int) -> float:
        return float(frames / self.fps)
