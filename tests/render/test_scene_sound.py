from pathlib import Path

import numpy as np
import pytest

from videogen.render.frame_grid import AAC_FRAME
from videogen.render.scene_sound import BLOCK, SoundChunk, blocks
from videogen.voices.wav import write_wav


@pytest.mark.parametrize("starts", [(1_024, 5_000), (0, 1_000), (10_000, 11_300), (BLOCK - 900, BLOCK + 200), (BLOCK, 2 * BLOCK + 3)])
@pytest.mark.parametrize("length", [1, 1_024, 3_333, 40_000])
def test_pieces_are_heard_where_they_were_put(tmp_path: Path, starts: tuple[int, int], length: int) -> None:
    total = 53 * AAC_FRAME
    chunks, wanted = [], np.zeros(total, np.float32)
    for number, start in enumerate(starts):
        samples = np.full(min(length, starts[1] - starts[0]), 0.25 * (number + 1), np.float32)
        write_wav(tmp_path / f"{number}.wav", samples)
        chunks.append(SoundChunk(start, tmp_path / f"{number}.wav"))
        wanted[start : start + len(samples)] = samples
    got = list(blocks(tuple(chunks), total))
    assert [len(block) for block in got] == [BLOCK] * 3 + [5 * AAC_FRAME]
    assert np.allclose(np.concatenate(got), wanted, atol=1e-4)


@pytest.mark.parametrize("channels", [1, 2])
def test_without_pieces_there_is_silence(channels: int) -> None:
    silence = np.concatenate(list(blocks((), 4 * AAC_FRAME, channels)))
    assert not silence.any() and silence.size == 4 * AAC_FRAME * channels


@pytest.mark.parametrize("start", [1_024, BLOCK - 900])
def test_mono_piece_is_in_the_middle_and_stereo_piece_as_it_is(tmp_path: Path, start: int) -> None:
    write_wav(tmp_path / "mono.wav", np.full(3_000, 0.5, np.float32))
    write_wav(tmp_path / "stereo.wav", np.tile(np.array([0.5, -0.25], np.float32), (3_000, 1)))
    chunks = SoundChunk(start, tmp_path / "mono.wav"), SoundChunk(start + 3_000, tmp_path / "stereo.wav", 1_000, 1_500)
    got = np.concatenate(list(blocks(chunks, 53 * AAC_FRAME, 2)))
    wanted = np.zeros((53 * AAC_FRAME, 2))
    wanted[start : start + 3_000] = 0.5 * 0.5**0.5
    wanted[start + 3_000 : start + 4_500] = (0.5, -0.25)
    assert np.allclose(got, wanted, atol=1e-4)
