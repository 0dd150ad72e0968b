"""Voices that are optional parts, with stand-ins for what they speak by."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support import stand_in_voices
from videogen.errors.rendering import LanguageNotSpoken, VoiceUnavailable
from videogen.errors.script import BadOption
from videogen.voices import engines, piper


def forget_models() -> None:
    piper._of_file.cache_clear()
    piper._loaded.cache_clear()


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory with two models for piper, a broken one, one that would download, and one without its other file."""
    stand_in_voices.install(monkeypatch, "piper", PiperVoice=stand_in_voices.PiperVoice, SynthesisConfig=stand_in_voices.SynthesisConfig)
    monkeypatch.setattr(engines.PIPER, "directory", tmp_path)
    forget_models()
    for name, message in {
        "de_DE-thorsten-medium": {"language": {"code": "de_DE"}},
        "en_GB-alan-low": {"espeak": {"voice": "en-gb"}},
        "fr_FR-broken": {"language": {"code": "fr_FR"}},
        "zh_CN-chaowen": {"language": {"code": "zh_CN"}, "phoneme_type": "pinyin"},
        "nonsense": ["not", "what", "it", "says"],
    }.items():
        (tmp_path / f"{name}.onnx").write_bytes(b"x" if "broken" in name else b"onnx" + name.encode())
        (tmp_path / f"{name}.onnx.json").write_text(json.dumps(message))
    (tmp_path / "alone.onnx").write_bytes(b"onnx")
    yield tmp_path
    forget_models()


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_voices.install(monkeypatch, "edge_tts", Communicate=stand_in_voices.Communicate)
    monkeypatch.setattr(stand_in_voices.Communicate, "fails", False)


def offer(name: str) -> engines.VoiceInfo:
    return next(voice for voice in engines.list_voices() if voice.name == name)


def test_piper_offers_the_models_that_are_there_and_nothing_else(models: Path) -> None:
    assert offer("piper").voices == ("piper:de_DE-thorsten-medium", "piper:en_GB-alan-low", "piper:fr_FR-broken")
    assert offer("piper").languages == ("de-DE", "en-gb", "fr-FR")
    assert not offer("piper").online


def test_piper_without_models_says_where_they_belong(models: Path, tmp_path: Path) -> None:
    for file in models.iterdir():
        file.unlink()
    assert str(tmp_path) in (offer("piper").why_not or "")


def test_piper_takes_the_model_of_the_language_or_the_one_named(models: Path) -> None:
    assert "thorsten" in engines.load_voice("piper", "de-AT").version
    assert "alan" in engines.load_voice("piper", "en").version
    assert "alan" in engines.load_voice("piper:en_GB-alan-low", "en").version
    with pytest.raises(LanguageNotSpoken):
        engines.load_voice("piper:en_GB-alan-low", "de")
    with pytest.raises(LanguageNotSpoken):
        engines.load_voice("piper", "zh")
    with pytest.raises(BadOption, match="no voice"):
        engines.load_voice("piper:../secret", "en")


def test_piper_speaks_the_same_each_time_and_faster_when_asked(models: Path) -> None:
    voice = engines.load_voice("piper", "de")
    speech = voice.speak("Ein Satz. Noch [[einer]].")
    assert speech.rate == stand_in_voices.RATE_HZ and len(speech.samples) == stand_in_voices.RATE_HZ
    assert np.array_equal(speech.samples, voice.speak("Ein Satz. Noch [[einer]].").samples)
    assert len(voice.speak("Ein Satz.", speed=2.0).samples) * 2 == pytest.approx(len(voice.speak("Ein Satz.").samples), abs=2)
    assert len(voice.speak("").samples) == 0


def test_model_that_cannot_be_loaded_is_named(models: Path) -> None:
    with pytest.raises(VoiceUnavailable, match=r"fr_FR-broken\.onnx"):
        engines.load_voice("piper", "fr").speak("Une phrase.")


def test_edge_says_that_it_is_online_and_knows_its_voices_languages(edge: None) -> None:
    assert offer("edge").online
    assert [voice.name for voice in engines.list_voices() if voice.online] == ["edge"]
    assert engines.load_voice("edge", "en-GB").version.endswith("en-GB-SoniaNeural")
    assert engines.load_voice("edge", "de-AT").version.endswith("de-DE-KatjaNeural")
    assert engines.load_voice("edge:de-DE-ConradNeural", "de").version.endswith("de-DE-ConradNeural")
    for name in ("edge:robot", "edge:de-DE-Conrad", "edge:-"):
        with pytest.raises(BadOption):
            engines.load_voice(name, "de")
    with pytest.raises(LanguageNotSpoken):
        engines.load_voice("edge:de-DE-ConradNeural", "en")


def test_edge_speaks_what_the_service_sends(edge: None) -> None:
    voice = engines.load_voice("edge", "en")
    speech = voice.speak("A sentence of forty letters and no more..")
    assert len(speech.samples) / speech.rate == pytest.approx(2.0, abs=0.1)
    assert len(voice.speak("A sentence of forty letters and no more..", speed=2.0).samples) / speech.rate == pytest.approx(1.0, abs=0.1)
    assert len(voice.speak("…").samples) == 0


def test_edge_that_does_not_answer_is_a_clear_error(edge: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in_voices.Communicate, "fails", True)
    with pytest.raises(VoiceUnavailable, match="no route to host") as caught:
        engines.load_voice("edge", "en").speak("Hello.")
    assert "offline" in caught.value.hint


def test_others_are_offline_and_end_with_silence(models: Path, edge: None) -> None:
    assert list(engines.fallback_voices("edge", "en"))[-1] == "none"
    assert next(iter(engines.fallback_voices("hibari", "de"))) == "piper"
    for language in ("en", "de", "tlh"):
        assert "edge" not in engines.fallback_voices("hibari", language)


def test_what_is_not_installed_says_so() -> None:
    for name in ("piper", "edge"):
        assert "not installed" in (offer(name).why_not or "not installed")
