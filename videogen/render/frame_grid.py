"""Lengths at which a picture frame and a sound frame end together, so that segments join without a gap."""

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
        """48 kHz is a whole number of samples for every rate that `Options.fps` takes."""
        return RATE_HZ // self.fps

    @property
    def step(self) -> int:
        """Frames from one common end to the next."""
        return lcm(self.samples_a_frame, AAC_FRAME) // self.samples_a_frame

    def frames(self, seconds: float) -> int:
        """The least number of frames on the grid that lasts `seconds`; at least one step."""
        whole = ceil(round(seconds * self.fps, 6) / self.step)
        return max(1, whole) * self.step

    def samples(self, frames: int) -> int:
        return frames * self.samples_a_frame

    def seconds(self, frames: int) -> float:
        return frames / self.fps
