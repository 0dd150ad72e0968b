import numpy as np
import pytest

from videogen.voices.espeak import Espeak
from videogen.voices.hibari import Hibari
from videogen.voices.loudness import PEAK, RATE_HZ, measure, normalize_loudness
from videogen.voices.voice import Engine
from videogen.voices.wav import resample, trim

pytestmark = pytest.mark.slow

PAUSE = np.zeros(round(0.3 * RATE_HZ), np.float32)
SENTENCES = (
    "Light from the sun looks white, but in truth it is a mixture of all colours.",
    "Why?",
    "Red light passes almost straight through, and blue light arrives from everywhere.",
    "Yes.",
    "It grows with the fourth power.",
)
espeak = pytest.param(Espeak(), marks=pytest.mark.skipif(Espeak().available() is not None, reason="espeak-ng is an optional program"))


def spoken_sentences(engine: Engine) -> list[np.ndarray]:
    voice = engine.voice("en")
    return [normalize_loudness(trim(resample(voice.speak(text)))) for text in SENTENCES]


@pytest.mark.parametrize("engine", [Hibari(), espeak], ids=["hibari", "espeak"])
def test_what_is_said_is_as_loud_by_every_voice_and_never_overdriven(engine: Engine) -> None:
    loudness = measure(np.concatenate([part for sentence in spoken_sentences(engine) for part in (sentence, PAUSE)]))
    assert loudness.integrated == pytest.approx(-16.0, abs=1.0)
    assert loudness.true_peak <= -1.0


def test_a_single_word_is_no_louder_than_a_sentence() -> None:
    loudest = [measure(np.concatenate([sentence, PAUSE, sentence, PAUSE])).integrated for sentence in spoken_sentences(Hibari())]
    assert max(loudest) - min(loudest) < 2.0


def test_levelled_sound_is_as_long_and_the_same_each_time() -> None:
    samples = (0.05 * np.sin(np.arange(RATE_HZ) / 20)).astype(np.float32)
    samples[20_000] = 0.9  # a click that has to be turned down
    louder = normalize_loudness(samples)
    assert len(louder) == len(samples)
    assert np.abs(louder).max() <= PEAK * 1.02
    assert np.array_equal(louder, normalize_loudness(samples))


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(5_000, np.float32)], ids=["nothing", "silence"])
def test_silence_stays_silent(samples: np.ndarray) -> None:
    assert np.array_equal(normalize_loudness(samples), samples)


def test_faint_noise_is_not_blown_up() -> None:
    noise = np.random.default_rng(1).normal(0, 1e-4, RATE_HZ).astype(np.float32)
    assert np.abs(normalize_loudness(noise)).max() < 0.02
