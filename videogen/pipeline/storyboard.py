"""Storyboards: the scenes of a script with their narration, estimated lengths and pictures, without rendering the video."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Literal

from models.errors import VideogenError
from videogen import scenes
from videogen.errors.rendering import StageFailed
from videogen.pipeline.cover import Cover
from videogen.pipeline.draft import plan_draft
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.language import choose_language
from videogen.pipeline.narration import NarratedScene, Narration, NarrationStage
from videogen.pipeline.parsing import Plan
from videogen.pipeline.ready_scenes import ReadyScenes, find_ready
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import SILENT_REPORTER, StageWarning
from videogen.pipeline.script_files import picture_ingredients
from videogen.pipeline.titles import title_of
from videogen.pipeline.versions import code, libraries
from videogen.pipeline.video_stage import VideoStage
from videogen.render.cache import Cache, Key, key
from videogen.render.forked import ForkDied, Forked, ForkRaised
from videogen.render.render_slots import Budget
from videogen.render.scene import save_picture
from videogen.scenes.scene_clip import RenderSettings, SceneTiming
from videogen.script import detect_format, options, read
from videogen.script.video_options import Options
from videogen.voices.none import reading_s

FORK_ABOVE = 3
READY_WITHIN_S = 0.3
"""How long is looked for scenes that are ready. Those that are not looked at count as not ready."""
NOTHING_READY = ReadyScenes()


@dataclass(frozen=True)
class StoryboardScene:
    """A planned scene. `position` counts from 1, `line` is its line in the source, `estimate_s` its estimated length.

    `picture` is a PNG of its last frame in the cache, named by its content: an unchanged scene keeps the name. None: not drawn yet.
    `is_spoken` and `is_rendered` say whether the cache has its narration, and the scene as it will be in the video.
    """

    position: int
    kind: str
    title: str
    line: int | None
    narration: str
    estimate_s: float
    picture: Path | None
    is_spoken: bool = False
    is_rendered: bool = False


@dataclass(frozen=True)
class Storyboard:
    """A video before it is rendered. With a `problem` the script would be refused, and `scenes` are those that can be read."""

    title: str
    options: Options
    scenes: tuple[StoryboardScene, ...]
    warnings: tuple[StageWarning, ...]
    problem: VideogenError | None = None
    unfinished: Literal["drawing", "too_long"] | None = None
    """Why pictures are missing: `drawing`: the next request continues; `too_long`: drawing them was given up."""

    @property
    def estimate_s(self) -> float:
        return sum(scene.estimate_s for scene in self.scenes)

    def to_json(self) -> dict[str, Any]:
        """Return the storyboard as JSON values; pictures by their names in the cache."""
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
                    "spoken": scene.is_spoken,
                    "rendered": scene.is_rendered,
                }
                for scene in self.scenes
            ],
        }


def draw_storyboard(
    request: RenderRequest,
    *,
    line: int = 1,
    within_s: float = math.inf,
    at_most_s: float = math.inf,
    send_partial: Callable[[Storyboard], None] = lambda board: None,
) -> Storyboard:
    """Plan a video and draw one picture per scene into `request.work`, unless the cache has it.

    Scenes nearest to `line` come first. After `within_s` no further picture is started; the next call continues. After `at_most_s`
    processes that still draw are killed, and their scenes have no picture. A script that would be refused is no error: the storyboard
    says why. `send_partial` gets two storyboards without pictures, one of the scenes as written and one of the scenes as planned: they
    are what remains if this process is killed.
    """
    deadline, kill_at = time.monotonic() + within_s, time.monotonic() + at_most_s
    cache = Cache(request.cache)
    request.work.mkdir(parents=True, exist_ok=True)
    if written := _unplanned_storyboard(request):
        send_partial(written)
    draft = plan_draft(request)
    plan = draft.plan
    if plan is None:
        return Storyboard("", options.merge({}, {}, voice=request.voice, theme=request.theme), (), (), draft.problem)
    narration = NarrationStage().run(plan, SILENT_REPORTER)
    pictures = []
    for narrated in narration.scenes:
        timing = _estimated_timing(narrated, plan.script.options)
        pictures.append(StoryboardPicture(narrated, plan.look, timing, request.work / f"scene-{narrated.position}.png"))
    send_partial(_storyboard(plan, pictures, cache, draft.problem, "drawing"))
    undrawn = [picture for picture in pictures if not cache.take(picture.key, picture.file)]
    undrawn.sort(key=lambda picture: abs((picture.narrated.scene.line or 1) - line))
    complete = _draw_all(undrawn, cache, request.render_processes, deadline, kill_at)
    missing = any(not picture.file.exists() for picture in undrawn)
    ready = _find_ready(request, narration, {picture.narrated.position: picture.timing for picture in pictures})
    return _storyboard(plan, pictures, cache, draft.problem, ("drawing" if complete else "too_long") if missing else None, ready)


def _find_ready(request: RenderRequest, narration: Narration, timings: Mapping[int, SceneTiming]) -> ReadyScenes:
    """Return which scenes need not be spoken or rendered any more."""
    if narration.plan.script.options.voice is None:
        return NOTHING_READY
    sounds = request.work / "sounds"
    sounds.mkdir(exist_ok=True)
    cache = Cache(request.cache)
    stage = VideoStage(cache, sounds, sounds, Budget(sounds / "slots", 1), Cover(cache, sounds / "thumbnail.jpg", 0.0))
    return find_ready(narration, stage, timings, within_s=READY_WITHIN_S, sounds=sounds)


def _storyboard(
    plan: Plan,
    pictures: Sequence[StoryboardPicture],
    cache: Cache,
    problem: VideogenError | None,
    unfinished: Literal["drawing", "too_long"] | None,
    ready: ReadyScenes = NOTHING_READY,
) -> Storyboard:
    scenes = tuple(
        replace(
            _storyboard_scene(picture.narrated, cache.path(picture.key) if picture.file.exists() else None),
            is_spoken=picture.narrated.position in ready.spoken,
            is_rendered=picture.narrated.position in ready.rendered,
        )
        for picture in pictures
    )
    return Storyboard(plan.script.title, plan.script.options, scenes, plan.warnings, problem, unfinished)


def _unplanned_storyboard(request: RenderRequest) -> Storyboard | None:
    """Return the scenes as written, before layout, within milliseconds; None for a script with an error."""
    try:
        submitted = SubmittedScript(request.source, request.format or detect_format(request.source), request.assets)
        document = InputStage().run(submitted, SILENT_REPORTER)
        reading = read(document.text, document.format, set_formulas=False)
        script_options = reading.script.options.model_dump(exclude_unset=True)
        merged = options.merge(script_options, request.options, voice=request.voice, theme=request.theme)
        chosen = choose_language(reading.script, merged, request.language).options
    except VideogenError:
        return None
    narration = NarrationStage().run(Plan(reading.script.model_copy(update={"options": chosen}), ()), SILENT_REPORTER)
    scenes = tuple(_storyboard_scene(narrated, None) for narrated in narration.scenes)
    return Storyboard(reading.script.title, chosen, scenes, (), None, "drawing")


@dataclass(frozen=True)
class StoryboardPicture:
    """The picture of a scene: its estimated timing, and the file to draw into."""

    narrated: NarratedScene
    look: RenderSettings
    timing: SceneTiming
    file: Path

    @property
    def key(self) -> Key:
        ingredients = {
            "scene": picture_ingredients(self.narrated.scene),
            "look": vars(self.look),
            "libraries": libraries(),
            "code": code("scenes", "media", "script"),
        }
        return key("sketch", "png", ingredients)


def _draw_all(pictures: Sequence[StoryboardPicture], cache: Cache, processes: int, deadline: float, kill_at: float) -> bool:
    """Draw and cache pictures until the deadline. Return whether no process had to be killed at `kill_at`.

    Up to FORK_ABOVE pictures are drawn in this process, which is faster; more are divided among forked processes.
    """
    if len(pictures) <= FORK_ABOVE:
        _draw_some(pictures, cache, deadline)
        return True
    forks = [Forked(partial(_drawing_share, pictures[share::processes], cache, deadline)) for share in range(processes)]
    finished = True
    try:
        for fork in forks:
            if wait([fork.connection], None if kill_at == math.inf else max(0.0, kill_at - time.monotonic())):
                fork.read()
            else:
                finished = False
        return finished
    except (ForkDied, ForkRaised) as error:
        raise StageFailed(f"The pictures could not be drawn: {error}") from error
    finally:
        for fork in forks:
            fork.stop()


def _drawing_share(pictures: Sequence[StoryboardPicture], cache: Cache, deadline: float, progress: Callable[[float], None]) -> None:
    _draw_some(pictures, cache, deadline)


def _draw_some(pictures: Sequence[StoryboardPicture], cache: Cache, deadline: float) -> None:
    """Draw until the deadline, but at least one picture, so that repeated requests finish."""
    for number, picture in enumerate(pictures):
        if number and time.monotonic() > deadline:
            break
        _draw(picture, cache)


def _draw(picture: StoryboardPicture, cache: Cache) -> None:
    clip = scenes.draw_scene(picture.narrated.scene, picture.look, picture.timing)
    save_picture(clip.get_frame(picture.timing.duration - 1 / picture.look.fps), picture.file)
    cache.put(picture.key, picture.file)


def _storyboard_scene(narrated: NarratedScene, picture: Path | None) -> StoryboardScene:
    scene, words = narrated.scene, " ".join(narrated.sentences)
    return StoryboardScene(narrated.position, scene.kind, title_of(scene), scene.line, words, narrated.estimate_s, picture)


def _estimated_timing(narrated: NarratedScene, options: Options) -> SceneTiming:
    """Estimate when the sentences are spoken. The last picture does not depend on it: by then everything has appeared."""
    spoken = []
    end = options.lead_in_s + narrated.pause_s(0)
    for number, (_, text) in enumerate(narrated.lines, start=1):
        spoken.append((end, end + reading_s(text) / options.rate))
        end = spoken[-1][1] + narrated.pause_s(number, options.sentence_pause_s)
    return SceneTiming(narrated.estimate_s, tuple(spoken))
