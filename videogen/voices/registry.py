"""The voices there are, and which of them work here."""

from __future__ import annotations

from typing import NamedTuple

from videogen.errors import BadOption, Fault, LanguageNotSpoken, VoiceUnavailable
from videogen.voices.espeak import Espeak
from videogen.voices.hibari import Hibari
from videogen.voices.none import Silence
from videogen.voices.voice import Engine, Voice, speaks

ENGINES: dict[str, Engine] = {engine.name: engine for engine in (Hibari(), Espeak(), Silence())}


class Offer(NamedTuple):
    """A voice, the languages it speaks (BCP 47 tags; `*` is any), and why it does not work here (None: it does)."""

    name: str
    languages: tuple[str, ...]
    why_not: str | None


def offered() -> tuple[Offer, ...]:
    """Every voice, the default first. Quick: nothing is loaded for it."""
    return tuple(Offer(engine.name, engine.languages(), engine.available()) for engine in ENGINES.values())


def check(name: str, language: str) -> Engine:
    """The engine of the voice `name`, found able to speak `language`. Quick: nothing is loaded for it.

    Raises BadOption for a name that does not exist, VoiceUnavailable where it does not work, LanguageNotSpoken where it would have
    an accent.
    """
    engine = ENGINES.get(name)
    if engine is None:
        fault = Fault(f"There is no voice {name!r}.", path="options.voice")
        raise BadOption(fault.message, hint=f"Use one of: {', '.join(ENGINES)}.", faults=[fault])
    why_not = engine.available()
    if why_not is not None:
        raise VoiceUnavailable(f"The voice {name} cannot be used here: {why_not}.")
    if not speaks(engine.languages(), language):
        raise LanguageNotSpoken(f"The voice {name} does not speak {language!r}.")
    return engine


def choose(name: str, language: str) -> Voice:
    """The voice `name` set to `language`, loaded. Raises what `check` raises."""
    return check(name, language).voice(language)
