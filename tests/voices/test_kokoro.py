"""The voices of kokoro: which there are, what is asked of the model, and what espeak-ng makes of words for it."""

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest

from videogen.errors.rendering import LanguageNotSpoken
from videogen.errors.script import BadOption
from videogen.voices import engines, kokoro

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


class StandInSession:
    """Gives 100 samples a token, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, np.ndarray]] = []

    def run(self, outputs: None, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.asked.append(inputs)
        return [np.full((1, 100 * inputs["tokens"].size), 0.1, np.float32)]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> StandInSession:
    session = StandInSession()
    signs = {sign: number for number, sign in enumerate(" .,!?;:abdefghijklmnopstuvwxyzæðəɐɑɔɛɜɪŋɹɾʃʊʌʒˈˌːAIOQWYʤʧ", start=1)}
    monkeypatch.setattr(kokoro, "_model", lambda: kokoro._Model(session, signs))
    return session


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with voices, and files that are none."""
    for name in ("af_bella", "af_heart", "bf_emma", "ef_dora", "zf_xiaoxiao", "xx_nobody"):
        np.full(kokoro.STYLES * kokoro.STYLE, 0.5, "<f4").tofile(tmp_path / f"{name}.bin")
    (tmp_path / "ff_short.bin").write_bytes(b"too short")
    monkeypatch.setattr(engines.KOKORO, "directory", tmp_path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyopenjtalk" else name)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.1.1")
    monkeypatch.setattr(shutil, "which", lambda name: name)
    kokoro._styles.cache_clear()
    return tmp_path


def test_voices_are_the_files_that_are_there_and_their_languages_follow_from_their_names(voices: Path) -> None:
    assert engines.KOKORO.voices() == ("af_bella", "af_heart", "bf_emma", "ef_dora")
    assert engines.KOKORO.languages() == ("en-GB", "en-US", "es")
    assert engines.KOKORO.available() is None


def test_the_region_decides_and_then_the_best_voice(voices: Path) -> None:
    assert "af_heart" in engines.load_voice("kokoro", "en").version
    assert "bf_emma" in engines.load_voice("kokoro", "en-GB").version
    assert "ef_dora" in engines.load_voice("kokoro", "es-MX").version
    assert "af_bella" in engines.load_voice("kokoro:af_bella", "en").version
    with pytest.raises(LanguageNotSpoken):
        engines.load_voice("kokoro", "de")
    with pytest.raises(BadOption, match="no voice"):
        engines.load_voice("kokoro:../secret", "en")


def test_version_changes_with_the_file(voices: Path) -> None:
    before = engines.load_voice("kokoro", "es").version
    np.zeros(kokoro.STYLES * kokoro.STYLE, "<f4").tofile(voices / "ef_dora.bin")
    assert engines.load_voice("kokoro", "es").version != before


def test_without_voices_it_says_where_they_belong(voices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.KOKORO, "directory", tmp_path / "none")
    assert str(tmp_path / "none") in (engines.KOKORO.available() or "")


@needs_espeak
def test_words_become_phonemes_and_stops_stay(voices: Path) -> None:
    assert kokoro._phonemes("I know. Why, Joe?", "en-US") == "I nˈO. wˈI, ʤˈO?"
    assert kokoro._phonemes("...", "en-US") == "..."
    assert kokoro._phonemes("¿Qué hora es?", "es").endswith("?")


@needs_espeak
def test_a_long_text_is_spoken_in_portions(voices: Path, session: StandInSession) -> None:
    voice = engines.load_voice("kokoro", "en")
    speech = voice.speak("This sentence is rather long, and it goes on. " * 20, speed=1.5)
    assert len(session.asked) > 1
    assert all(asked["tokens"].size <= kokoro.MOST_PHONEMES + 2 and asked["speed"] == np.float32(1.5) for asked in session.asked)
    assert all(
        asked["tokens"][0, 0] == asked["tokens"][0, -1] == 0 and asked["style"].shape == (1, kokoro.STYLE) for asked in session.asked
    )
    assert len(speech.samples) == 100 * sum(asked["tokens"].size for asked in session.asked)
    assert not len(voice.speak("  ").samples)
