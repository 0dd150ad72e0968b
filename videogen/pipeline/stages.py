"""The six stages of a video with labels and weights. Light: processes that never render import it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StageInfo:
    """A stage's name in the log, its label for people, and its share of the overall progress (weights sum to 1)."""

    name: str
    label: str
    weight: float


STAGES = (
    StageInfo("input", "Reading", 0.01),
    StageInfo("parsing", "Planning scenes", 0.02),
    StageInfo("narration", "Writing narration", 0.02),
    StageInfo("audio", "Speaking", 0.25),
    StageInfo("video", "Drawing", 0.60),
    StageInfo("output", "Finishing", 0.10),
)
STAGE = {stage.name: stage for stage in STAGES}
