"""A video as the pipeline makes them, with sound and chapters, and a completed task that has it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from models import attempt
from models.database import Store
from tests.support.task_moves import Moves, published, written

SECONDS = 3
CHAPTERS = [("One", 0, 1000), ("Two", 1000, 3000)]


def write_video(path: Path) -> Path:
    """Write a video with a moving picture that then stands, a tone, and two chapters."""
    with av.open(str(path), "w", format="mp4") as output:
        output.metadata["title"] = "Short"
        output.set_chapters(
            [
                {"id": number, "start": start, "end": end, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
                for number, (title, start, end) in enumerate(CHAPTERS, 1)
            ]
        )
        pictures = output.add_stream("libx264", rate=30)
        pictures.width, pictures.height, pictures.pix_fmt = 320, 180, "yuv420p"
        pictures.time_base = pictures.codec_context.time_base = Fraction(1, 30)
        sound = output.add_stream("aac", rate=48_000, layout="mono")
        for number in (*range(15), 30, 60):
            image = np.full((180, 320, 3), 40, np.uint8)
            image[60:120, number : number + 60] = (250, 100, 30)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts = number
            output.mux(pictures.encode(frame))
        tone = (0.3 * np.sin(np.arange(SECONDS * 48_000) / 20)).astype(np.float32)
        for start in range(0, len(tone), 1024):
            block = av.AudioFrame.from_ndarray(tone[None, start : start + 1024], format="fltp", layout="mono")
            block.sample_rate, block.pts = 48_000, start
            output.mux(sound.encode(block))
        output.mux(sound.encode(None))
        output.mux(pictures.encode(None))
    return path


def completed_video(store: Store, video: Path) -> str:
    """Put a completed video into the store."""
    moves = Moves(store)
    made = moves.submit("Short")
    lease = moves.claim().lease
    attempt.report(store, lease, published(written(store.data / "work" / "video.mp4", video.read_bytes(), name="video.mp4")))
    attempt.complete(store, lease)
    return made.id
