"""The interface of voices: text in, sound out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:  # listing voices needs no numpy
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"
"""float32, -1..1: shape (n,) for mono, (n, 2) for stereo."""

ANY_LANGUAGE = "*"


@dataclass(frozen=True)
class Speech:
    """Mono sound: float32 samples of shape (n,), -1..1, at `rate` Hz."""

    samples: Samples
    rate: int


def silence(rate: int, seconds: float = 0.0) -> Speech:
    """Return silence."""
    import numpy as np

    return Speech(np.zeros(round(seconds * rate), np.float32), rate)


class Voice(Protocol):
    """An engine set to one language. The same text gives the same samples, today and tomorrow, as long as `version` is the same."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Everything that changes the sound: the engine's version, its model, its settings. Part of cache keys."""

    @property
    def stresses(self) -> bool:
        """Whether it can stress words: it then gets them between the marks of `stress_marks`."""

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        """Speak one sentence; `speed` 2.0 is twice as fast. Text with nothing to pronounce gives no samples."""


class Engine(Protocol):
    """A kind of voice. `languages` are BCP 47 tags; `*` is any. With one that is `online` what is spoken leaves this machine."""

    name: str
    online: bool

    def available(self) -> str | None:
        """Return None if the engine works here, else the reason."""

    def languages(self, voice: str = "") -> tuple[str, ...]:
        """Return its languages, or those of one of its voices; empty for an unknown voice."""

    def voices(self) -> tuple[str, ...]:
        """Return the voices that can be chosen by name; empty if the language decides."""

    def voice(self, language: str, voice: str = "") -> Voice:
        """Return a voice for `language`, for which `speaks` is true, or the named one."""


def speaks(languages: tuple[str, ...], language: str) -> bool:
    """Return whether one of the tags is the language, of any region: en speaks en-GB, and en-US speaks en."""
    base = language.lower().split("-")[0]
    return any(tag == ANY_LANGUAGE or tag.lower().split("-")[0] == base for tag in languages)
