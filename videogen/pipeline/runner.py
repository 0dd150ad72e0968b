"""The six stages, one after another, for one request; speaking and drawing overlap."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from models.errors import VideogenError
from videogen.errors.rendering import StageFailed
from videogen.pipeline.audio import Audio, SpokenScene, write_speech
from videogen.pipeline.cover import Cover
from videogen.pipeline.input import Input, Submission
from videogen.pipeline.narration import Narration, Writing
from videogen.pipeline.output import Output
from videogen.pipeline.parsing import Parsing
from videogen.pipeline.reference import Reference
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Send
from videogen.pipeline.reporter import Reporter
from videogen.pipeline.speech_process import Mouth
from videogen.pipeline.stages import STAGE
from videogen.pipeline.versions import code
from videogen.pipeline.video import Video
from videogen.render.cache import Cache, Key, key
from videogen.render.disk_errors import disk_full
from videogen.render.render_slots import Budget
from videogen.scenes import KINDS
from videogen.scenes.chart_marks import Canvas
from videogen.voices.registry import check, choose, is_loaded, look_in


def make(request: RenderRequest, send: Send) -> None:
    """Makes the film of a request below `request.work` and reports every step.

    Raises VideogenError, with the stage's name as `evidence["stage"]`, after the report `stage.failed` of that stage. Whatever was finished
    by then stays in the cache.
    """
    cache = Cache(request.cache)
    if request.piper:
        look_in(request.piper)
    hidden, published = request.work / "parts", request.work / "out"
    for directory in (hidden, published, request.cache):
        directory.mkdir(parents=True, exist_ok=True)
    cover = Cover(cache, published / "thumbnail.jpg", request.thumbnail_s)
    mouth = _mouth(request, cache)
    try:
        with _stage("input", request, send) as report:
            document = Input().run(Submission(request.source, request.format, request.assets), report)
        with _stage("parsing", request, send) as report:
            plan = Parsing(request.options, request.voice, request.theme, request.work).run(document, report)
        with _stage("narration", request, send) as report:
            narration = Writing().run(plan, report)
        spoken = _speak(Audio(cache, hidden, mouth or write_speech), narration, request, send)
        first = next(spoken)  # a voice that cannot speak is found out before anything is drawn
        with _stage("video", request, send) as report:
            film = _drawer(request, cache, hidden, published, cover).run(narration, chain((first,), spoken), report)
        with _stage("output", request, send) as report:
            Output(cache, published, cover).run(film, report)
    finally:
        if mouth:
            mouth.stop()
        cover.stop()
        shutil.rmtree(hidden, ignore_errors=True)
    try:
        cache.evict(request.cache_max_bytes)
    except OSError as error:  # the video is complete; the janitor tries again
        print(f"The cache could not be made smaller: {error}", file=sys.stderr)


def _mouth(request: RenderRequest, cache: Cache) -> Mouth | None:
    """A process to load the voice meanwhile, where that takes long, there is more than one processor, and not all of it was said before."""
    voice = request.options.get("voice") or request.voice
    if request.render_processes == 1 or is_loaded(voice) or cache.path(_said(request)).exists():
        return None
    return Mouth(voice)


def _said(request: RenderRequest) -> Key:
    """Under this a mark is cached when all that a request says has been spoken."""
    return key(
        "said", "mark", {"source": request.source, "options": request.options, "voice": request.voice, "code": code("voices", "script")}
    )


def _drawer(request: RenderRequest, cache: Cache, hidden: Path, published: Path, cover: Cover) -> Video | Reference:
    if request.writer == "moviepy":
        return Reference(hidden, published)
    return Video(cache, hidden, published, Budget(request.slots or hidden / "slots", request.render_processes), cover, request.scene_s)


def warm(voice: str) -> None:
    """Loads what only some films need, and a voice, so that the first request need not wait for it. All else comes with this module.

    A voice loads itself when it first speaks; one that is online is not to hear of it.
    """
    for kind in KINDS.values():
        kind.load()
    Canvas(8, 8)
    engine = check(voice, "en")
    if not engine.online:
        choose(voice, "en").speak("Ready.")


def _speak(audio: Audio, narration: Narration, request: RenderRequest, send: Send) -> Iterator[SpokenScene]:
    """The stage `audio`, driven by whoever takes scenes from it."""
    with _stage("audio", request, send) as report:
        yield from audio.run(narration, report)
    (mark := audio.sounds / "said").write_bytes(b"said\n")
    audio.cache.put(_said(request), mark)


@contextmanager
def _stage(name: str, request: RenderRequest, send: Send) -> Iterator[Reporter]:
    """Reports a stage's start and end, and turns whatever goes wrong in it into one VideogenError and one report."""
    report = Reporter(name, send, request.work)
    report.started(STAGE[name].label)
    try:
        yield report
    except Exception as error:
        failure = _failure(name, error)
        if "stage" not in failure.evidence:  # else a stage inside this one has said so
            failure.evidence["stage"] = name
            report.failed(failure.as_dict())
        if failure is error:
            raise
        raise failure from error
    report.completed()


def _failure(stage: str, error: Exception) -> VideogenError:
    if isinstance(error, VideogenError):
        return error
    return disk_full(error) or StageFailed(f"{STAGE[stage].label} failed: {type(error).__name__}: {error}")
