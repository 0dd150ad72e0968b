"""Who speaks a line, and for whom a video is paced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.test_audio import speak
from videogen.errors.script import BadOption
from videogen.pipeline import speakers
from videogen.pipeline.narration import NarratedScene, NarrationStage
from videogen.pipeline.pacing import least_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import SILENT_REPORTER
from videogen.script.models import OutroScene, Script, TextScene, TitleScene
from videogen.script.options import check
from videogen.script.video_options import Options

TALK = "The river. **Ada:** Why does it rise? It did not rain. Ben: The dairy rinses its tanks. Adam: is nobody here."


def narrate(text: str, **options: Any) -> NarratedScene:
    scene = TextScene(kind="text", heading="A talk", paragraphs=(text,))
    script = Script(title="T", options=check({"voice": "none", "language": "en"} | options), scenes=(scene,))
    (narrated,) = NarrationStage().run(Plan(script, ()), SILENT_REPORTER).scenes
    return narrated


def test_lines_are_spoken_by_the_voices_of_the_people_whose_names_they_begin_with() -> None:
    narrated = narrate(TALK, voices={"Ada": "hibari", "Ben": "espeak"})
    voices = [None, None, "hibari", "hibari", "espeak", "espeak"]
    assert [narrated.voice(n) for n in range(len(narrated.sentences))] == voices
    assert narrated.lines[2] == ("Ada: Why does it rise?", "Why does it rise?")
    assert narrated.lines[-1] == ("Adam: is nobody here.", "Adam: is nobody here.")


def test_names_before_the_lines_of_a_card_are_heard_as_voices_and_not_shown() -> None:
    title = TitleScene(kind="title", title="Ada: Two people", subtitle="**Ben**: A talk at the river")
    outro = OutroScene(kind="outro", title="Goodbye", text="Adam: not here")
    options = check({"voice": "none", "language": "en", "voices": {"Ada": "hibari", "Ben": "espeak"}})
    cards = NarrationStage().run(Plan(Script(title="T", options=options, scenes=(title, outro)), ()), SILENT_REPORTER).scenes
    shown = cards[0].scene
    assert isinstance(shown, TitleScene) and (shown.title, shown.subtitle) == ("Two people", "A talk at the river")
    assert cards[0].voices == ("hibari", "espeak") and cards[0].spoken == ("Two people.", "A talk at the river.")
    assert cards[1].scene == outro


def test_without_voices_by_name_names_are_words() -> None:
    narrated = narrate(TALK)
    assert narrated.voices == () and narrated.lines[2][1] == "Ada: Why does it rise?"


def test_voices_by_name_may_be_one_text_and_are_checked() -> None:
    options = check({"voice": "none", "language": "en", "voices": "Ada=none, Ben=nobody"})
    assert options.voices == {"Ada": "none", "Ben": "nobody"}
    with pytest.raises(BadOption, match="The voice of Ben"):
        speakers.check(Script(title="T", options=options, scenes=(TextScene(kind="text", paragraphs=("x",)),)), options)
    with pytest.raises(BadOption, match="names and voices"):
        check({"voices": "Ada"})


def test_a_pace_changes_rate_pauses_and_the_time_to_read(tmp_path: Path) -> None:
    lengths = {}
    for pace in ("experts", "usual", "children", "learners"):
        ((spoken,), _) = speak(tmp_path, ("One two three four five six seven eight.", "And nine and ten."), pace=pace)
        lengths[pace] = spoken.timing.duration
        first, second = spoken.sentences
        assert second.start - first.end == pytest.approx(Options(pace=pace).sentence_pause_s, abs=0.02)
    assert sorted(lengths, key=lengths.__getitem__) == ["experts", "usual", "children", "learners"]
    shown = TextScene(kind="text", paragraphs=("Nobody says these words, and so they have to stand until they are read.",))
    assert least_s(shown, (), Options(pace="children").tempo.reading) > least_s(shown, ())


def test_rate_stays_within_what_voices_can_do() -> None:
    assert Options(speed=0.5, pace="learners").rate == 0.5 and Options(speed=2.0, pace="experts").rate == 2.0
