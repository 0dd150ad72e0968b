"""Run the six stages for one request. Speaking and drawing overlap."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path

from videogen.pipeline.audio import AudioStage, SpokenScene, write_speech
from videogen.pipeline.cover import Cover
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.narration import Narration, NarrationStage
from videogen.pipeline.output import OutputStage
from videogen.pipeline.parsing import ParsingStage
from videogen.pipeline.reference import ReferenceVideoStage
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Send
from videogen.pipeline.reporter import Reporter, running_stage
from videogen.pipeline.speech_process import SpeechProcess
from videogen.pipeline.stages import STAGE
from videogen.pipeline.versions import code
from videogen.pipeline.video_stage import VideoStage
from videogen.render.cache import Cache, Key, key
from videogen.render.render_slots import Budget
from videogen.scenes import KINDS
from videogen.scenes.charts.chart_marks import MatplotlibCanvas
from videogen.script.limits import ScriptLimits
from videogen.script.theme_names import use_theme_directory
from videogen.voices.engines import check, is_loaded, load_voice, use_piper_directory


def render_video(request: RenderRequest, send: Send) -> None:
    """Render the video of a request below `request.work`, and report every step.

    Raises VideogenError, with the stage's name as `evidence["stage"]`, after the report `stage.failed` of that stage. Whatever was finished
    by then stays in the cache.
    """
    cache = Cache(request.cache)
    if request.piper:
        use_piper_directory(request.piper)
    use_theme_directory(request.themes)
    limits = ScriptLimits(**request.script_limits)
    parts, published = request.work / "parts", request.work / "out"
    for directory in (parts, published, request.cache):
        directory.mkdir(parents=True, exist_ok=True)
    cover = Cover(cache, published / "thumbnail.jpg", request.thumbnail_s)
    speech_process = _start_speech_process(request, cache)
    try:
        with _stage("input", request, send) as report:
            document = InputStage().run(SubmittedScript(request.source, request.format, request.assets), report)
        with _stage("parsing", request, send) as report:
            parsing = ParsingStage(request.options, request.voice, request.theme, request.work, request.language, limits)
            plan = parsing.run(document, report)
        with _stage("narration", request, send) as report:
            narration = NarrationStage().run(plan, report)
            limits.check_length((narrated.scene, narrated.estimate_s) for narrated in narration.scenes)
        spoken = _speak(AudioStage(cache, parts, speech_process or write_speech), narration, request, send)
        first = next(spoken)  # a voice that cannot speak is found out before anything is drawn
        with _stage("video", request, send) as report:
            video = _video_stage(request, cache, parts, published, cover).run(narration, chain((first,), spoken), report)
        with _stage("output", request, send) as report:
            OutputStage(cache, parts, published, cover).run(video, report)
    finally:
        if speech_process:
            speech_process.stop()
        cover.stop()
        shutil.rmtree(parts, ignore_errors=True)


def shrink_cache(cache: Path, max_bytes: int) -> None:
    """Evict from the cache what is beyond its limit. A confined renderer cannot: it may not list the cache."""
    try:
        Cache(cache).evict(max_bytes)
    except OSError as error:  # the video is complete; the janitor tries again
        print(f"The cache could not be made smaller: {error}", file=sys.stderr)


def _start_speech_process(request: RenderRequest, cache: Cache) -> SpeechProcess | None:
    """Start a process that loads the voice, if that takes long, on more than one processor, and unless all sentences are cached."""
    voice = request.options.get("voice") or request.voice
    if request.render_processes == 1 or is_loaded(voice) or cache.path(_spoken_mark(request)).exists():
        return None
    return SpeechProcess(voice)


def _spoken_mark(request: RenderRequest) -> Key:
    """Return the key of a mark that is cached once all sentences of a request are spoken."""
    return key(
        "said", "mark", {"source": request.source, "options": request.options, "voice": request.voice, "code": code("voices", "script")}
    )


def _video_stage(request: RenderRequest, cache: Cache, parts: Path, published: Path, cover: Cover) -> VideoStage | ReferenceVideoStage:
    if request.writer == "moviepy":
        return ReferenceVideoStage(cache, parts, published)
    return VideoStage(cache, parts, published, Budget(request.slots or parts / "slots", request.render_processes), cover, request.scene_s)


def warm_up(voice: str) -> None:
    """Load a voice and what only some videos need, so that the first request need not wait. Importing this module loads the rest.

    A voice loads when it first speaks. An online voice is left out: nothing is sent to it unasked.
    """
    for kind in KINDS.values():
        kind.load()
    MatplotlibCanvas(8, 8)
    engine = check(voice, "en")
    if not engine.online:
        load_voice(voice, "en").speak("Ready.")


def _speak(audio: AudioStage, narration: Narration, request: RenderRequest, send: Send) -> Iterator[SpokenScene]:
    """Run the stage `audio`, driven by the consumer of its scenes."""
    with _stage("audio", request, send) as report:
        yield from audio.run(narration, report)
    (mark := audio.sounds / "spoken").write_bytes(b"spoken\n")
    audio.cache.put(_spoken_mark(request), mark)


def _stage(name: str, request: RenderRequest, send: Send) -> AbstractContextManager[Reporter]:
    return running_stage(name, STAGE[name].label, send, request.work)
