"""hibari: offline English from a small neural model that comes inside the package."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from videogen.voices.voice import Speech, Voice

HEART = "heart"  # the one voice whose model is in the wheel; asking for any other goes to the network


@dataclass(frozen=True)
class HibariVoice:
    """English, by the voice `heart`. Dates and numbers are read the American way. It is loaded when it first speaks."""

    version: str
    name: str = "hibari"
    stresses: bool = False

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        import numpy as np

        synthesize = _loaded()
        # Without a seed each call draws its own noise, and no cache would ever hold the same video twice.
        samples = synthesize(text, speed=speed, seed=0)
        return Speech(np.asarray(samples, np.float32), synthesize.sample_rate)


class Hibari:
    """The engine."""

    name = "hibari"
    online = False

    @property
    def loaded(self) -> bool:
        """Whether it can speak without loading anything first."""
        return _loaded.cache_info().currsize > 0

    def load(self) -> None:
        """Load the model and the lexicon."""
        _loaded()

    def available(self) -> str | None:
        if importlib.util.find_spec("hibari") is None:
            return "the package hibari-tts is not installed"
        return None

    def languages(self, voice: str = "") -> tuple[str, ...]:
        return () if voice else ("en",)

    def voices(self) -> tuple[str, ...]:
        return ()

    def voice(self, language: str, voice: str = "") -> Voice:
        return HibariVoice(f"{importlib.metadata.version('hibari-tts')} {HEART}")


@cache
def _loaded() -> Any:
    """Return the model and the lexicon, once a process: more than half a second, for which a video that is spoken already does not wait."""
    from hibari import Hibari as Synthesizer
    from hibari.g2p import G2P
    from hibari.voices import voice_path

    # With the path of the model given the library has no reason to fetch anything, and `download_missing=False` makes a wheel without
    # its model an error instead of a download.
    model = voice_path(HEART, download_missing=False)
    # The lexicon is read while the model gets ready, in native code. The thread ends with that: nobody forks a process with half of one.
    with ThreadPoolExecutor(1) as beside:
        lexicon = beside.submit(G2P)
        return Synthesizer(voice=HEART, model=model, threads=1, g2p=lambda text: lexicon.result()(text))
