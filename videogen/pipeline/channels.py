"""How many audio channels a scene, and so a video, has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from videogen.errors.script import BadAsset
from videogen.media import footage
from videogen.pipeline.narration import Narration
from videogen.render.encoder import Encoding
from videogen.script.models import ClipScene, Scene
from videogen.voices import recording


def encoding_of(narration: Narration) -> Encoding:
    """Return how the scenes of a video are encoded."""
    options = narration.plan.script.options
    return Encoding(options.frame_rate, options.cfr, channels=video_channels(narrated.scene for narrated in narration.scenes))


def video_channels(scenes: Iterable[Scene]) -> int:
    """Return 2 if any sound of a planned video is stereo, else 1: voices are mono."""
    return max((scene_channels(scene) for scene in scenes), default=1)


def scene_channels(scene: Scene) -> int:
    """Return 2 if the recording of a scene, or the sound of its clip, has more than one channel, else 1.

    An unreadable file counts as mono: the audio stage reports what is wrong with it.
    """
    if scene.recording:
        return recording.channels(Path(scene.recording))
    if isinstance(scene, ClipScene) and scene.sound == "own":
        try:
            return max(1, min(2, footage.probe(Path(scene.file)).channels))
        except BadAsset:
            return 1
    return 1
