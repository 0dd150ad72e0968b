"""Animated pictures in finished videos: every frame is there, in its order, at its time, over and over."""

from __future__ import annotations

import hashlib
import json
from itertools import accumulate, groupby
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.support.coloured_video import COLOURS, nearest
from tests.support.rendered_clips import pictures
from tests.support.short_video import run
from videogen.media.playback import PLAYS_FROM_S

FPS = 30
SHOWN_MS = (100, 250, 70, 400, 40, 130, 210)
"""How long each frame of the picture stands; they are in COLOURS."""


def animated(directory: Path, format: str) -> Path:
    """An animated picture as the store keeps it: under the hash of its content."""
    frames = [Image.new("RGB", (64, 36), colour) for colour in COLOURS]
    lossless = {"lossless": True} if format == "WEBP" else {}
    frames[0].save(directory / "a", format, save_all=True, append_images=frames[1:], duration=list(SHOWN_MS), loop=0, **lossless)
    path = directory / hashlib.sha256((directory / "a").read_bytes()).hexdigest()
    return (directory / "a").rename(path)


@pytest.mark.parametrize(("format", "cfr"), [("GIF", False), ("GIF", True), ("WEBP", False), ("PNG", False)])
def test_every_frame_of_an_animated_picture_is_shown_at_its_time(tmp_path: Path, format: str, cfr: bool) -> None:
    scenes = [
        {"kind": "title", "title": "Before it"},
        {"kind": "image", "file": "a.gif", "fit": "fill", "duration_s": 3.2},
    ]
    options = {"height": 240, "motion": "none", "cfr": cfr}
    made = run(
        tmp_path / "work",
        tmp_path / "cache",
        json.dumps({"title": "T", "scenes": scenes}),
        format="json",
        options=options,
        voice="none",
        assets={"a.gif": animated(tmp_path, format)},
    )
    scene = made.metadata["scenes"][1]
    first, last = (round(at * FPS) for at in (scene["start"], scene["start"] + scene["duration_s"]))
    seen = [nearest(np.median(picture[60:180, 100:320], axis=(0, 1))) for picture in pictures(made.out / "video.mp4", FPS)[first:last]]
    ends_s = [end / 1000 for end in accumulate(SHOWN_MS)]
    changes = [PLAYS_FROM_S + loop * ends_s[-1] + end for loop in range(4) for end in ends_s]
    changes = [at for at in changes if at * FPS < len(seen) - 1]
    assert len(changes) > 2 * len(SHOWN_MS)
    runs = [(colour, len(list(group))) for colour, group in groupby(seen)]
    assert [colour for colour, _ in runs][: len(changes) + 1] == [number % len(COLOURS) for number in range(len(changes) + 1)]
    starts = list(accumulate(length for _, length in runs))
    for number, at in enumerate(changes):
        assert -1e-6 < starts[number] / FPS - at < 1 / FPS, number
