"""A storyboard: the scenes that a script will become, with their words, lengths and pictures, without making the film."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Literal

from models.errors import VideogenError
from videogen import scenes
from videogen.errors.rendering import StageFailed
from videogen.pipeline.draft import QUIET, planned
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.language import choose_language
from videogen.pipeline.narration import NarratedScene, NarrationStage
from videogen.pipeline.parsing import Plan
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import StageWarning
from videogen.pipeline.script_files import drawn_of
from videogen.pipeline.titles import title_of
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key
from videogen.render.forked import ForkDied, Forked, ForkRaised
from videogen.render.scene import save_picture
from videogen.scenes.scene_clip import Look, Timing
from videogen.script import detect_format, options, read
from videogen.script.models import Options
from videogen.voices.none import reading_s

FEW = 3


@dataclass(frozen=True)
class StoryboardScene:
    """A planned scene, counted from 1: its line in the source, what is spoken, about how long it will last, and its last picture.

    The picture is a PNG in the cache, named by its content: a scene that did not change keeps its name. None: not drawn yet.
    """

    position: int
    kind: str
    title: str
    line: int | None
    narration: str
    estimate_s: float
    picture: Path | None


@dataclass(frozen=True)
class Storyboard:
    """A script's film before it is made. With a `problem` it would be refused as it stands, and `scenes` are those that can be read."""

    title: str
    options: Options
    scenes: tuple[StoryboardScene, ...]
    warnings: tuple[StageWarning, ...]
    problem: VideogenError | None = None
    unfinished: Literal["drawing", "too_long"] | None = None
    """Why pictures are missing: they are drawn when it is asked again, or drawing them was given up."""

    @property
    def estimate_s(self) -> float:
        return sum(scene.estimate_s for scene in self.scenes)

    def to_json(self) -> dict[str, Any]:
        """The storyboard as JSON values; a picture by its name in the cache."""
        return {
            "title": self.title,
            "seconds": round(self.estimate_s, 1),
            "options": self.options.model_dump(mode="json"),
            "warnings": [asdict(warning) for warning in self.warnings],
            "problem": self.problem and self.problem.as_dict(),
            "unfinished": self.unfinished,
            "scenes": [
                {
                    "position": scene.position,
                    "kind": scene.kind,
                    "title": scene.title,
                    "line": scene.line,
                    "narration": scene.narration,
                    "seconds": round(scene.estimate_s, 1),
                    "picture": scene.picture.name if scene.picture else None,
                }
                for scene in self.scenes
            ],
        }


def sketch(
    request: RenderRequest,
    *,
    line: int = 1,
    within_s: float = math.inf,
    at_most_s: float = math.inf,
    send_partial: Callable[[Storyboard], None] = lambda board: None,
) -> Storyboard:
    """Plans a request's film and draws one picture a scene, in `request.work`; only pictures that are not in the cache are drawn.

    The scenes nearest to `line` come first. When `within_s` is over no further picture is begun: asking again goes on from there. When
    `at_most_s` is over processes that still draw are ended, and their scenes have no picture. A script that is refused is no error here,
    but a storyboard that says why. `send_partial` gets storyboards without pictures on the way: one of the scenes as they are written,
    and one of the scenes as they are planned. They are what is left when this process is killed.
    """
    deadline, end = time.monotonic() + within_s, time.monotonic() + at_most_s
    cache = Cache(request.cache)
    request.work.mkdir(parents=True, exist_ok=True)
    if written := _written(request):
        send_partial(written)
    draft = planned(request)
    plan = draft.plan
    if plan is None:
        return Storyboard("", options.merge({}, {}, voice=request.voice, theme=request.theme), (), (), draft.problem)
    narration = NarrationStage().run(plan, QUIET)
    drawings = [
        StoryboardPicture(narrated, plan.look, _about(narrated, plan.script.options), request.work / f"scene-{narrated.position}.png")
        for narrated in narration.scenes
    ]
    send_partial(_board(plan, drawings, cache, draft.problem, "drawing"))
    wanted = [drawing for drawing in drawings if not cache.take(drawing.key, drawing.file)]
    wanted.sort(key=lambda drawing: abs((drawing.narrated.scene.line or 1) - line))
    complete = _draw_all(wanted, cache, request.render_processes, deadline, end)
    missing = any(not drawing.file.exists() for drawing in wanted)
    return _board(plan, drawings, cache, draft.problem, ("drawing" if complete else "too_long") if missing else None)


def _board(
    plan: Plan,
    drawings: Sequence[StoryboardPicture],
    cache: Cache,
    problem: VideogenError | None,
    unfinished: Literal["drawing", "too_long"] | None,
) -> Storyboard:
    sketched = tuple(_sketched(drawing, cache) for drawing in drawings)
    return Storyboard(plan.script.title, plan.script.options, sketched, plan.warnings, problem, unfinished)


def _written(request: RenderRequest) -> Storyboard | None:
    """The scenes as they are written, before any is measured; None when the script has a fault. It takes milliseconds."""
    try:
        document = InputStage().run(SubmittedScript(request.source, request.format or detect_format(request.source), request.assets), QUIET)
        reading = read(document.text, document.format, set_formulas=False)
        said = reading.script.options.model_dump(exclude_unset=True)
        chosen = choose_language(reading.script, options.merge(said, request.options, voice=request.voice, theme=request.theme)).options
    except VideogenError:
        return None
    narration = NarrationStage().run(Plan(reading.script.model_copy(update={"options": chosen}), ()), QUIET)
    scenes = (
        StoryboardScene(
            narrated.position,
            narrated.scene.kind,
            title_of(narrated.scene),
            narrated.scene.line,
            " ".join(narrated.sentences),
            narrated.estimate_s,
            None,
        )
        for narrated in narration.scenes
    )
    return Storyboard(reading.script.title, chosen, tuple(scenes), (), None, "drawing")


@dataclass(frozen=True)
class StoryboardPicture:
    """A scene's picture: when its words are spoken, about, and the file."""

    narrated: NarratedScene
    look: Look
    timing: Timing
    file: Path

    @property
    def key(self) -> Key:
        ingredients = {
            "scene": drawn_of(self.narrated.scene),
            "look": vars(self.look),
            "libraries": libraries(),
            "code": code("scenes", "media", "script"),
        }
        return key("sketch", "png", ingredients)


def _draw_all(drawings: Sequence[StoryboardPicture], cache: Cache, processes: int, deadline: float, end: float) -> bool:
    """Draws and caches until the deadline; many are shared out among processes, which are ended at `end`; a few are quicker drawn here.

    Returns whether none was ended.
    """
    if len(drawings) <= FEW:
        _draw_some(drawings, cache, deadline)
        return True
    forks = [Forked(partial(_drawing_share, drawings[share::processes], cache, deadline)) for share in range(processes)]
    complete = True
    try:
        for fork in forks:
            if wait([fork.connection], None if end == math.inf else max(0.0, end - time.monotonic())):
                fork.read()
            else:
                complete = False
        return complete
    except (ForkDied, ForkRaised) as error:
        raise StageFailed(f"The pictures could not be drawn: {error}") from error
    finally:
        for fork in forks:
            fork.stop()


def _drawing_share(drawings: Sequence[StoryboardPicture], cache: Cache, deadline: float, progress: Callable[[float], None]) -> None:
    _draw_some(drawings, cache, deadline)


def _draw_some(drawings: Sequence[StoryboardPicture], cache: Cache, deadline: float) -> None:
    """At least one, so that whoever asks again comes to the end."""
    for number, drawing in enumerate(drawings):
        if number and time.monotonic() > deadline:
            break
        _draw(drawing, cache)


def _draw(drawing: StoryboardPicture, cache: Cache) -> None:
    clip = scenes.clip(drawing.narrated.scene, drawing.look, drawing.timing)
    save_picture(clip.get_frame(drawing.timing.duration - 1 / drawing.look.fps), drawing.file)
    cache.put(drawing.key, drawing.file)


def _sketched(drawing: StoryboardPicture, cache: Cache) -> StoryboardScene:
    narrated = drawing.narrated
    picture = cache.path(drawing.key) if drawing.file.exists() else None
    scene = narrated.scene
    return StoryboardScene(
        narrated.position, scene.kind, title_of(scene), scene.line, " ".join(narrated.sentences), narrated.estimate_s, picture
    )


def _about(narrated: NarratedScene, options: Options) -> Timing:
    """When the sentences will be spoken, about: the last picture does not depend on it, as everything is there by then."""
    spoken = []
    end = options.lead_in_s + narrated.pause_s(0)
    for number, (_, text) in enumerate(narrated.lines, start=1):
        spoken.append((end, end + reading_s(text) / options.speed))
        end = spoken[-1][1] + narrated.pause_s(number, options.pause_s)
    return Timing(narrated.estimate_s, tuple(spoken))
