"""The registry of voices, and which of them work here.

A voice is named by its engine, which then takes the voice that suits the language (`espeak`), or by engine and voice
(`piper:de_DE-thorsten-medium`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from models.errors import Diagnostic, VideogenError
from videogen.errors.rendering import LanguageNotSpoken, VoiceUnavailable
from videogen.errors.script import BadOption
from videogen.script.languages import known, name_of
from videogen.voices import kokoro
from videogen.voices.edge import Edge
from videogen.voices.espeak import Espeak
from videogen.voices.hibari import Hibari
from videogen.voices.kokoro import Kokoro
from videogen.voices.none import Silence
from videogen.voices.piper import Piper
from videogen.voices.voice import Engine, Voice, speaks

PIPER, KOKORO, HIBARI = Piper(), Kokoro(), Hibari()
ENGINES: dict[str, Engine] = {engine.name: engine for engine in (HIBARI, PIPER, KOKORO, Espeak(), Edge(), Silence())}


class VoiceInfo(NamedTuple):
    """A voice, the languages it speaks (BCP 47 tags; `*` is any), and why it does not work here (None: it does).

    `voices` are the full names of those that can be asked for one by one. With one that is `online` what is spoken leaves this machine.
    """

    name: str
    languages: tuple[str, ...]
    why_not: str | None
    online: bool = False
    voices: tuple[str, ...] = ()


def use_piper_directory(directory: Path) -> None:
    """Set the directory with the models of piper, and the voices of kokoro, for this process."""
    PIPER.directory = KOKORO.directory = directory


def list_voices() -> tuple[VoiceInfo, ...]:
    """Return all voices, the default first, without loading any."""
    return tuple(map(_voice_info, ENGINES.values()))


def _voice_info(engine: Engine) -> VoiceInfo:
    why_not = engine.available()
    voices = () if why_not else tuple(f"{engine.name}:{voice}" for voice in engine.voices())
    return VoiceInfo(engine.name, engine.languages(), why_not, engine.online, voices)


def check(name: str, language: str) -> Engine:
    """Return the engine of the voice `name`, checked to speak `language`, without loading it.

    Raises BadOption for an unknown name, VoiceUnavailable if it does not work here, and LanguageNotSpoken.
    """
    language = known(language)
    kind, _, voice = name.partition(":")
    engine = ENGINES.get(kind)
    if engine is None:
        raise _no_such(name, ENGINES)
    why_not = engine.available()
    if why_not is not None:
        raise VoiceUnavailable(f"The voice {kind} cannot be used here: {why_not}.")
    spoken = engine.languages(voice)
    if voice and not spoken:
        raise _no_such(name, [f"{kind}:{one}" for one in engine.voices()] or [kind])
    if not speaks(spoken, language):
        raise LanguageNotSpoken(f"The voice {name} does not speak {name_of(language)}.")
    return engine


def load_voice(name: str, language: str) -> Voice:
    """Load the voice `name` for `language`. Raises what `check` raises."""
    return check(name, language).voice(known(language), name.partition(":")[2])


def is_loaded(name: str) -> bool:
    """Return whether a voice can speak at once, as far as is known."""
    return name != HIBARI.name or HIBARI.loaded or HIBARI.available() is not None


def load(name: str) -> None:
    """Load what a voice needs, if that is known and not done yet."""
    if not is_loaded(name):
        HIBARI.load()


def fallback_voices(name: str, language: str) -> Iterator[str]:
    """Yield the offline voices that can replace `name`, the best first and silence last."""
    for engine in ENGINES.values():
        if engine.name != name.partition(":")[0] and not engine.online:
            try:
                check(engine.name, language)
            except VideogenError:
                continue
            yield engine.name


def can_speak(name: str, language: str) -> bool:
    """Return whether the voice `name` speaks `language`; True for a voice that is unknown or does not work."""
    try:
        check(name, language)
    except LanguageNotSpoken:
        return False
    except VideogenError:
        return True
    return True


def hint_for_language(language: str) -> str:
    """Return a sentence on how to get a voice for a language; empty if none is known."""
    ways = []
    if ENGINES["espeak"].available():
        ways.append("the voice espeak once the program espeak-ng is installed")
    if not speaks(PIPER.languages(), language):
        ways.append("the voice piper with a model of that language")
    if speaks(tuple(kokoro.LANGUAGES.values()), language) and KOKORO.available():
        ways.append("the voice kokoro once it is installed")
    if speaks(ENGINES["edge"].languages(), language):
        ways.append("the voice edge (which sends the words over the network)")
    text = " or ".join([", ".join(ways[:-1]), ways[-1]] if len(ways) > 1 else ways)
    return text[:1].upper() + text[1:]


def _no_such(name: str, names: Iterable[str]) -> BadOption:
    diagnostic = Diagnostic(f"There is no voice {name[:60]!r}.", path="options.voice")
    return BadOption(diagnostic.message, hint=f"Use one of: {', '.join(islice(names, 12))}.", diagnostics=[diagnostic])
