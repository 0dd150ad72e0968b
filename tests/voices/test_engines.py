import subprocess
import sys

import pytest

from videogen.errors.rendering import LanguageNotSpoken, VoiceUnavailable
from videogen.errors.script import BadOption
from videogen.voices import engines
from videogen.voices.voice import speaks


def test_every_voice_is_offered_with_languages_or_a_reason() -> None:
    for offer in engines.list_voices():
        assert offer.name in engines.ENGINES
        assert offer.languages or offer.why_not


def test_offering_loads_no_model() -> None:
    code = "import sys; from videogen.voices.engines import list_voices; list_voices(); assert 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_unknown_voice_names_the_known_ones() -> None:
    with pytest.raises(BadOption) as caught:
        engines.load_voice("robot", "en")
    assert "hibari" in caught.value.hint and "none" in caught.value.hint


def test_language_that_a_voice_does_not_speak_is_an_error_and_not_an_accent() -> None:
    with pytest.raises(LanguageNotSpoken):
        engines.load_voice("hibari", "de")


def test_voice_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(VoiceUnavailable, match="not installed"):
        engines.load_voice("espeak", "en")


def test_a_language_is_spoken_by_its_regions_and_by_voices_of_any() -> None:
    assert speaks(("en",), "en-GB")
    assert speaks(("en-us",), "en")
    assert speaks(("*",), "tlh")
    assert not speaks(("en",), "eo")
