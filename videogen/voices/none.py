"""none: a silent voice that takes as long as a person needs to read the words."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from videogen.voices.voice import ANY_LANGUAGE, Speech, Voice, silence

RATE_HZ = 48_000
WORDS_A_SECOND = 2.7
WIDE_LETTERS_A_SECOND = 5.0  # of scripts that put no spaces between words


def reading_s(text: str) -> float:
    """Estimate the seconds to read `text` aloud: 2.7 words, or 5 letters of East Asian scripts, per second."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" and letter.isalpha() for letter in text)
    words = sum(any(letter.isalnum() for letter in word) for word in text.split())
    return wide / WIDE_LETTERS_A_SECOND + max(0.0, words - (wide > 0)) / WORDS_A_SECOND


@dataclass(frozen=True)
class SilentVoice:
    """Silence of the length of the words."""

    name: str = "none"
    stresses: bool = False
    version: str = f"{WORDS_A_SECOND} {WIDE_LETTERS_A_SECOND}"

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        return silence(RATE_HZ, reading_s(text) / speed)


class Silence:
    """The engine; it speaks no language and so suits all of them."""

    name = "none"
    online = False

    def available(self) -> str | None:
        return None

    def languages(self, voice: str = "") -> tuple[str, ...]:
        return () if voice else (ANY_LANGUAGE,)

    def voices(self) -> tuple[str, ...]:
        return ()

    def voice(self, language: str, voice: str = "") -> Voice:
        return SilentVoice()
