"""Small files of each kind, made on the spot."""

from __future__ import annotations

import io
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image


def picture(size: tuple[int, int] = (64, 48), format: str = "PNG", colour: tuple[int, ...] = (200, 60, 30), **more: object) -> bytes:
    """A picture, its left half in one colour and its right half lighter."""
    image = Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour)
    image.paste(tuple(min(255, part + 50) for part in colour), (size[0] // 2, 0, *size))
    file = io.BytesIO()
    image.save(file, format, **more)
    return file.getvalue()


def video(path: Path, seconds: float = 1.0, size: tuple[int, int] = (64, 48), fps: int = 10, tone_hz: float | None = 440.0) -> Path:
    """A video that grows brighter from black to white, with a tone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={"crf": "10", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        count = round(seconds * fps)
        sound = container.add_stream("aac", rate=48000, layout="mono") if tone_hz else None
        for number in range(count):
            shade = round(255 * number / max(1, count - 1))
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), shade, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound:
            t = np.arange(round(seconds * 48000)) / 48000
            samples = (0.3 * np.sin(2 * np.pi * tone_hz * t)).astype(np.float32)  # type: ignore[operator]
            for start in range(0, len(samples), 1024):
                block = av.AudioFrame.from_ndarray(samples[None, start : start + 1024], format="fltp", layout="mono")
                block.sample_rate, block.time_base, block.pts = 48000, Fraction(1, 48000), start
                container.mux(sound.encode(block))
            container.mux(sound.encode(None))
    return path


def recording(seconds: float = 0.2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(b"\0\0" * round(seconds * 16000))
    return file.getvalue()
