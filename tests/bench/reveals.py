"""How far from its word a part of a scene comes in: ten scripts, rendered, and their videos looked at frame by frame.

The scripts are spoken by espeak-ng, whose library says when each word begins (word_times.py). A part has come in when half of the
change in its place is there; its word is the first one of what it says. Where a video shows a part, and for how long it grows in, is read
from the decoded frames; only the place is the layout's.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.bench.row import Row
from tests.bench.word_times import word_times
from videogen.pipeline.audio import AudioStage, SpokenScene
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.narration import NarrationStage
from videogen.pipeline.parsing import ParsingStage
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import Reporter
from videogen.pipeline.runner import render_video
from videogen.render.cache import Cache
from videogen.scenes import KINDS, RenderSettings
from videogen.scenes.drawing.compositor import Compositor
from videogen.scenes.layout import Layer, Layout
from videogen.script import spoken_text
from videogen.script.models import (
    CheckpointScene,
    ColumnsScene,
    LearningObjectivesScene,
    ListScene,
    QuizScene,
    Scene,
    StepsScene,
    TableScene,
    TimelineScene,
)
from videogen.voices.espeak import ALSO_CALLED

AIM_S = 0.15
HALF = 0.5
SETTLED_S = 1.0
"""How long after its word a part is there in full, and has not changed again, as the right option of a quiz does."""
OPTIONS = {"voice": "espeak", "height": 270, "transition": "cut", "cfr": True}

SCRIPTS = {
    "points": """
# Rain

## Where rain begins

- Warm air rises from the sea
- It cools, and drops form around dust
- The drops grow until they fall

## What you need

A rain gauge asks for little:

- a bottle
- a ruler
- patience
""",
    "points below points": """
# A garden

## Before spring

- Tools:
  - a spade
  - a rake
- Seeds: beans, peas and radishes
- Soil. It should crumble in your hand
""",
    "steps": """
# Bread

## Four things to do

1. **Mix** flour, water and salt
2. **Wait**: the dough doubles in two hours
3. **Shape** a loaf
4. **Bake** it until the crust sounds hollow
""",
    "columns": """
# Two ways by train

## Night or day

::: columns

### By night

You sleep, and arrive in the morning.

- A berth costs extra

### By day

You see the mountains.

- Seats are cheaper
- Meals are not

:::
""",
    "a timeline": """
# Maps

## How maps grew

::: timeline

- **150**: Ptolemy lists eight thousand places
- **1569**: Mercator keeps angles true. Sailors are grateful
- **1972**: A satellite looks down

:::
""",
    "a quiz": """
# A question

## What do you remember?

::: quiz 3 s

Which of these planets has the longest day?

- [ ] Mars
- [x] Venus
- [ ] Earth

It turns once in two hundred and forty three of our days.

:::
""",
    "a table with a sentence a row": """
# Tides

## Where the sea moves most

| Place | Metres |
|---|---:|
| Bay of Fundy | 16 |
| Severn | 15 |
| Naples | 0.3 |

<!-- say: The Bay of Fundy has sixteen metres. The Severn comes close. In Naples you hardly see it. -->
""",
    "objectives and what is done": """
# A lesson

## What you will learn

::: objectives

- **Read** a contour line
- **Find** north without a compass
- **Walk** back the way you came

:::

## So far

::: checkpoint

- [x] Contours
- [x] North by the sun
- [ ] The way back

:::
""",
    "German": """
---
language: de
---

# Bienen

## Was eine Biene tut

- Sie sammelt Nektar, bis der Magen voll ist
- Sie tanzt: die anderen lesen daraus den Weg
- Am Abend fächelt sie den Honig trocken

## Im Jahr

1. **Frühling**. Das Volk wächst
2. **Sommer**. Die Waben füllen sich
3. **Winter**. Alle rücken zusammen
""",
    "icons on cards": """
# A boat

## Why wood

- 🪵 **Warm**: it does not sweat in the cold
- 🔧 **Mended** with what grows on the shore
- 🌊 **Alive**: it gives a little in each wave
""",
}
"""By what is in them."""


@dataclass(frozen=True)
class Reveal:
    """A part of a scene: the second at which its word is spoken, and those at which the part begins to be seen, and is half there."""

    script: str
    words: str
    spoken_s: float
    begins_s: float
    half_s: float

    @property
    def off_s(self) -> float:
        return self.half_s - self.spoken_s


def measure(*, quick: bool = False) -> list[Row]:
    reveals = [reveal for name in list(SCRIPTS)[: 2 if quick else None] for reveal in reveals_of(name)]
    off = sorted(abs(reveal.off_s) for reveal in reveals)
    worst = max(reveals, key=lambda reveal: abs(reveal.off_s))
    how = f"{len(reveals)} parts of {2 if quick else len(SCRIPTS)} scripts, half there against its first word; worst: {worst.words[:40]}"
    within = sum(one <= AIM_S for one in off) / len(off)
    return [
        Row("reveals: off their word, median", f"{off[len(off) // 2]:.2f} s", f"{AIM_S} s", how),
        Row("reveals: off their word, most", f"{off[-1]:.2f} s", f"{AIM_S} s", f"{within:.0%} within {AIM_S} s"),
    ]


def reveals_of(name: str) -> Iterator[Reveal]:
    """Render a script, and yield what its video shows."""
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        render_video(RenderRequest(SCRIPTS[name].lstrip(), work, work / "cache", options=OPTIONS, render_processes=1), lambda _: None)
        spoken = _speak(SCRIPTS[name].lstrip(), work)
        frames = _frames(work / "out" / "video.mp4")
    first = 0
    for scene in spoken.scenes:
        yield from _reveals_in(name, scene, spoken, frames[first : first + scene.frames])
        first += scene.frames


@dataclass(frozen=True)
class Spoken:
    scenes: Sequence[SpokenScene]
    look: RenderSettings
    language: str


def _speak(source: str, work: Path) -> Spoken:
    """Take a script through the stages up to its sound, which is in the cache."""
    report = Reporter("audio", lambda _: None, work)
    document = InputStage().run(SubmittedScript(source, "markdown", {}), report)
    plan = ParsingStage(OPTIONS, "espeak", "slate", work).run(document, report)
    sounds = work / "again"
    sounds.mkdir()
    scenes = AudioStage(Cache(work / "cache"), sounds).run(NarrationStage().run(plan, report), report)
    return Spoken(sorted(scenes, key=lambda scene: scene.narrated.position), plan.look, plan.script.options.language)


def _frames(file: Path) -> NDArray[np.uint8]:
    """Decode the brightness of all frames."""
    with av.open(str(file)) as video:
        return np.stack([frame.to_ndarray(format="gray") for frame in video.decode(video=0)])


def _reveals_in(name: str, spoken: SpokenScene, script: Spoken, frames: NDArray[np.uint8]) -> Iterator[Reveal]:
    scene = spoken.narrated.scene
    units = [unit for unit in _units(scene) if unit]
    if isinstance(scene, TableScene) and scene.say:  # a sentence a row
        units = [sentence.text for sentence in spoken.sentences][-len(scene.rows) :]
    if not units or not spoken.sentences:
        return
    layout = Layout(script.look)
    layers = [layer for layer in KINDS[scene.kind].layers(scene, layout, spoken.timing) if isinstance(layer, Layer)]
    for unit, layer, second in zip(units, _layers_of(scene, layers), _spoken_at(units, spoken, script.language), strict=True):
        ink = Compositor(layout, (layer,)).ink()
        assert ink is not None
        left, top, right, bottom = (round(edge) for edge in ink)
        place = frames[:, top:bottom, left:right].astype(np.int16)
        change = np.abs(place - place[0]).mean(axis=(1, 2))
        fps = float(script.look.fps)
        share = change / change[min(len(change) - 1, round((second + SETTLED_S) * fps))]
        begins, half = (int(np.argmax(share >= least)) for least in (0.04, HALF))
        yield Reveal(name, unit, second, begins / fps, half / fps)


def _units(scene: Scene) -> list[str]:
    """Return what each part of a scene says that comes in by itself."""
    match scene:
        case ListScene() | LearningObjectivesScene() | CheckpointScene():
            return [spoken_text.point(item) for item in scene.items]
        case StepsScene():
            return [spoken_text.step(step) for step in scene.steps]
        case ColumnsScene():
            return [spoken_text.column(column) for column in scene.columns]
        case TimelineScene():
            return [spoken_text.event(event) for event in scene.events]
        case QuizScene():
            return [spoken_text.option(n, option) for n, option in enumerate(scene.options)]
    return []


def _layers_of(scene: Scene, layers: Sequence[Layer]) -> Sequence[Layer]:
    """Return the layers of those parts: after the heading, of a table after its header, of a quiz after the question."""
    if isinstance(scene, QuizScene):
        return layers[2 : 2 + len(scene.options)]
    return layers[2:] if isinstance(scene, TableScene) else layers[1:]


def _spoken_at(units: Sequence[str], spoken: SpokenScene, language: str) -> Iterator[float]:
    """Yield when the first word of each unit is spoken: units are found among the words of the narration, one after the other."""
    words: list[tuple[str, float]] = []
    for sentence, (_, aloud) in zip(spoken.sentences, spoken.narrated.lines, strict=True):
        for at, seconds in word_times(aloud, ALSO_CALLED.get(language, language)):
            words.append((_letters(aloud[at:]), sentence.start + seconds))
    n = 0
    for unit in units:
        start = _letters(unit)[:8]
        n = next(k for k in range(n, len(words)) if words[k][0].startswith(start[: len(words[k][0])]) and words[k][0])
        yield words[n][1]
        n += 1


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()
