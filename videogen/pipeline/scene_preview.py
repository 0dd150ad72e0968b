"""A scene with its sound and motion, before its video is made: rendered into the cache, from which the video takes it as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.pipeline.audio import AudioStage, write_speech
from videogen.pipeline.cover import Cover
from videogen.pipeline.input import InputStage, SubmittedScript
from videogen.pipeline.narration import NarrationStage
from videogen.pipeline.parsing import ParsingStage
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.reporter import SILENT_REPORTER
from videogen.pipeline.video_stage import VideoStage
from videogen.render.cache import Cache
from videogen.render.render_slots import Budget
from videogen.script import detect_format
from videogen.script.limits import ScriptLimits
from videogen.script.theme_names import use_theme_directory
from videogen.voices.engines import use_piper_directory


def render_scene(request: RenderRequest, position: int) -> Path:
    """Render the scene at `position`, from 1, and return its file in the cache.

    The scene before it is spoken too, since a scene comes in over the one before. Raises what reading and speaking the script raise, and
    BadScript if there is no such scene.
    """
    cache = Cache(request.cache)
    if request.piper:
        use_piper_directory(request.piper)
    use_theme_directory(request.themes)
    parts, published = request.work / "parts", request.work / "out"
    for directory in (parts, published):
        directory.mkdir(parents=True, exist_ok=True)
    submitted = SubmittedScript(request.source, request.format or detect_format(request.source), request.assets)
    document = InputStage().run(submitted, SILENT_REPORTER)
    limits = ScriptLimits(**request.script_limits)
    parsing = ParsingStage(request.options, request.voice, request.theme, request.work, request.language, limits)
    narration = NarrationStage().run(parsing.run(document, SILENT_REPORTER), SILENT_REPORTER)
    if not 1 <= position <= len(narration.scenes):
        diagnostic = Diagnostic("is no scene of the script", path="scene")
        raise BadScript(f"The script has {len(narration.scenes)} scenes; there is no scene {position}.", diagnostics=[diagnostic])
    near = replace(narration, scenes=narration.scenes[max(0, position - 2) : position])
    spoken = {scene.narrated.position: scene for scene in AudioStage(cache, parts, write_speech).run(near, SILENT_REPORTER)}
    stage = VideoStage(cache, parts, published, Budget(parts / "slots", 1), Cover(cache, published / "thumbnail.jpg", 1.0))
    return stage.render_one(narration, spoken, position)
