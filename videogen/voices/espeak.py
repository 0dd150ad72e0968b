"""espeak: the program espeak-ng, where it is installed; over a hundred languages, offline, by rule and not by ear."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import wave
from dataclasses import dataclass
from functools import cache
from html import escape  # that of xml.sax loads an HTTP client

from videogen.errors.rendering import VoiceUnavailable
from videogen.script.stress_marks import STRESS, STRESS_END
from videogen.voices.voice import Speech, Voice, silence

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 165
RATE_HZ = 22_050
TIMEOUT_S = 60.0
_OTHER_LANGUAGE = re.compile(r"\([a-z-]+\)")
"""Where the program reads a word as one of another language, it says so in brackets."""
NO_SOUND_SERVER = {"PULSE_RUNTIME_PATH": "/dev/null", "PULSE_SERVER": "unix:/dev/null"}
"""The program looks for a sound server whatever it is asked: PulseAudio's library makes directories below ~/.config or in /tmp for that."""
ALSO_CALLED = {"zh": "cmn", "no": "nb", "en": "en-us"}  # what people write: what the program calls it


@dataclass(frozen=True)
class EspeakVoice:
    """One of the program's voices, by its identifier, such as `en-us`."""

    identifier: str
    version: str
    name: str = "espeak"
    stresses: bool = True

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        # Text goes in on stdin, never on the command line; double brackets would be taken for phonemes.
        command = [PROGRAM, "-v", self.identifier, "-s", str(round(WORDS_A_MINUTE * speed)), "-b", "1", "--stdin", "--stdout"]
        clean = text.replace("\0", " ").replace("[[", "[ [")
        if STRESS in clean:
            command.append("-m")
            clean = escape(clean, quote=False).replace(STRESS, "<emphasis>").replace(STRESS_END, "</emphasis>")
        try:
            output = _run(*command, text=clean)
        except (OSError, subprocess.SubprocessError) as error:
            raise VoiceUnavailable(f"{PROGRAM} did not speak: {error}") from error
        return _read_wave(output.stdout)


class Espeak:
    """The engine."""

    name = "espeak"
    online = False

    def available(self) -> str | None:
        if shutil.which(PROGRAM) is None:
            return f"the program {PROGRAM} is not installed"
        try:
            _identifiers()
        except (OSError, subprocess.SubprocessError) as error:
            return f"the program {PROGRAM} does not answer: {error}"
        return None

    def languages(self, voice: str = "") -> tuple[str, ...]:
        if voice or self.available() is not None:
            return ()
        return tuple(tag for tag in (*_identifiers(), *ALSO_CALLED) if not _misreads(ALSO_CALLED.get(tag, tag)))

    def voices(self) -> tuple[str, ...]:
        return ()

    def voice(self, language: str, voice: str = "") -> Voice:
        return EspeakVoice(_nearest(language, _identifiers()), _version())


_CANNOT_READ = {"ja": "日本語", "cmn": "今天"}
"""Languages whose characters some releases of the program only name in English, each with a few."""


@cache
def _misreads(identifier: str) -> bool:
    """Return whether the program falls back to English, letter by letter, on a language that it claims to speak."""
    written = _CANNOT_READ.get(identifier)
    if written is None:
        return False
    return b"(en)" in _run(PROGRAM, "-v", identifier, "-q", "--ipa", "--stdin", text=written, check=False).stdout


def phonemes(text: str, identifier: str) -> str:
    """Return a text in the phonemes of a voice, in IPA with stress, words apart by spaces. Raises VoiceUnavailable."""
    clean = text.replace("\0", " ").replace("[[", "[ [")
    try:
        written = _run(PROGRAM, "-v", identifier, "-q", "--ipa", "-b", "1", "--stdin", text=clean).stdout.decode()
    except (OSError, subprocess.SubprocessError) as error:
        raise VoiceUnavailable(f"{PROGRAM} did not read: {error}") from error
    return " ".join(_OTHER_LANGUAGE.sub("", written).split())


def _run(*command: str, text: str = "", check: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run the program on a text, without a sound server. Raises OSError and SubprocessError."""
    environment = os.environ | NO_SOUND_SERVER
    return subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIMEOUT_S, check=check, env=environment)


def _nearest(language: str, identifiers: tuple[str, ...]) -> str:
    """Return the identifier of the language and region, else of the language, else of one of its regions."""
    name = ALSO_CALLED.get(language.lower(), language.lower())
    primary = ALSO_CALLED.get(name.split("-")[0], name.split("-")[0])
    relatives = [identifier for identifier in identifiers if identifier.split("-")[0] == primary.split("-")[0]]
    return next(identifier for identifier in (name, primary, f"{primary}-{primary}", *relatives) if identifier in identifiers)


@cache
def _identifiers() -> tuple[str, ...]:
    listing = _run(PROGRAM, "--voices").stdout.decode()
    identifiers = {line.split()[1].lower() for line in listing.splitlines()[1:] if len(line.split()) > 1}
    return tuple(sorted(identifiers))


@cache
def _version() -> str:
    return _run(PROGRAM, "--version").stdout.decode().strip()


def _read_wave(sound: bytes) -> Speech:
    """Return a WAV stream of 16-bit mono; its header's length is a placeholder, since the program writes it before it knows."""
    if not sound:  # there was nothing to say
        return silence(RATE_HZ)
    import numpy as np

    with wave.open(io.BytesIO(sound)) as reader:
        pcm = np.frombuffer(reader.readframes(reader.getnframes()), "<i2")
        return Speech(pcm.astype(np.float32) / 32768.0, reader.getframerate())
