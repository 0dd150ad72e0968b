import pytest

from videogen.voices.none import RATE_HZ, Silence, reading_s


def test_silence_lasts_as_long_as_the_words() -> None:
    speech = Silence().voice("en").speak("one two three four five")
    assert not speech.samples.any()
    assert len(speech.samples) / RATE_HZ == pytest.approx(reading_s("one two three four five"), abs=0.001)


def test_more_words_take_longer_in_every_script() -> None:
    assert reading_s("one two three") < reading_s("one two three four")
    assert reading_s("日本語") < reading_s("日本語を話します")
    assert reading_s("") == reading_s("— … !") == 0.0


def test_twice_the_speed_is_half_the_time() -> None:
    voice = Silence().voice("en")
    assert len(voice.speak("a b c d", speed=2.0).samples) * 2 == pytest.approx(len(voice.speak("a b c d").samples), abs=2)
