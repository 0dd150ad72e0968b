from pathlib import Path

import numpy as np
import pytest

from videogen.script.stress_marks import STRESS, STRESS_END
from videogen.voices import espeak
from videogen.voices.espeak import Espeak

pytestmark = pytest.mark.skipif(Espeak().available() is not None, reason="espeak-ng is an optional program")


def test_it_speaks_many_languages() -> None:
    assert {"en-us", "en", "de", "fr-fr", "no"} <= set(Espeak().languages())


def test_words_become_sound_again_and_again_the_same() -> None:
    voice = Espeak().voice("de")
    speech = voice.speak("Guten Tag, wie geht es Ihnen?")
    assert speech.rate == 22_050
    assert 0.5 < len(speech.samples) / speech.rate < 6.0
    assert np.array_equal(speech.samples, voice.speak("Guten Tag, wie geht es Ihnen?").samples)


@pytest.mark.parametrize(
    ("language", "identifier"),
    [("en", "en-us"), ("en-GB", "en-gb"), ("pt-BR", "pt-br"), ("zh", "cmn"), ("de-AT", "de"), ("zh-TW", "cmn"), ("fr", "fr-fr")],
)
def test_the_nearest_voice_to_a_language_is_taken(language: str, identifier: str) -> None:
    assert espeak._nearest(language, espeak._identifiers()) == identifier


@pytest.mark.parametrize("text", ["--version", "; rm -rf /", "[[h@]]", "<speak>", "a\0b", "😀", ""])
def test_text_is_never_a_command(text: str) -> None:
    assert Espeak().voice("en").speak(text).samples.dtype == np.float32


def test_speaking_leaves_nothing_in_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's sound library would make directories there, or in a directory for passing files."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_SERVER"):
        monkeypatch.delenv(name, raising=False)
    espeak._identifiers.cache_clear()
    assert Espeak().voice("en").speak("One.").samples.size
    assert list(home.rglob("*")) == []


def test_stressed_words_are_louder_and_never_markup() -> None:
    voice = Espeak().voice("en")
    plain, stressed = (voice.speak(text).samples for text in ("It is not a big dog.", f"It is not a {STRESS}big{STRESS_END} dog."))
    assert np.sqrt((stressed**2).max()) > np.sqrt((plain**2).max())
    with_signs = voice.speak(f"A {STRESS}big{STRESS_END} <break time='30s'/> dog.").samples
    assert len(with_signs) / 22_050 < 10
