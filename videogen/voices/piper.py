"""piper: neural voices in many languages, offline, each from a model file of one's own. An optional part: pip install 'videogen[piper]'."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.files import walk
from videogen.errors.rendering import VoiceUnavailable
from videogen.voices.voice import Speech, Voice

WOULD_DOWNLOAD = "pinyin"  # the way to phonemes that fetches a model of its own


@dataclass(frozen=True)
class Model:
    """A voice's file and what the file beside it says: `de_DE-thorsten-medium.onnx` and `de_DE-thorsten-medium.onnx.json`."""

    name: str
    file: Path
    language: str


@dataclass(frozen=True)
class PiperVoice:
    """One model, loaded when it first speaks."""

    version: str
    file: Path
    name: str = "piper"
    stresses: bool = False

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        import numpy as np
        from piper import SynthesisConfig

        synthesizer = _loaded(self.file)
        # Without noise the same words give the same sound. Double brackets would be taken for phonemes.
        how = SynthesisConfig(length_scale=synthesizer.config.length_scale / speed, noise_scale=0.0, noise_w_scale=0.0)
        spoken = list(synthesizer.synthesize(text.replace("[[", "[ ["), how))
        samples = [np.asarray(chunk.audio_float_array, np.float32) for chunk in spoken]
        return Speech(np.concatenate([np.zeros(0, np.float32), *samples]), synthesizer.config.sample_rate)


class Piper:
    """The engine. `directory` is where its models are; nothing is ever downloaded."""

    name = "piper"
    online = False

    def __init__(self) -> None:
        self.directory: Path | None = None

    def available(self) -> str | None:
        if importlib.util.find_spec("piper") is None:
            return "the package piper-tts is not installed"
        if not self._models():
            return f"there is no voice (an .onnx file and its .onnx.json) in {self.directory or 'any directory'}"
        return None

    def languages(self, voice: str = "") -> tuple[str, ...]:
        return tuple(sorted({model.language for model in self._models() if voice in ("", model.name)}))

    def voices(self) -> tuple[str, ...]:
        return tuple(model.name for model in self._models())

    def voice(self, language: str, voice: str = "") -> Voice:
        candidates = [model for model in self._models() if voice in ("", model.name)]
        tag = language.lower()
        # The very region first, else the first of the language.
        candidates.sort(key=lambda model: (model.language.lower() != tag, model.language.lower().split("-")[0] != tag.split("-")[0]))
        return _of_file(candidates[0].file)

    def _models(self) -> list[Model]:
        files = [path for path in walk.entries(self.directory) if path.suffix == ".onnx"] if self.directory else []
        return [model for model in map(_model, files) if model]


def _model(file: Path) -> Model | None:
    """Return the configuration beside a model, None if it cannot be used."""
    try:
        config = json.loads(file.with_name(f"{file.name}.json").read_text(encoding="utf-8"))
        language = (config.get("language") or {}).get("code") or config["espeak"]["voice"]
        usable = config.get("phoneme_type") != WOULD_DOWNLOAD
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return Model(file.stem, file, str(language).replace("_", "-")) if usable else None


@cache
def _of_file(file: Path) -> PiperVoice:
    """Return a model's voice, with a version that depends on the content of its file."""
    try:
        with file.open("rb") as model:
            content = hashlib.file_digest(model, "blake2b").hexdigest()[:20]
    except OSError as error:
        raise _unusable(file, error) from error
    return PiperVoice(f"{importlib.metadata.version('piper-tts')} {file.stem} {content}", file)


@cache
def _loaded(file: Path) -> Any:
    from piper import PiperVoice as Synthesizer

    try:
        return Synthesizer.load(file)
    except Exception as error:  # onnxruntime has errors of its own
        raise _unusable(file, error) from error


def _unusable(file: Path, error: Exception) -> VoiceUnavailable:
    return VoiceUnavailable(f"The model {file.name} of the voice piper cannot be loaded: {error}")
