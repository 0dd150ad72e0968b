"""Speaking in a process of its own, while the voice is being loaded."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.short_video import run
from videogen.errors.rendering import RendererLost, StageFailed, VoiceUnavailable
from videogen.pipeline import runner
from videogen.pipeline.audio import write_speech
from videogen.pipeline.speech_process import SpeechProcess
from videogen.voices import engines
from videogen.voices.none import SilentVoice
from videogen.voices.voice import Speech, silence


@dataclass(frozen=True)
class Trouble:
    """A voice that has something against what it is to say."""

    name: str = "trouble"
    stresses: bool = False
    version: str = "1"

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        if text == "offline":
            raise VoiceUnavailable("The line is down.", hint="Wait.")
        if text == "wrong":
            raise ZeroDivisionError
        if text == "murder":
            os.kill(os.getpid(), signal.SIGKILL)
        return silence(48_000, 1.0)


@pytest.mark.parametrize("name", ["hibari", "none", "no such voice"])
def test_what_it_says_is_what_is_said_without_it(tmp_path: Path, name: str) -> None:
    voice = engines.load_voice("hibari" if name == "hibari" else "none", "en")
    speech = SpeechProcess(name)
    try:
        for number, text in enumerate(("Every river begins somewhere.", "And this one, too.")):
            there, here = tmp_path / f"{number}-there.wav", tmp_path / f"{number}-here.wav"
            speech(voice, text, 1.2, there)
            write_speech(voice, text, 1.2, here)
            assert there.read_bytes() == here.read_bytes()
    finally:
        speech.stop()


def test_error_of_a_voice_comes_through_and_the_next_voice_can_speak(tmp_path: Path) -> None:
    speech = SpeechProcess("none")
    with pytest.raises(VoiceUnavailable, match="The line is down") as caught:
        speech(Trouble(), "offline", 1.0, tmp_path / "a.wav")
    assert caught.value.hint == "Wait."
    speech(SilentVoice(), "Quiet now", 1.0, tmp_path / "b.wav")
    assert (tmp_path / "b.wav").exists()
    speech.stop()


@pytest.mark.parametrize(
    ("text", "error", "words"), [("wrong", StageFailed, "“wrong” could not be spoken"), ("murder", RendererLost, "SIGKILL")]
)
def test_what_nobody_foresaw_is_told_with_its_reason(tmp_path: Path, text: str, error: type[Exception], words: str) -> None:
    speech = SpeechProcess("none")
    with pytest.raises(error, match=words):
        speech(Trouble(), text, 1.0, tmp_path / "a.wav")
    speech.stop()


def test_video_that_is_spoken_beside_is_the_same_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run(tmp_path / "plain", tmp_path / "one", voice="none")
    begun: list[int] = []

    class Counted(SpeechProcess):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            begun.append(self._worker.pid)

    monkeypatch.setattr(runner, "is_loaded", lambda name: False)
    monkeypatch.setattr(runner, "SpeechProcess", Counted)
    beside = run(tmp_path / "beside", tmp_path / "two", voice="none")
    assert len(begun) == 1 and not Path(f"/proc/{begun[0]}").exists()
    assert (beside.out / "video.mp4").read_bytes() == (plain.out / "video.mp4").read_bytes()
    assert beside.counts("audio") == plain.counts("audio")
    run(tmp_path / "again", tmp_path / "two", voice="none")
    assert len(begun) == 1, "all of it was said before"
    run(tmp_path / "alone", tmp_path / "three", voice="none", render_processes=1)
    assert len(begun) == 1, "with one processor nobody would have the time"
