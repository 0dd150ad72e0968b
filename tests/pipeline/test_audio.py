from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import stand_in_voices
from videogen.errors.rendering import VoiceUnavailable
from videogen.errors.script import BadScript
from videogen.pipeline.audio import AudioStage, SpokenScene, speaking_order
from videogen.pipeline.narration import NarratedScene, Narration
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.render.cache import Cache
from videogen.script.models import ClipScene, CodeScene, ImageScene, Scene, Script, TextScene
from videogen.script.video_options import Options
from videogen.voices.wav import RATE_HZ, read_wav, write_wav


def speak(tmp_path: Path, *scenes: tuple[str, ...], scene: Any = None, **options: Any) -> tuple[list[SpokenScene], list[Any]]:
    scene = scene or TextScene(kind="text", paragraphs=("x",), line=3)
    script = Script(title="T", options=Options(**{"voice": "none"} | options), scenes=(scene,) * len(scenes))
    narrated = tuple(NarratedScene(number, scene, words, 4.0) for number, words in enumerate(scenes, start=1))
    reports: list[Any] = []
    (tmp_path / "sounds").mkdir(exist_ok=True)
    spoken = AudioStage(Cache(tmp_path / "cache"), tmp_path / "sounds").run(
        Narration(Plan(script, ()), narrated), Reporter("audio", reports.append)
    )
    return list(spoken), reports


def test_scene_lasts_as_long_as_its_lead_in_its_words_and_its_padding(tmp_path: Path) -> None:
    ((one,), _) = speak(tmp_path, ("one two three four five six.", "seven eight nine."), lead_in_s=0.5, padding_s=1.0)
    (first, second) = one.sentences
    assert first.start == pytest.approx(one.lead_in_s) == pytest.approx(0.5)
    assert first.end < second.start
    assert 0 <= one.timing.duration - (second.end + 1.0) < 16 / 30
    assert one.timing.sentences == ((first.start, first.end), (second.start, second.end))


def test_scene_without_words_stays_long_enough_to_be_read(tmp_path: Path) -> None:
    code = CodeScene(kind="code", code="a = 1\n" * 20)
    ((one,), _) = speak(tmp_path, (), scene=code)
    assert one.timing.duration >= 8
    assert one.sentences == one.chunks == ()


def test_least_length_is_what_the_scene_says(tmp_path: Path) -> None:
    ((one,), _) = speak(tmp_path, (), scene=TextScene(kind="text", paragraphs=("x",), duration_s=20.0))
    assert one.timing.duration == pytest.approx(20.0, abs=16 / 30)


def test_first_sound_frame_is_silent_even_without_a_lead_in(tmp_path: Path) -> None:
    ((one,), _) = speak(tmp_path, ("Hello there.",), voice="hibari", lead_in_s=0.0)
    assert one.chunks[0].start == 1024
    assert one.lead_in_s == pytest.approx(1024 / 48_000)


def test_sentence_that_was_spoken_before_is_not_spoken_again(tmp_path: Path) -> None:
    _, reports = speak(tmp_path, ("Once.", "Twice."), ("Once.",))
    spoken, again = speak(tmp_path, ("Once.", "Twice."), ("Once.",))
    assert {report.stage for report in reports} == {"audio"}
    assert [report.stage_progress for report in again] == sorted(report.stage_progress for report in again)
    assert np.array_equal(read_wav(spoken[0].chunks[0].file), read_wav(spoken[1].chunks[0].file))


def test_words_that_the_voice_does_not_know_are_one_warning(tmp_path: Path) -> None:
    spoken, reports = speak(tmp_path, ("日本語です。", "Hello."), ("また。",), ("😀",), voice="hibari")
    (warning,) = [report for report in reports if report.type == "task.warning"]
    assert warning.data["code"] == "not_spoken" and "日本語" in warning.data["message"] and warning.data["line"] == 3
    assert [len(scene.sentences) for scene in spoken] == [1, 0, 0]


def test_speed_and_pauses_are_the_videos(tmp_path: Path) -> None:
    ((slow,), _) = speak(tmp_path, ("One two three four.", "Five."), speed=0.5, pause_s=2.0)
    ((quick,), _) = speak(tmp_path, ("One two three four.", "Five."), speed=2.0, pause_s=0.0)
    assert slow.sentences[0].end - slow.sentences[0].start == pytest.approx(
        4 * (quick.sentences[0].end - quick.sentences[0].start), rel=0.01
    )
    assert slow.sentences[1].start - slow.sentences[0].end == pytest.approx(2.0, abs=0.001)
    assert quick.sentences[1].start == quick.sentences[0].end


def test_pauses_asked_for_are_kept(tmp_path: Path) -> None:
    scene = TextScene(kind="text", paragraphs=("x",), pause_s=4.0)
    script = Script(title="T", options=Options(voice="none"), scenes=(scene,))
    narrated = NarratedScene(1, scene, ("One two.", "Three."), 4.0, (1.0, 2.0, 3.0))
    (tmp_path / "sounds").mkdir()
    audio = AudioStage(Cache(tmp_path / "cache"), tmp_path / "sounds")
    (spoken,) = audio.run(Narration(Plan(script, ()), (narrated,)), Reporter("audio", lambda report: None))
    first, second = spoken.sentences
    assert first.start == pytest.approx(spoken.lead_in_s + 1.0, abs=0.001)
    assert second.start == pytest.approx(first.end + 2.0, abs=0.001)
    assert 0 <= spoken.timing.duration - (second.end + 3.0 + 4.0 + 0.6) < 16 / 30


def test_words_are_said_as_asked_and_captioned_as_written(tmp_path: Path) -> None:
    ((one,), _) = speak(tmp_path, ("SQL is fun.",), pronunciations={"SQL": "a very long word for it"})
    ((other,), _) = speak(tmp_path, ("SQL is fun.",))
    assert one.sentences[0].text == "SQL is fun."
    assert one.sentences[0].end > other.sentences[0].end


def test_scene_may_have_a_voice_of_its_own(tmp_path: Path) -> None:
    scene = TextScene(kind="text", paragraphs=("x",), voice="hibari")
    ((one,), _) = speak(tmp_path, ("Hello there.",), scene=scene)
    assert read_wav(one.chunks[0].file).any()


def test_voice_that_cannot_is_replaced_only_where_that_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_voices.install(monkeypatch, "edge_tts", Communicate=stand_in_voices.Communicate)
    monkeypatch.setattr(stand_in_voices.Communicate, "fails", True)
    with pytest.raises(VoiceUnavailable, match="did not answer"):
        speak(tmp_path, ("One.", "Two."), voice="edge")
    spoken, reports = speak(tmp_path, ("One.", "Two."), ("Three.",), voice="edge", voice_fallback=True)
    warnings = [report.data for report in reports if report.type == "task.warning"]
    assert [warning["code"] for warning in warnings] == ["voice_replaced"]
    assert "hibari" in warnings[0]["message"]
    assert [len(scene.sentences) for scene in spoken] == [2, 1]


def test_silence_takes_over_when_nobody_speaks_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    spoken, reports = speak(tmp_path, ("Bonjour.",), voice="hibari", language="fr", voice_fallback=True)
    (warning,) = [report.data for report in reports if report.type == "task.warning"]
    assert "none" in warning["message"] and spoken[0].sentences


def test_recording_is_heard_in_place_of_a_voice_and_captioned_with_the_scenes_text(tmp_path: Path) -> None:
    write_wav(tmp_path / "mine.wav", np.sin(np.arange(3 * RATE_HZ) / 30).astype(np.float32))
    scene = TextScene(kind="text", paragraphs=("x",), recording=str(tmp_path / "mine.wav"))
    ((one,), _) = speak(tmp_path, ("A long sentence of words.", "Short."), scene=scene)
    ((again,), _) = speak(tmp_path, ("Another text.",), scene=scene)
    first, second = one.sentences
    assert first.start == pytest.approx(one.lead_in_s) and first.end == second.start
    assert second.end == pytest.approx(one.lead_in_s + 3.0, abs=0.1)
    assert first.end - first.start > 2 * (second.end - second.start)
    assert len(one.chunks) == 1 and one.chunks[0].file == again.chunks[0].file


def test_recording_that_is_none_is_a_fault_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.mp3").write_bytes(b"ID3 and nothing else")
    scene = TextScene(kind="text", paragraphs=("x",), line=7, recording=str(tmp_path / "mine.mp3"))
    with pytest.raises(BadScript) as caught:
        speak(tmp_path, ("Text.",), scene=scene, missing_images="fail")
    assert caught.value.diagnostics[0].line == 7
    assert "WAV, MP3, M4A" in caught.value.hint


def test_recording_that_is_none_is_spoken_by_a_voice_where_files_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "mine.mp3").write_bytes(b"ID3 and nothing else")
    scene = TextScene(kind="text", paragraphs=("x",), line=7, recording=str(tmp_path / "mine.mp3"))
    ((one,), reports) = speak(tmp_path, ("Text.",), scene=scene)
    (warning,) = [report.data for report in reports if report.type == "task.warning"]
    assert (warning["code"], warning["line"]) == ("picture_left_out", 7) and "WAV, MP3, M4A" in warning["hint"]
    assert [sentence.text for sentence in one.sentences] == ["Text."] and one.chunks


STILL = TextScene(kind="text", paragraphs=("x",))
MOVING = ImageScene(kind="image", file="a.png", alt="A", move="pan left")
UNMOVED = ImageScene(kind="image", file="a.png", alt="A")
VIDEO = ClipScene(kind="clip", file="a.mp4")


@pytest.mark.parametrize(
    ("scenes", "turns"),
    [
        ((STILL, STILL, STILL), [1, 2, 3]),
        ((STILL, UNMOVED, STILL, STILL, MOVING, STILL), [1, 4, 5, 2, 3, 6]),
        ((MOVING, STILL, VIDEO, MOVING), [1, 2, 3, 4]),
        ((STILL, STILL, STILL, VIDEO, MOVING), [1, 3, 4, 5, 2]),
    ],
)
def test_what_moves_from_end_to_end_has_its_turn_after_the_first_scene(scenes: tuple[Scene, ...], turns: list[int]) -> None:
    narrated = [NarratedScene(number, scene, (), 4.0) for number, scene in enumerate(scenes, start=1)]
    assert [one.position for one in speaking_order(narrated)] == turns


def test_karaoke_captions_follow_the_words_and_subtitles_are_drawn_once(tmp_path: Path) -> None:
    ((karaoke,), _) = speak(tmp_path, ("Make small steps and land often.",), captions="karaoke", aspect="9:16", theme="slate")
    ((subtitles,), _) = speak(tmp_path, ("Make small steps and land often.",), captions="subtitles", theme="slate")
    words = [caption.text[slice(*caption.spoken)] for caption in karaoke.timing.captions]
    assert words == ["Make", "small", "steps", "and", "land", "often."]
    assert all(a.end == b.start for a, b in zip(karaoke.timing.captions, karaoke.timing.captions[1:], strict=False))
    (whole,) = subtitles.timing.captions
    assert (whole.text.split(), whole.spoken) == (["Make", "small", "steps", "and", "land", "often."], (0, 0))


def test_karaoke_captions_hold_words_of_one_sentence_only(tmp_path: Path) -> None:
    ((karaoke,), _) = speak(tmp_path, ("Rest.", "Leave it alone."), captions="karaoke", aspect="9:16", theme="slate")
    assert {caption.text for caption in karaoke.timing.captions} == {"Rest.", "Leave it\nalone."}
