import socket

import numpy as np
import pytest

from videogen.voices.hibari import Hibari
from videogen.voices.wav import RATE_HZ, resample, trim

pytestmark = pytest.mark.slow

WORDS = "The stream resumes after a restart."


def test_same_words_give_the_same_samples() -> None:
    voice = Hibari().voice("en")
    assert np.array_equal(voice.speak(WORDS).samples, voice.speak(WORDS).samples)


def test_it_speaks_at_a_human_pace() -> None:
    speech = Hibari().voice("en").speak(WORDS)
    assert 1.0 < len(trim(resample(speech))) / RATE_HZ < 5.0


def test_faster_speech_is_shorter() -> None:
    voice = Hibari().voice("en")
    assert len(voice.speak(WORDS, speed=1.5).samples) < len(voice.speak(WORDS).samples)


@pytest.mark.parametrize("text", ["", "😀", "日本語", "\x00", "...", "a" * 300])
def test_awkward_text_never_raises(text: str) -> None:
    assert Hibari().voice("en").speak(text).samples.dtype == np.float32


def test_loading_it_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from videogen.voices import hibari

    def refuse(*arguments: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hibari._loaded.cache_clear()
    assert len(Hibari().voice("en").speak("Hello.").samples)
