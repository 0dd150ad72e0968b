"""Stage `video`, Drawing: each scene becomes a segment, several side by side."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path

from models.errors import VideogenError
from videogen.errors.rendering import RendererLost, StageFailed
from videogen.pipeline.audio import SpokenScene
from videogen.pipeline.channels import video_channels
from videogen.pipeline.cover import Cover
from videogen.pipeline.narration import Narration
from videogen.pipeline.remaining_time import RemainingTime
from videogen.pipeline.reporter import Published, Reporter
from videogen.pipeline.script_files import drawn_of
from videogen.pipeline.titles import title_of
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key, link
from videogen.render.encoder import Encoding, Segment
from videogen.render.forked import ForkDied, ForkedWorker, ForkRaised, Send
from videogen.render.render_slots import Budget
from videogen.render.scene import SceneJob, render
from videogen.scenes import Before, Look, Timing, transition
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
    """A film's scenes, all rendered, in order; `whole` is the film itself where it was not made in segments."""

    narration: Narration
    scenes: tuple[RenderedScene, ...]
    whole: Path | None = None


@dataclass
class Running:
    """A scene that is being rendered, and how many of its frames are done."""

    spoken: SpokenScene
    files: SceneFiles
    worker: ForkedWorker[SceneJob, Segment]
    frames: int = 0


@dataclass(frozen=True)
class SceneFiles:
    """A scene's two files and what they are cached under."""

    segment: Path
    segment_key: Key
    picture: Path
    picture_key: Key


@dataclass(frozen=True)
class VideoStage:
    """Renders scenes side by side, as `budget` allows, into the existing directory `segments`; `published` is for what is published.

    `scene_s` is about how many seconds drawing a scene takes, None if that is not known.
    """

    cache: Cache
    segments: Path
    published: Path
    budget: Budget
    cover: Cover
    scene_s: float | None = None
    name = "video"

    def run(self, narration: Narration, spoken: Iterator[SpokenScene], report: Reporter) -> RenderedVideo:
        """Starts on a scene as soon as `spoken` gives it, and has the next one spoken whenever no process has anything to say."""
        return _Rendering(self, narration, report).all(spoken)


class _Rendering:
    """One run of the stage."""

    def __init__(self, stage: VideoStage, narration: Narration, report: Reporter) -> None:
        self.stage = stage
        self.narration = narration
        self.report = report
        options = narration.plan.script.options
        self.look = narration.plan.look
        self.encoding = Encoding(options.fps, options.cfr, channels=video_channels(narrated.scene for narrated in narration.scenes))
        self.pace = RemainingTime(
            sum(narrated.estimate_s for narrated in narration.scenes),
            history_s=None if stage.scene_s is None else stage.scene_s * len(narration.scenes),
        )
        self.running: dict[Connection, Running] = {}
        self.idle: list[ForkedWorker[SceneJob, Segment]] = []
        self.waiting: list[SpokenScene] = []
        self.spoken: dict[int, SpokenScene] = {}
        self.rendered: dict[int, RenderedScene] = {}

    def all(self, spoken: Iterator[SpokenScene]) -> RenderedVideo:
        speaking = True
        try:
            while speaking or self.waiting or self.running:
                while len(self.running) < self.stage.budget.slots and (due := self.due()):
                    self.start(due)
                # While there is something to say, only look whether a process has reported; else sleep until one does.
                for connection in wait(list(self.running), 0 if speaking else None) if self.running else ():
                    assert isinstance(connection, Connection)
                    while connection in self.running and connection.poll():  # all of it: speaking may have taken a while
                        self.hear(connection)
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
        return RenderedVideo(self.narration, tuple(self.rendered[position] for position in sorted(self.rendered)))

    def due(self) -> SpokenScene | None:
        """Takes the next scene that can be drawn: the one before it is spoken, over which it comes in."""
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
        job = SceneJob(
            spoken.narrated.scene,
            self.look,
            spoken.timing,
            spoken.frames,
            spoken.pieces,
            self.encoding,
            files.segment,
            files.picture,
            self.before(spoken),
        )
        worker = self.worker()
        worker.give(job)
        self.running[worker.connection] = Running(spoken, files, worker)

    def worker(self) -> ForkedWorker[SceneJob, Segment]:
        """One that has nothing to do and is still there (the system may have taken it, for its memory), or a new one."""
        while self.idle:
            if (worker := self.idle.pop()).waits():
                return worker
        return ForkedWorker(partial(_render, self.stage.budget))

    def hear(self, connection: Connection) -> None:
        running = self.running[connection]
        try:
            frames, segment = running.worker.read()
        except (ForkDied, ForkRaised) as error:
            del self.running[connection]
            raise _failure(running.spoken, error) from error
        except VideogenError as error:
            error.evidence.setdefault("position", running.spoken.narrated.position)
            raise
        now = running.spoken.frames if frames is None else int(frames)
        self.pace.made(self.encoding.grid.seconds(now - running.frames))
        running.frames = now
        if segment is None:
            self.progress()
            return
        del self.running[connection]
        self.idle.append(running.worker)
        self.report.made += 1
        self.stage.cache.put(running.files.picture_key, running.files.picture)
        self.stage.cache.put(running.files.segment_key, running.files.segment)
        self.finish(running.spoken, running.files, segment, reused=False)
        self.stage.cover.look()

    def finish(self, spoken: SpokenScene, files: SceneFiles, segment: Segment, *, reused: bool) -> None:
        position = spoken.narrated.position
        self.rendered[position] = RenderedScene(spoken, segment, files.segment_key)
        if position == 1:
            # From the scene's file and not from the film's: moviepy reads ffmpeg's words for people, among them titles and chapters.
            self.stage.cover.begin(segment.file, self.encoding.grid.seconds(spoken.frames), files.segment_key)
        # Names of their own: the caller takes these away, and the film is still to be joined from the others.
        shown = self.stage.published / f"scene-{position}.png"
        played = self.stage.published / f"scene-{position}.mp4"
        link(files.picture, shown)
        link(files.segment, played)
        self.report.scene_rendered(
            (Published("scene_picture", shown, "image/png"), Published("scene", played, "video/mp4")),
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

    def before(self, spoken: SpokenScene) -> Before | None:
        return before_of(spoken, self.spoken.get(spoken.narrated.position - 1), self.look)

    def files(self, spoken: SpokenScene) -> SceneFiles:
        before = self.before(spoken)
        ingredients = {
            **_shown(spoken.narrated.scene, spoken.timing),
            "before": (transition(spoken.narrated.scene, self.look), _shown(before.scene, before.timing)) if before else None,
            "captions": spoken.timing.captions,
            "look": vars(self.look),
            "sound": [[piece.start, piece.file.stem, piece.skip, piece.length] for piece in spoken.pieces],
            "frames": spoken.frames,
            "encoding": vars(self.encoding),
            "libraries": libraries(),
            "code": code("scenes", "render", "media", "script"),
        }
        segment, picture = key("segment", "mp4", ingredients), key("picture", "png", ingredients)
        name = f"{spoken.narrated.position}"
        return SceneFiles(self.stage.segments / f"{name}.mp4", segment, self.stage.segments / f"{name}.png", picture)


def before_of(spoken: SpokenScene, previous: SpokenScene | None, look: Look) -> Before | None:
    """The scene over which another one comes in; None when that begins with a cut."""
    if previous is None or transition(spoken.narrated.scene, look) == "cut":
        return None
    return Before(previous.narrated.scene, previous.timing)


def _shown(scene: Scene, timing: Timing) -> dict[str, object]:
    """All that a scene's pictures are made of, besides what is the same for the whole film."""
    return {"scene": drawn_of(scene), "timing": [timing.duration, timing.sentences]}


def _render(budget: Budget, job: SceneJob, send: Send) -> Segment:
    """Runs in the render process; tells of a frame now and then, since each one would be more talk than work."""
    narrated = time.monotonic()

    def progress(frame: int) -> None:
        nonlocal narrated
        if time.monotonic() - narrated >= PROGRESS_EVERY_S:
            narrated = time.monotonic()
            send(frame)

    with budget.slot(lambda: send(0)):
        return render(job, progress)


def _failure(spoken: SpokenScene, error: ForkDied | ForkRaised) -> StageFailed:
    scene = f"Scene {spoken.narrated.position} ({spoken.narrated.scene.kind})"
    if isinstance(error, ForkRaised):
        return StageFailed(f"{scene} could not be drawn: {error}", trace=error.trace, position=spoken.narrated.position)
    hint = None
    if error.signal_name == "SIGKILL":
        hint = "Often the machine's memory ran out: lower VIDEOGEN_RENDER_PROCESSES or the video's height. What was finished is kept."
    return RendererLost(f"The process that drew {scene.lower()} did not finish: {error}.", hint=hint, position=spoken.narrated.position)
