"""What a voice is: text in, sound out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:  # who offers voices need not load what makes sound
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
    """So much of nothing."""
    import numpy as np

    return Speech(np.zeros(round(seconds * rate), np.float32), rate)


class Voice(Protocol):
    """An engine set to one language. The same text gives the same samples, today and tomorrow, as long as `version` is the same."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str:
        """Whatever changes the sound: the engine's version, its model, its settings. Part of cache keys."""

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        """Speaks one sentence; `speed` 2.0 is twice as fast. Text with nothing to pronounce gives no samples."""


class Engine(Protocol):
    """A kind of voice. `languages` are BCP 47 tags; `*` is any. With one that is `online` what is spoken leaves this machine."""

    name: str
    online: bool

    def available(self) -> str | None:
        """None where the engine works, else why it does not."""

    def languages(self, voice: str = "") -> tuple[str, ...]:
        """What it speaks, or what one of its voices speaks; nothing for a voice that it does not have."""

    def voices(self) -> tuple[str, ...]:
        """The voices that can be asked for by name; none where the language decides."""

    def voice(self, language: str, voice: str = "") -> Voice:
        """The engine set to `language`, one for which `speaks` is true, and to one of its voices."""


def speaks(languages: tuple[str, ...], language: str) -> bool:
    """Whether one of the tags is the language or the same language of another region: en speaks en-GB, and en-US speaks en."""
    wanted = language.lower().split("-")[0]
    return any(tag == ANY_LANGUAGE or tag.lower().split("-")[0] == wanted for tag in languages)
