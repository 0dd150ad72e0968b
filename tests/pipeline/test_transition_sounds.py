"""Short sounds as scenes come in: where they are heard, and that nothing else changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from tests.pipeline.test_audio import speak
from videogen.music.transition_sounds import LENGTH_S, SOUNDS, compose_transition
from videogen.render.frame_grid import AAC_FRAME
from videogen.script.models import TextScene
from videogen.script.options import check
from videogen.script.video_options import TransitionSound
from videogen.voices.wav import RATE_HZ, read_wav

WORDS = ("One two three.",)


def heard(tmp_path: Path, **options: Any) -> list[bool]:
    """Whether each of three scenes begins with a sound that is not speech."""
    spoken, _ = speak(tmp_path, WORDS, WORDS, WORDS, theme="slate", **options)
    return [any(chunk.behind for chunk in scene.chunks) for scene in spoken]


def test_the_option_takes_the_names_of_the_sounds_and_is_off_by_default(tmp_path: Path) -> None:
    assert set(get_args(TransitionSound)) == {"none", *SOUNDS}
    assert check({"transition_sound": False}).transition_sound == "none"
    assert heard(tmp_path) == [False] * 3


@pytest.mark.parametrize("name", sorted(SOUNDS))
def test_a_sound_is_quiet_short_and_silent_at_both_ends(name: str) -> None:
    sound = compose_transition(name)
    assert len(sound) == round(LENGTH_S * RATE_HZ) and 0.1 < np.abs(sound).max() < 0.12
    assert abs(sound[0]) < 1e-3 and np.abs(sound[-48:]).max() < 5e-3
    assert np.array_equal(sound, compose_transition(name))


def test_it_is_heard_as_scenes_come_in_before_their_first_word_and_changes_no_length(tmp_path: Path) -> None:
    assert heard(tmp_path, transition_sound="tick") == [False, True, True]
    without, _ = speak(tmp_path, WORDS, WORDS)
    spoken, _ = speak(tmp_path, WORDS, WORDS, theme="slate", transition_sound="tick")
    assert [scene.frames for scene in spoken] == [scene.frames for scene in without]
    sound, word = spoken[1].chunks
    assert sound.start == AAC_FRAME and sound.start + len(read_wav(sound.file)) <= word.start
    assert spoken[1].sentences == without[1].sentences


def test_there_is_none_where_nothing_moves_or_too_little_is_silent(tmp_path: Path) -> None:
    for options in ({"motion": "none"}, {"transition": "cut"}, {"lead_in_s": 0.2}):
        assert heard(tmp_path, transition_sound="chime", **options) == [False] * 3
    page = TextScene(kind="text", paragraphs=("x",), page=2, pages=2)
    spoken, _ = speak(tmp_path, WORDS, WORDS, scene=page, theme="slate", transition_sound="chime")
    assert not any(chunk.behind for scene in spoken for chunk in scene.chunks)
    still = TextScene(kind="text", paragraphs=("x",), motion="none")
    spoken, _ = speak(tmp_path, WORDS, WORDS, scene=still, theme="slate", transition_sound="chime")
    assert len(spoken[1].chunks) == 1
