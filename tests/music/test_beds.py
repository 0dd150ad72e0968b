"""The music that comes with videogen: made to be repeated, equally loud, and in stereo."""

import numpy as np
import pytest

from videogen.music.beds import BEDS, compose
from videogen.script import music_names
from videogen.voices.wav import RATE_HZ


def test_beds_have_the_names_that_the_option_takes() -> None:
    assert tuple(BEDS) == music_names.BEDS


@pytest.mark.slow
@pytest.mark.parametrize("name", music_names.BEDS)
def test_bed_loops_without_a_seam(name: str) -> None:
    sound = compose(name)
    assert sound.shape[1] == 2
    assert 15 * RATE_HZ < len(sound) < 60 * RATE_HZ
    steps = np.abs(np.diff(sound, axis=0)).max(axis=0)
    assert (np.abs(sound[0] - sound[-1]) <= steps).all()
    tenths = np.sqrt((sound[: len(sound) // 4800 * 4800].reshape(-1, 4800, 2) ** 2).mean(axis=(1, 2)))
    assert tenths.min() > 0.02, "it goes silent"
    assert np.abs(sound).max() < 0.71
    assert np.abs(sound[:, 0] - sound[:, 1]).max() > 0.05, "both channels are the same"
