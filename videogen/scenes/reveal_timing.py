"""When the parts of a scene come in: each as its first word is spoken."""

from __future__ import annotations

from collections.abc import Sequence

from videogen.scenes.layout import REVEAL_FRAMES, Layout
from videogen.scenes.scene_clip import SceneTiming
from videogen.script import spoken_text
from videogen.script.models import Scene
from videogen.script.sentences import sentences

BODY_START = 3
"""The frame at which a body comes in, a little after its heading."""
AHEAD_FRAMES = 3
CASCADE_FRAMES = 3
FIRST_BEAT_S = 0.8
LETTERS_OF_A_PAUSE = {":": 5, ";": 4, ",": 3, "–": 4, "—": 4, "：": 3, "，": 2, "、": 2, "；": 2}
"""Marks at which a speaker pauses, each as long as so many letters."""


def starts(scene: Scene, units: Sequence[str], layout: Layout, timing: SceneTiming, *, read_out: bool = True) -> list[int]:
    """Return the frame at which each part appears: just before it is spoken, or one after the other if the timing is unknown.

    `units` is what each part suggests to say; they are not said themselves unless `read_out`.
    """
    spoken = spoken_from(scene, units, timing, read_out=read_out)
    last = max(BODY_START, int(timing.duration * layout.settings.fps) - REVEAL_FRAMES - 1)
    if spoken is None:
        step = CASCADE_FRAMES if len(units) <= 12 else 1
        return [min(last, BODY_START + step * n) for n in range(len(units))]
    return [min(last, max(BODY_START, round(second * layout.settings.fps) - AHEAD_FRAMES)) for second in spoken]


def spoken_from(scene: Scene, units: Sequence[str], timing: SceneTiming, *, read_out: bool = True) -> list[float] | None:
    """Return the second at which each part begins to be spoken, None if the narration does not tell.

    What is said by hand tells when it has as many sentences as there are parts, or one more to begin with. Else the sentences heard are
    matched with those that the scene suggests, with its heading or without; where their number is another one, time is shared out by
    length.
    """
    spoken = timing.sentences
    if not spoken or not units:
        return None
    if scene.say is not None or not read_out:
        more = len(spoken) - len(units)
        return [start for start, _ in spoken[more:]] if scene.say and more in (0, 1) else None
    heading, lead = spoken_text.heading(getattr(scene, "heading", "")), spoken_text.phrase(getattr(scene, "lead", ""))
    for opening in ([heading, lead], [lead]):
        before = [part for part in opening if part]
        suggested = sentences(" ".join([*before, *(unit for unit in units if unit)]))
        if len(suggested) == len(spoken):
            return _starts(before, units, suggested, spoken)
    start, end = spoken[0][0], spoken[-1][1]
    before = [part for part in (heading, lead) if part]
    text = " ".join([*before, *(unit for unit in units if unit)])
    return _starts(before, units, (text,), ((start, end),))


def spoken_from_body(scene: Scene, timing: SceneTiming) -> float:
    """Return the second at which what a scene shows begins to be spoken of, after its heading and its lead; 0 if nothing is said."""
    spoken = timing.sentences
    if not spoken:
        return 0.0
    parts = [spoken_text.heading(getattr(scene, "heading", "")), spoken_text.phrase(getattr(scene, "lead", ""))]
    before = sum(len(sentences(text)) for text in parts if text) if scene.say is None else 0
    return spoken[min(len(spoken) - 1, before)][0]


def beats(number: int, timing: SceneTiming) -> list[float]:
    """Return when each of `number` steps begins, in seconds: with a sentence if there are enough of them, else evenly until the end."""
    spoken = timing.sentences
    if len(spoken) == number + 1:
        spoken = spoken[1:]
    if len(spoken) >= number:
        return [spoken[n * len(spoken) // number][0] for n in range(number)]
    start = spoken[0][0] if spoken else min(FIRST_BEAT_S, timing.duration / 4)
    return [start + (timing.duration - start) * n / number for n in range(number)]


def _starts(before: Sequence[str], units: Sequence[str], spoken: Sequence[str], spans: Sequence[tuple[float, float]]) -> list[float]:
    """Return where each part begins, from its position among the characters of the narration."""
    ends: list[int] = []
    at = 0
    for sentence in spoken:
        at += _length(sentence)
        ends.append(at)
    position = sum(map(_length, before))
    starts: list[float] = []
    for unit in units:
        n = next((n for n, end in enumerate(ends) if position < end), len(ends) - 1)
        first = ends[n - 1] if n else 0
        share = min(1.0, (position - first) / max(1, ends[n] - first))
        starts.append(spans[n][0] + share * (spans[n][1] - spans[n][0]))
        position += _length(unit)
    return starts


def _length(text: str) -> int:
    """Return how long a text takes to say, in letters: speakers pause at a colon, a comma or a dash."""
    return sum(LETTERS_OF_A_PAUSE.get(letter, 1) for letter in text if not letter.isspace())
