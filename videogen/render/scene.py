"""Render the files of one scene: its segment, and a small picture of its last frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from videogen import scenes
from videogen.render.encoder import Encoding, Segment, encode
from videogen.render.scene_sound import SoundChunk, blocks
from videogen.render.yuv_frame import YuvFrame, scaled_down
from videogen.scenes.drawing.surface import Frame
from videogen.scenes.scene_clip import RenderSettings, SceneTiming
from videogen.script.models import Scene

PICTURE_WIDTH = 640


@dataclass(frozen=True)
class SceneJob:
    """A scene to render, its length in frames, its sounds, the files to write, and the scene over which it comes in."""

    scene: Scene
    look: RenderSettings
    timing: SceneTiming
    frames: int
    chunks: tuple[SoundChunk, ...]
    encoding: Encoding
    segment: Path
    picture: Path
    before: scenes.PrecedingScene | None = None


def render(job: SceneJob, progress: Callable[[int], None]) -> Segment:
    """Write the two files of a job, and call `progress` with frame numbers."""
    clip = scenes.draw_scene(job.scene, job.look, job.timing, job.before)
    sound = blocks(job.chunks, job.encoding.grid.samples(job.frames), job.encoding.channels)
    picture = YuvFrame(job.look.width, job.look.height)
    segment = encode(clip, sound, job.frames, job.segment, job.encoding, progress, picture)
    save_picture(scaled_down(picture.frame, PICTURE_WIDTH), job.picture)
    return segment


def save_picture(frame: Frame, file: Path) -> None:
    """Save a frame as PNG, at most PICTURE_WIDTH pixels wide."""
    picture = Image.fromarray(np.asarray(frame, np.uint8))
    if picture.width > PICTURE_WIDTH:
        height = round(picture.height * PICTURE_WIDTH / picture.width)
        picture = picture.resize(
            (PICTURE_WIDTH, height), Image.Resampling.BOX, reducing_gap=1
        )  # by whole numbers first: three times as fast
    picture.save(file, "PNG", compress_level=4)
