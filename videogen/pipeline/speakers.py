"""The voices of a video: one for each scene, and the fallback if it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from models.errors import Diagnostic, VideogenError
from videogen.errors.rendering import LanguageNotSpoken, StageFailed, VoiceUnavailable
from videogen.pipeline.reporter import Reporter, StageWarning
from videogen.script.models import Scene, Script
from videogen.script.video_options import Options
from videogen.voices import engines
from videogen.voices.voice import Voice

Result = TypeVar("Result")


class Speakers:
    """Loads each voice of a video once. If the options allow it, a voice that fails is replaced for the rest of the video."""

    def __init__(self, options: Options, report: Reporter) -> None:
        self._options = options
        self._report = report
        self._voices: dict[tuple[str, str], Voice] = {}
        self._in_place: dict[tuple[str, str], str] = {}
        self._others: dict[tuple[str, str], Iterator[str]] = {}

    def speak(self, scene: Scene, synthesize: Callable[[Voice], Result], voice: str | None = None) -> Result:
        """Call `synthesize` with `voice`, else that of the scene, or its fallback. Raises VoiceUnavailable or LanguageNotSpoken."""
        name = voice or scene.voice or self._options.voice
        assert name is not None
        language = scene.lang or self._options.language
        while True:
            try:
                return synthesize(self._voice(self._in_place.get((name, language), name), language))
            except (VoiceUnavailable, LanguageNotSpoken) as error:
                self._replace(name, language, scene, error)

    def _voice(self, name: str, language: str) -> Voice:
        if (name, language) not in self._voices:
            self._voices[name, language] = engines.load_voice(name, language)
        return self._voices[name, language]

    def _replace(self, name: str, language: str, scene: Scene, error: StageFailed) -> None:
        following = None
        if self._options.voice_fallback:
            waiting = self._others.setdefault((name, language), engines.fallback_voices(name, language))
            following = next(waiting, None)
        if following is None:
            raise error
        self._in_place[name, language] = following
        self._report.warn(
            StageWarning(
                "voice_replaced",
                f"{error.detail} From here on the voice {following} speaks in its place.",
                "Choose another voice, or repair this one and retry: sentences that were spoken are reused.",
                scene.line,
            )
        )


def check(script: Script, options: Options) -> None:
    """Check that the voices of a script can speak, without loading them.

    Raises BadOption for an unknown voice, and VoiceUnavailable or LanguageNotSpoken if no fallback is allowed; with the line if the voice
    is that of one scene.
    """
    assert options.voice is not None
    _check(options.voice, options.language, options)
    for person, voice in options.voices.items():
        try:
            _check(voice, options.language, options)
        except VideogenError as error:
            diagnostic = Diagnostic(f"{person}: {error.detail}", path="options.voices")
            raise type(error)(f"The voice of {person}: {error.detail}", hint=error.hint, diagnostics=[diagnostic]) from error
    for number, scene in enumerate(script.scenes):
        if scene.voice:
            try:
                _check(scene.voice, scene.lang or options.language, options)
            except VideogenError as error:
                diagnostic = Diagnostic(error.detail, line=scene.line, path=f"scenes.{number}.voice")
                raise type(error)(f"Line {scene.line}: {error.detail}", hint=error.hint, diagnostics=[diagnostic]) from error


def _check(name: str, language: str, options: Options) -> None:
    try:
        engines.check(name, language)
    except (VoiceUnavailable, LanguageNotSpoken):
        if not options.voice_fallback:
            raise
