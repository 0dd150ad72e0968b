"""For whom a video is paced: how fast is spoken, how long the pauses are, and how long what is only shown stays."""

from __future__ import annotations

from typing import Literal, NamedTuple

Pace = Literal["usual", "children", "learners", "experts"]


class Tempo(NamedTuple):
    """Factors of a pace: on the rate of speech, on the pauses between sentences, and on the time to read silently."""

    rate: float = 1.0
    pauses: float = 1.0
    reading: float = 1.0


TEMPOS: dict[Pace, Tempo] = {
    "usual": Tempo(),
    "children": Tempo(rate=0.85, pauses=2.0, reading=1.5),
    "learners": Tempo(rate=0.8, pauses=2.5, reading=1.35),
    "experts": Tempo(rate=1.15, pauses=0.6, reading=0.85),
}
"""By pace. Learners are those of the language, who need every word; children need time to think after a sentence."""
