"""Modules that stand in for those of optional voices: the same names and shapes, and a tone in place of speech."""

from __future__ import annotations

import io
import types
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

RATE_HZ = 22_050


def tone(seconds: float) -> Any:
    return (0.3 * np.sin(np.arange(round(seconds * RATE_HZ)) / 10)).astype(np.float32)


@dataclass
class SynthesisConfig:
    length_scale: float
    noise_scale: float
    noise_w_scale: float


class PiperVoice:
    """As piper 1.8 has it: `load` a file, `synthesize` chunks of a sentence each."""

    config = types.SimpleNamespace(length_scale=1.0, sample_rate=RATE_HZ)

    @classmethod
    def load(cls, model_path: Path) -> PiperVoice:
        if not model_path.read_bytes().startswith(b"onnx"):
            raise RuntimeError("no model")
        return cls()

    def synthesize(self, text: str, syn_config: Any) -> Iterator[Any]:
        assert "[[" not in text
        assert syn_config.noise_scale == syn_config.noise_w_scale == 0.0
        for _ in filter(str.strip, text.split(".")):
            yield types.SimpleNamespace(audio_float_array=tone(0.5 * syn_config.length_scale))


class Communicate:
    """As edge-tts 7.3 has it: an asynchronous stream of chunks. `fails` makes it a service that is not there."""

    fails = False

    def __init__(self, text: str, voice: str, *, rate: str) -> None:
        self.seconds = len(text) / 20 / (1 + int(rate.rstrip("%")) / 100)

    async def stream(self) -> AsyncIterator[dict[str, Any]]:
        if self.fails:
            raise OSError("no route to host")
        sound = io.BytesIO()
        with wave.open(sound, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(RATE_HZ)
            writer.writeframes((tone(self.seconds) * 32767).astype("<i2").tobytes())
        content = sound.getvalue()
        yield {"type": "audio", "data": content[:1000]}
        yield {"type": "SentenceBoundary"}
        yield {"type": "audio", "data": content[1000:]}


def install(monkeypatch: pytest.MonkeyPatch, name: str, **contents: object) -> None:
    """Puts a module and its distribution in the place of what is not installed."""
    import importlib.machinery
    import importlib.metadata
    import sys

    module = types.ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    vars(module).update(contents)
    monkeypatch.setitem(sys.modules, name, module)
    real = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda package: "1.0" if package.startswith(name.split("_")[0]) else real(package))
