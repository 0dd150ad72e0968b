"""A video whose every scene is one colour with one beep, so that anyone can tell which scene is seen and heard."""

from __future__ import annotations

import hashlib
import io
import json
import wave
from pathlib import Path

import numpy as np
from PIL import Image

from tests.support.short_video import RenderResult, run

COLOURS = ((200, 40, 40), (40, 160, 40), (40, 60, 200), (210, 200, 40), (40, 190, 200), (190, 50, 190), (240, 240, 240))
BEEP_S, LEAD_IN_S = 0.1, 0.2
RATE_HZ = 48_000


def beep() -> bytes:
    tone = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(round(BEEP_S * RATE_HZ)) / RATE_HZ)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes((tone * 32767).astype("<i2").tobytes())
    return file.getvalue()


def card(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 36), colour).save(file, "PNG")
    return file.getvalue()


def colour_of(scene: int) -> int:
    """Which of COLOURS the scene with this index has."""
    return scene % len(COLOURS)


def nearest(pixel: np.ndarray) -> int:
    """Which of COLOURS a pixel is."""
    return int(np.abs(np.array(COLOURS, int) - np.asarray(pixel, int)[..., :3]).sum(axis=-1).argmin())


def coloured_video(directory: Path, lengths_s: tuple[float, ...], **options: object) -> RenderResult:
    """A video of scenes that last at least so long, without a thumbnail. Below `place` go its files, its work and a cache."""
    (directory / "assets").mkdir(parents=True, exist_ok=True)
    assets = {}
    for name, content in {"beep.wav": beep(), **{f"{n}.png": card(colour) for n, colour in enumerate(COLOURS)}}.items():
        assets[name] = directory / "assets" / hashlib.sha256(content).hexdigest()
        assets[name].write_bytes(content)
    scenes = [
        {"kind": "image", "file": f"{colour_of(n)}.png", "fit": "fill", "recording": "beep.wav", "duration_s": length_s}
        for n, length_s in enumerate(lengths_s)
    ]
    settings = {"height": 240, "lead_in_s": LEAD_IN_S, "padding_s": 0.1, "motion": "none", **options}
    script = json.dumps({"title": "Colours", "scenes": scenes})
    return run(directory / "work", directory / "cache", script, format="json", options=settings, assets=assets, thumbnail_s=0.01)
