"""Lengths at which a video frame and an AAC frame end together, so that segments join without a gap."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, lcm

from videogen.voices.wav import RATE_HZ

__all__ = ["AAC_FRAME", "RATE_HZ", "FrameGrid"]

AAC_FRAME = 1024  # samples of one AAC frame; also what the encoder's priming takes and what must be silent at a segment's start


@dataclass(frozen=True)
class FrameGrid:
    """The grid of a frame rate: 16 frames and 25 AAC frames at 30 a second."""

    fps: int

    @property
    def samples_a_frame(self) -> int:
        """Return the samples per video frame: a whole number for every rate that `Options.fps` allows."""
        return RATE_HZ // self.fps

    @property
    def step(self) -> int:
        """Return the number of frames between two common ends."""
        return lcm(self.samples_a_frame, AAC_FRAME) // self.samples_a_frame

    def frames(self, seconds: float) -> int:
        """Return the least number of frames on the grid that lasts `seconds`, at least one step."""
        whole = ceil(round(seconds * self.fps, 6) / self.step)
        return max(1, whole) * self.step

    def samples(self, frames: int) -> int:
        return frames * self.samples_a_frame

    def seconds(self, frames: int) -> float:
        return frames / self.fps
