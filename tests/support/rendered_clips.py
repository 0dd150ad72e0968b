"""Small clips and sounds for the tests, and what is in a file that was made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from videogen.render.encoder import Encoding, Segment, encode
from videogen.render.frame_grid import AAC_FRAME, RATE_HZ
from videogen.scenes.scene_clip import Medium, MotionSpan, SceneClip

WIDTH, HEIGHT = 160, 90
BACKGROUND = (20, 30, 40)
BOX = (250, 100, 30)


def slide(t: float) -> np.ndarray:
    """A box that moves from left to right within the first second and then stands."""
    frame = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    frame[:] = BACKGROUND
    left = int(min(t, 1.0) * 100)
    frame[30:60, left : left + 40] = BOX
    return frame


def beep(frames: int, fps: int | Fraction, start_s: float = 0.5, seconds: float = 0.5, channels: int = 1) -> Iterator[np.ndarray]:
    """A tone from `start_s` on, as blocks for the encoder; in stereo at the left alone."""
    sound = np.zeros(round(frames * RATE_HZ / fps), np.float32)
    excerpt = sound[round(start_s * RATE_HZ) : round((start_s + seconds) * RATE_HZ)]
    excerpt[:] = 0.4 * np.sin(2 * np.pi * 500 * np.arange(len(excerpt)) / RATE_HZ)
    whole = sound if channels == 1 else np.stack([sound, 0 * sound], axis=1)
    return (whole[start : start + AAC_FRAME] for start in range(0, len(whole), AAC_FRAME))


def segment(
    file: Path,
    seconds: float,
    encoding: Encoding | None = None,
    moves: Sequence[MotionSpan] = (MotionSpan(0.0, 1.0),),
    medium: Medium = "camera",
) -> Segment:
    """A sliding box and a beep half a second after the start."""
    encoding = encoding or Encoding(fps=30)
    frames = encoding.grid.frames(seconds)
    clip = SceneClip(slide, encoding.grid.seconds(frames), moves, medium=medium)
    return encode(clip, beep(frames, encoding.fps, channels=encoding.channels), frames, file, encoding)


def pictures(file: Path, fps: int) -> list[np.ndarray]:
    """The video's frames at a constant rate, as RGB: a held frame as often as it is shown."""
    shown: list[np.ndarray] = []
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        for frame in container.decode(stream):
            number = round(frame.pts * frame.time_base * fps)  # type: ignore[operator]
            shown.extend(shown[-1:] * (number - len(shown)))
            shown.append(frame.to_ndarray(format="rgb24"))
        frames = round(stream.duration * stream.time_base * fps)  # type: ignore[operator]
    return shown + shown[-1:] * (frames - len(shown))


def sound(file: Path) -> np.ndarray:
    """The video's sound at 48 kHz, of stereo the left channel, without the encoder's priming."""
    with av.open(str(file)) as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])


def packets(file: Path, kind: str) -> list[tuple[float, float, bool]]:
    """(start, duration, key frame) of a stream's packets, in seconds."""
    with av.open(str(file)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        return [
            (float(packet.pts * packet.time_base), float(packet.duration * packet.time_base), packet.is_keyframe)  # type: ignore[operator]
            for packet in container.demux(stream)
            if packet.pts is not None and packet.size
        ]


def onset_s(samples: np.ndarray) -> float:
    """When the first thing can be heard."""
    return float(np.flatnonzero(np.abs(samples) > 0.02)[0]) / RATE_HZ
