"""Who speaks in a film: the voice of each scene, and who takes over when it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from models.errors import Fault, VideogenError
from videogen.errors.rendering import LanguageNotSpoken, StageFailed, VoiceUnavailable
from videogen.pipeline.reporter import Reporter, StageWarning
from videogen.script.models import Options, Scene, Script
from videogen.voices import registry
from videogen.voices.voice import Voice

Result = TypeVar("Result")


class Speakers:
    """A film's voices, each loaded once. Where the options allow it, one that cannot speak is replaced for the rest of the film."""

    def __init__(self, options: Options, report: Reporter) -> None:
        self._options = options
        self._report = report
        self._voices: dict[str, Voice] = {}
        self._in_place: dict[str, str] = {}
        self._others: dict[str, Iterator[str]] = {}

    def say(self, scene: Scene, speak: Callable[[Voice], Result]) -> Result:
        """What `speak` makes of the scene's voice. Raises VoiceUnavailable or LanguageNotSpoken when nobody can speak."""
        name = scene.voice or self._options.voice
        assert name is not None
        while True:
            try:
                return speak(self._voice(self._in_place.get(name, name)))
            except (VoiceUnavailable, LanguageNotSpoken) as error:
                self._replace(name, scene, error)

    def _voice(self, name: str) -> Voice:
        if name not in self._voices:
            self._voices[name] = registry.load_voice(name, self._options.language)
        return self._voices[name]

    def _replace(self, name: str, scene: Scene, error: StageFailed) -> None:
        following = None
        if self._options.voice_fallback:
            waiting = self._others.setdefault(name, registry.fallback_voices(name, self._options.language))
            following = next(waiting, None)
        if following is None:
            raise error
        self._in_place[name] = following
        self._report.warn(
            StageWarning(
                "voice_replaced",
                f"{error.detail} From here on the voice {following} speaks in its place.",
                "Choose another voice, or see to this one and make the film again: what was spoken is kept.",
                scene.line,
            )
        )


def check(script: Script, options: Options) -> None:
    """Whether the voices of a film can speak. Quick: nothing is loaded for it.

    Raises BadOption for a voice that there is not, and where no other may take over VoiceUnavailable or LanguageNotSpoken; of the voice of
    one scene with its line.
    """
    assert options.voice is not None
    _check(options.voice, options)
    for number, scene in enumerate(script.scenes):
        if scene.voice:
            try:
                _check(scene.voice, options)
            except VideogenError as error:
                place = Fault(error.detail, line=scene.line, path=f"scenes.{number}.voice")
                raise type(error)(f"Line {scene.line}: {error.detail}", hint=error.hint, faults=[place]) from error


def _check(name: str, options: Options) -> None:
    try:
        registry.check(name, options.language)
    except (VoiceUnavailable, LanguageNotSpoken):
        if not options.voice_fallback:
            raise
