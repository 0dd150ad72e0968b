"""Stage `video`, Drawing: render each scene to a segment, several in parallel."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path

from models.errors import VideogenError
from videogen.errors.rendering import RendererLost, StageFailed
from videogen.pipeline.audio import SpokenScene
from videogen.pipeline.channels import encoding_of
from videogen.pipeline.cover import Cover, telling_position
from videogen.pipeline.narration import Narration
from videogen.pipeline.remaining_time import RemainingTime
from videogen.pipeline.reporter import SILENT_REPORTER, PublishedFile, Reporter
from videogen.pipeline.script_files import picture_ingredients
from videogen.pipeline.titles import title_of
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key, link
from videogen.render.encoder import Segment
from videogen.render.forked import ForkDied, ForkedWorker, ForkRaised, Send
from videogen.render.render_slots import Budget
from videogen.render.scene import SceneJob, render
from videogen.scenes import PrecedingScene, RenderSettings, SceneTiming, choose_transition
from videogen.script.models import Scene

MESSAGE = "Drawing the scenes"
PROGRESS_EVERY_S = 0.1


@dataclass(frozen=True)
class RenderedScene:
    """A spoken scene and its segment, which is cached under `key`."""

    spoken: SpokenScene
    segment: Segment
    key: Key | None = None


@dataclass(frozen=True)
class RenderedVideo:
    """All rendered scenes of a video, in order. `whole` is the video itself if it was not rendered in segments."""

    narration: Narration
    scenes: tuple[RenderedScene, ...]
    whole: Path | None = None


@dataclass(frozen=True)
class DrawnSegment:
    """A segment, and the seconds of processor that drawing it took."""

    segment: Segment
    took_s: float


@dataclass
class SceneInProgress:
    """A scene that is being rendered, and how many of its frames are finished."""

    spoken: SpokenScene
    files: SceneFiles
    worker: ForkedWorker[SceneJob, DrawnSegment]
    frames: int = 0


@dataclass(frozen=True)
class SceneFiles:
    """The two files of a scene, and their cache keys."""

    segment: Path
    segment_key: Key
    picture: Path
    picture_key: Key


@dataclass(frozen=True)
class VideoStage:
    """The stage. It renders scenes in parallel, as `budget` allows, into the existing directory `segments`; `published` is for results.

    `scene_s` is the estimated number of seconds to draw a scene, None if unknown.
    """

    cache: Cache
    segments: Path
    published: Path
    budget: Budget
    cover: Cover
    scene_s: float | None = None
    name = "video"

    def run(self, narration: Narration, spoken: Iterator[SpokenScene], report: Reporter) -> RenderedVideo:
        """Start each scene once `spoken` yields it, and have the next one spoken whenever no process has reported."""
        return _VideoRun(self, narration, report).render_all(spoken)

    def render_one(self, narration: Narration, spoken: Mapping[int, SpokenScene], position: int) -> Path:
        """Render one scene in this process, and return its file in the cache.

        `spoken` has it and the scene before it, by their positions.
        """
        run = _VideoRun(self, narration, SILENT_REPORTER)
        run.spoken.update(spoken)
        files = run.files(spoken[position])
        segment = self.cache.path(files.segment_key)
        if not segment.is_file():
            render(run.job(spoken[position], files), lambda _frame: None)
            self.cache.put(files.picture_key, files.picture)
            self.cache.put(files.segment_key, files.segment)
        return segment

    def cached_positions(self, narration: Narration, spoken: Mapping[int, SpokenScene], positions: Iterable[int]) -> list[int]:
        """Return those of `positions` whose scenes the cache has. `spoken` has all scenes that come before them, if only with estimates."""
        run = _VideoRun(self, narration, SILENT_REPORTER)
        run.spoken.update(spoken)
        return [position for position in positions if run.is_cached(spoken[position])]


class _VideoRun:
    """One run of the stage."""

    def __init__(self, stage: VideoStage, narration: Narration, report: Reporter) -> None:
        self.stage = stage
        self.narration = narration
        self.report = report
        self.look = narration.plan.look
        self.encoding = encoding_of(narration)
        self.pace = RemainingTime(
            sum(narrated.estimate_s for narrated in narration.scenes),
            history_s=None if stage.scene_s is None else stage.scene_s * len(narration.scenes),
        )
        self.shown_in_cover = telling_position([narrated.scene for narrated in narration.scenes])
        self.running: dict[Connection, SceneInProgress] = {}
        self.idle: list[ForkedWorker[SceneJob, DrawnSegment]] = []
        self.waiting: list[SpokenScene] = []
        self.spoken: dict[int, SpokenScene] = {}
        self.rendered: dict[int, RenderedScene] = {}
        self.work: dict[str, list[float]] = {}  # by kind: scenes, seconds of processor, seconds of video
        self.began = time.monotonic()

    def count_work(self, spoken: SpokenScene, took_s: float) -> None:
        """Count what drawing a scene took, for forecasts of later videos."""
        sums = self.work.setdefault(spoken.narrated.scene.kind, [0, 0.0, 0.0])
        for index, value in enumerate((1, took_s, self.encoding.grid.seconds(spoken.frames))):
            sums[index] = round(sums[index] + value, 3)

    def render_all(self, spoken: Iterator[SpokenScene]) -> RenderedVideo:
        speaking = True
        try:
            while speaking or self.waiting or self.running:
                while len(self.running) < self.stage.budget.slots and (scene_due := self.take_next()):
                    self.start(scene_due)
                # While scenes are still to be spoken, only poll for reports; afterwards sleep until one comes.
                for connection in wait(list(self.running), 0 if speaking else None) if self.running else ():
                    assert isinstance(connection, Connection)
                    while connection in self.running and connection.poll():  # read all of them: speaking may have taken a while
                        self.receive(connection)
                if speaking:
                    scene = next(spoken, None)
                    speaking = scene is not None
                    if scene is not None:
                        self.pace.known(scene.narrated.estimate_s, self.encoding.grid.seconds(scene.frames))
                        self.waiting.append(scene)
                        self.spoken[scene.narrated.position] = scene
        finally:
            for worker in (*self.idle, *(running.worker for running in self.running.values())):
                worker.stop()
        self.report.outcome["work"] = {
            "pixels": self.look.width * self.look.height,
            "took_s": round(time.monotonic() - self.began, 3),
            "drawn": self.work,
        }
        return RenderedVideo(self.narration, tuple(self.rendered[position] for position in sorted(self.rendered)))

    def take_next(self) -> SpokenScene | None:
        """Take the next scene that can be drawn: the one before it, over which it comes in, must be spoken."""
        due = next((scene for scene in self.waiting if scene.narrated.position == 1 or scene.narrated.position - 1 in self.spoken), None)
        if due:
            self.waiting.remove(due)
        return due

    def start(self, spoken: SpokenScene) -> None:
        files = self.files(spoken)
        if self.stage.cache.take(files.segment_key, files.segment) and self.stage.cache.take(files.picture_key, files.picture):
            self.report.reused += 1
            self.pace.reused(self.encoding.grid.seconds(spoken.frames))
            self.finish(spoken, files, Segment(files.segment, spoken.frames), reused=True)
            return
        worker = self.worker()
        worker.send_job(self.job(spoken, files))
        self.running[worker.connection] = SceneInProgress(spoken, files, worker)

    def is_cached(self, spoken: SpokenScene) -> bool:
        files = self.files(spoken)
        return self.stage.cache.path(files.segment_key).is_file() and self.stage.cache.path(files.picture_key).is_file()

    def job(self, spoken: SpokenScene, files: SceneFiles) -> SceneJob:
        return SceneJob(
            spoken.narrated.scene,
            self.look,
            spoken.timing,
            spoken.frames,
            spoken.chunks,
            self.encoding,
            files.segment,
            files.picture,
            self.before(spoken),
        )

    def worker(self) -> ForkedWorker[SceneJob, DrawnSegment]:
        """Return an idle worker that still lives (the system may have killed it for its memory), or a new one."""
        while self.idle:
            if (worker := self.idle.pop()).is_alive():
                return worker
        return ForkedWorker(partial(_render, self.stage.budget))

    def receive(self, connection: Connection) -> None:
        running = self.running[connection]
        try:
            frames, drawn = running.worker.read()
        except (ForkDied, ForkRaised) as error:
            del self.running[connection]
            raise _failure(running.spoken, error) from error
        except VideogenError as error:
            error.evidence.setdefault("position", running.spoken.narrated.position)
            raise
        finished = running.spoken.frames if frames is None else int(frames)
        self.pace.made(self.encoding.grid.seconds(finished - running.frames))
        running.frames = finished
        if drawn is None:
            self.progress()
            return
        self.count_work(running.spoken, drawn.took_s)
        del self.running[connection]
        self.idle.append(running.worker)
        self.report.made += 1
        self.stage.cache.put(running.files.picture_key, running.files.picture)
        self.stage.cache.put(running.files.segment_key, running.files.segment)
        self.finish(running.spoken, running.files, drawn.segment, reused=False)
        self.stage.cover.poll()

    def finish(self, spoken: SpokenScene, files: SceneFiles, segment: Segment, *, reused: bool) -> None:
        position = spoken.narrated.position
        self.rendered[position] = RenderedScene(spoken, segment, files.segment_key)
        if position == self.shown_in_cover:
            # From the file of the scene, not of the video: moviepy parses the text that ffmpeg prints, with titles and chapters in it.
            self.stage.cover.start(segment.file, self.encoding.grid.seconds(spoken.frames), files.segment_key)
        # Links of their own: the client moves these files away, and the segments are still to be joined.
        picture = self.stage.published / f"scene-{position}.png"
        segment_copy = self.stage.published / f"scene-{position}.mp4"
        link(files.picture, picture)
        link(files.segment, segment_copy)
        self.report.scene_rendered(
            (PublishedFile("scene_picture", picture, "image/png"), PublishedFile("scene", segment_copy, "video/mp4")),
            position=position,
            of=len(self.narration.scenes),
            kind=spoken.narrated.scene.kind,
            title=title_of(spoken.narrated.scene),
            seconds=self.encoding.grid.seconds(spoken.frames),
            reused=reused,
            remaining_s=self.pace.remaining_s,
        )
        self.progress()

    def progress(self) -> None:
        self.report(self.pace.fraction, MESSAGE, done=len(self.rendered), of=len(self.narration.scenes), remaining_s=self.pace.remaining_s)

    def before(self, spoken: SpokenScene) -> PrecedingScene | None:
        return before_of(spoken, self.spoken.get(spoken.narrated.position - 1), self.look)

    def files(self, spoken: SpokenScene) -> SceneFiles:
        before = self.before(spoken)
        ingredients = {
            **_frame_ingredients(spoken.narrated.scene, spoken.timing),
            "before": (choose_transition(spoken.narrated.scene, self.look), _frame_ingredients(before.scene, before.timing))
            if before
            else None,
            "captions": spoken.timing.captions,
            "say": spoken.narrated.scene.say,
            "look": vars(self.look),
            "sound": [[chunk.start, chunk.file.stem, chunk.skip, chunk.length] for chunk in spoken.chunks],
            "frames": spoken.frames,
            "encoding": vars(self.encoding) | {"fps": str(self.encoding.fps)},
            "libraries": libraries(),
            "code": code("scenes", "render", "media", "script"),
        }
        segment, picture = key("segment", "mp4", ingredients), key("picture", "png", ingredients)
        name = f"{spoken.narrated.position}"
        return SceneFiles(self.stage.segments / f"{name}.mp4", segment, self.stage.segments / f"{name}.png", picture)


AFTER_ALL = SceneTiming(120.0)
"""A timing by whose end everything of a scene has appeared."""
ENDS_BY_TIMING = frozenset({"image", "pictures", "clip"})
"""Kinds whose last picture depends on how long the scene is."""


def before_of(spoken: SpokenScene, previous: SpokenScene | None, look: RenderSettings) -> PrecedingScene | None:
    """Return the scene over which `spoken` comes in; None if it begins with a cut.

    Only its last picture is seen. Where that does not depend on what is said, its timing does not either: then a change of the narration
    of one scene leaves the next one as it is in the cache.
    """
    if previous is None or choose_transition(spoken.narrated.scene, look) == "cut":
        return None
    scene = previous.narrated.scene
    return PrecedingScene(scene, previous.timing if scene.kind in ENDS_BY_TIMING else AFTER_ALL)


def _frame_ingredients(scene: Scene, timing: SceneTiming) -> dict[str, object]:
    """Return all ingredients of the frames of a scene, except those that are equal for the whole video."""
    return {"scene": picture_ingredients(scene), "timing": [timing.duration, timing.sentences]}


def _render(budget: Budget, job: SceneJob, send: Send) -> DrawnSegment:
    """Render a scene, in the forked process. Reports a frame every PROGRESS_EVERY_S: each one would cost more than drawing it."""
    reported_at = time.monotonic()

    def progress(frame: int) -> None:
        nonlocal reported_at
        if time.monotonic() - reported_at >= PROGRESS_EVERY_S:
            reported_at = time.monotonic()
            send(frame)

    with budget.slot(lambda: send(0)):
        began = time.process_time()  # not what it waited for while others used the processors
        return DrawnSegment(render(job, progress), time.process_time() - began)


def _failure(spoken: SpokenScene, error: ForkDied | ForkRaised) -> StageFailed:
    scene = f"Scene {spoken.narrated.position} ({spoken.narrated.scene.kind})"
    if isinstance(error, ForkRaised):
        return StageFailed(f"{scene} could not be drawn: {error}", trace=error.trace, position=spoken.narrated.position)
    hint = None
    if error.signal_name == "SIGKILL":
        hint = "Often the machine's memory ran out: lower VIDEOGEN_RENDER_PROCESSES or the video's height. What was finished is kept."
    return RendererLost(f"The process that drew {scene.lower()} did not finish: {error}.", hint=hint, position=spoken.narrated.position)
