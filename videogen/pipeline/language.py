"""Choose the language of a video, and a voice that speaks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from models.errors import VideogenError
from videogen import script
from videogen.pipeline.reporter import StageWarning
from videogen.script.detection import language_of
from videogen.script.languages import AUTO, ENGLISH, name_of, tag_of
from videogen.script.models import Script
from videogen.script.video_options import Options
from videogen.voices import engines


class LanguageChoice(NamedTuple):
    """The options of a video with its language and voice, whether the language was detected, and warnings."""

    options: Options
    detected: bool
    warnings: tuple[StageWarning, ...]


def choose_language(script: Script, options: Options, unsure: str = ENGLISH) -> LanguageChoice:
    """Detect the language unless it is set, and replace a default voice that does not speak it.

    `unsure` is the language of a script whose own cannot be told, a tag.
    `options.model_fields_set` says what was set: a voice that somebody chose stays, and `speakers.check` refuses it. If no voice speaks
    the language, the video is silent and shows captions for as long as reading them takes.
    """
    detected = options.language == AUTO
    language = language_of(script, unsure) if detected else options.language
    voice = options.voice
    assert voice is not None
    warnings: tuple[StageWarning, ...] = ()
    if "voice" not in options.model_fields_set and not engines.can_speak(voice, language):
        replacement = next(engines.fallback_voices(voice, language))
        warnings = (_replacement_warning(voice, replacement, language),)
        voice = replacement
    return LanguageChoice(_with(options, language, voice), detected, warnings)


def find_language(source: str, format: str, request: Mapping[str, Any], unsure: str = ENGLISH) -> str:
    """Return the language of a script: the one chosen in the request, else that of its front matter, else the detected one."""
    if (language := tag_of(str(request.get("language") or ""))) and language != AUTO:
        return language
    try:
        read = script.read(source, format or script.detect_format(source), set_formulas=False).script
    except VideogenError:
        return unsure
    return language_of(read, unsure) if read.options.language == AUTO else read.options.language


def with_scene_voices(script: Script, options: Options) -> tuple[Script, tuple[StageWarning, ...]]:
    """Give each scene in a language of its own a voice that speaks it, unless the scene names one, and warn once for each language.

    A voice that a scene names stays, and `speakers.check` refuses it where it cannot speak.
    """
    warned: dict[str, StageWarning] = {}
    scenes = []
    for scene in script.scenes:
        if scene.lang and not scene.voice and not engines.can_speak(options.voice or "", scene.lang):
            voice = next(engines.fallback_voices(options.voice or "", scene.lang))
            warned.setdefault(scene.lang, _scene_warning(options.voice or "", voice, scene.lang, scene.line))
            scene = scene.model_copy(update={"voice": voice})
        scenes.append(scene)
    return (script.model_copy(update={"scenes": tuple(scenes)}) if warned else script), tuple(warned.values())


def _scene_warning(voice: str, replacement: str, language: str, line: int | None) -> StageWarning:
    name = name_of(language)
    if replacement != "none":
        return StageWarning(
            "voice_for_language",
            f"A scene is in {name}, which the voice {voice} does not speak: the voice {replacement} speaks it.",
            "Choose a voice for the scene with the note voice.",
            line,
        )
    able = engines.hint_for_language(language)
    return StageWarning(
        "language_not_spoken",
        f"A scene is in {name}, which no voice here speaks: it is silent, and its captions show the words.",
        f"{able} would speak it." if able else "No voice that is known here speaks it.",
        line,
    )


def _with(options: Options, language: str, voice: str) -> Options:
    """Return the options with these two, without marking them as set by somebody."""
    values = {name: getattr(options, name) for name in Options.model_fields} | {"language": language, "voice": voice}
    return Options.model_construct(_fields_set=set(options.model_fields_set), **values)


def _replacement_warning(voice: str, replacement: str, language: str) -> StageWarning:
    name = name_of(language)
    other = "If it is in another language, name that one with the option language."
    if replacement != "none":
        return StageWarning(
            "voice_for_language",
            f"The video is in {name}, which the voice {voice} does not speak: the voice {replacement} speaks it.",
            f"Choose another voice with the option voice. {other}",
        )
    able = engines.hint_for_language(language)
    ways = f"{able} would speak it" if able else "No voice that is known here speaks it"
    return StageWarning(
        "language_not_spoken",
        f"The video is in {name}, which no voice here speaks: it is silent, and its captions show the words.",
        f"{ways}. {other}",
    )
