"""Stereo in finished videos: what is heard on one side stays there, voices are in the middle, and videos without stereo are mono."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.foreign_clips import clip
from tests.support.short_video import RenderResult, run
from videogen.voices.loudness import measure
from videogen.voices.wav import write_wav

RATE_HZ = 48_000
SECONDS = 3.0
SPOKEN = "# Two sides\n\nThis sentence is spoken by a voice, and it is heard in the middle.\n"
TONE = (0.2 * np.sin(2 * np.pi * 440 * np.arange(round(SECONDS * RATE_HZ)) / RATE_HZ)).astype(np.float32)
LEFT, OPPOSITE, SAME = np.stack([TONE, 0 * TONE]), np.stack([TONE, -TONE]), np.stack([TONE, TONE])
MONO = TONE[None]


def stored(directory: Path, made: Path) -> Path:
    """A file as the store keeps it: under the hash of its content."""
    (directory / "assets").mkdir(exist_ok=True)
    content = made.read_bytes()
    path = directory / "assets" / hashlib.sha256(content).hexdigest()
    path.write_bytes(content)
    return path


def render_video(directory: Path, source: str, work: str = "work", **sounds: NDArray[np.float32]) -> RenderResult:
    """A video of a script that names clips (`a.mp4`) and recordings (`a.wav`) with these sounds, of (channels, samples)."""
    assets = {}
    for name, sound in sounds.items():
        if f"{name}.mp4" in source:
            assets[f"{name}.mp4"] = stored(directory, clip(directory / f"{name}.mp4", seconds=SECONDS, sound=sound))
        if f"{name}.wav" in source:
            write_wav(directory / f"{name}.wav", sound[0] if len(sound) == 1 else np.ascontiguousarray(sound.T))
            assets[f"{name}.wav"] = stored(directory, directory / f"{name}.wav")
    return run(directory / work, directory / "cache", source, assets=assets)


def decoded_sound(made: RenderResult, position: int | None = None) -> NDArray[np.float32]:
    """The video's sound as (samples, channels); of one scene alone, without its ends."""
    with av.open(str(made.out / "video.mp4")) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T
    assert len(sound) == round(made.metadata["duration_s"] * RATE_HZ)
    if position is None:
        return np.ascontiguousarray(sound)
    scene = made.metadata["scenes"][position - 1]
    start, end = (round(at * RATE_HZ) for at in (scene["start"] + 0.5, scene["start"] + min(scene["duration_s"], SECONDS) - 0.3))
    return np.ascontiguousarray(sound[start:end])


def levels(sound: NDArray[np.float32]) -> list[float]:
    """The mean level of each channel, 1.0 for the loudest that there is."""
    return [float(level) for level in np.sqrt((sound.astype(np.float64) ** 2).mean(axis=0))]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """A spoken scene, clips of every kind, and two recordings."""
    clips = "".join(f"\n![]({name}.mp4)\n" for name in ("left", "opposite", "same", "mono"))
    recordings = "".join(f"\n## Said\n\nA recording of my own.\n\n<!-- recording: {name}.wav -->\n" for name in ("left", "mono"))
    source = f"{SPOKEN}{clips}{recordings}"
    return render_video(tmp_path_factory.mktemp("mixed"), source, left=LEFT, opposite=OPPOSITE, same=SAME, mono=MONO)


def test_what_is_heard_at_the_left_alone_stays_there(mixed: RenderResult) -> None:
    for position in (2, 6):
        left, right = levels(decoded_sound(mixed, position))
        assert left > 0.05 and right < left / 300


def test_sides_that_are_each_others_opposite_stay_so(mixed: RenderResult) -> None:
    sound = decoded_sound(mixed, 3)
    left, right = levels(sound)
    assert left == pytest.approx(right, rel=0.01) and left > 0.05
    assert levels(sound.sum(axis=1, keepdims=True))[0] < left / 100


@pytest.mark.parametrize("position", [1, 4, 5, 7], ids=["voice", "clip of two equal sides", "mono clip", "mono recording"])
def test_what_has_one_channel_is_in_the_middle(mixed: RenderResult, position: int) -> None:
    sound = decoded_sound(mixed, position)
    assert levels(sound)[0] > 0.03
    assert levels(sound[:, :1] - sound[:, 1:])[0] < levels(sound)[0] / 100


@pytest.mark.parametrize("position", [2, 3, 4, 5, 6, 7])
def test_everything_is_as_loud_on_two_sides_as_the_standard_asks(mixed: RenderResult, position: int) -> None:
    """BS.1770 adds up the power of both channels: a signal in both would be 3 dB too loud if it were in each as it is in mono."""
    assert measure(decoded_sound(mixed, position)).integrated == pytest.approx(-16.0, abs=1.0)


def test_voice_is_as_loud_in_a_stereo_video_as_in_a_mono_video(mixed: RenderResult, tmp_path: Path) -> None:
    alone = render_video(tmp_path, SPOKEN)
    spoken = decoded_sound(alone, 1)[:, 0]
    assert measure(decoded_sound(mixed, 1)).integrated == pytest.approx(measure(spoken).integrated, abs=0.2)


def test_video_of_voices_and_mono_sounds_is_mono(tmp_path: Path) -> None:
    source = f"{SPOKEN}\n![](mono.mp4)\n\n![A silent picture of it](left.mp4)\n\n## Said\n\nMine.\n\n<!-- recording: mono.wav -->\n"
    made = render_video(tmp_path, source, mono=MONO, left=LEFT)
    assert decoded_sound(made).shape[1] == 1
    assert measure(decoded_sound(made, 2)[:, 0]).integrated == pytest.approx(-16.0, abs=1.0)


def test_scenes_of_a_video_that_becomes_stereo_are_encoded_again_and_not_spoken_again(tmp_path: Path) -> None:
    first = render_video(tmp_path, SPOKEN)
    second = render_video(tmp_path, f"{SPOKEN}\n![](left.mp4)\n", "second", left=LEFT)
    scenes = len(second.metadata["scenes"])
    assert decoded_sound(first).shape[1] == 1 and decoded_sound(second).shape[1] == 2
    assert second.counts("video") == (scenes, 0)
    assert second.counts("audio")[1] == first.counts("audio")[0]
    third = render_video(tmp_path, SPOKEN, "third")
    assert third.counts("video") == (0, len(third.metadata["scenes"]))
    assert (third.out / "video.mp4").read_bytes() == (first.out / "video.mp4").read_bytes()


def test_video_written_by_moviepy_has_both_sides_too(tmp_path: Path) -> None:
    assets = {"left.mp4": stored(tmp_path, clip(tmp_path / "left.mp4", seconds=SECONDS, sound=LEFT))}
    made = run(tmp_path / "work", tmp_path / "cache", "![](left.mp4)\n", assets=assets, writer="moviepy", voice="none")
    with av.open(str(made.out / "video.mp4")) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T
    left, right = levels(sound)
    assert left > 0.05 and right < left / 300
