"""How many channels of sound there are: in a scene's own sound, and so in a film."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from videogen.errors.script import BadAsset
from videogen.media import footage
from videogen.script.models import ClipScene, Scene
from videogen.voices import recording


def video_channels(scenes: Iterable[Scene]) -> int:
    """Return 2 when anything that is heard in a planned film is stereo, else 1: voices are mono, and then so is the film."""
    return max((scene_channels(scene) for scene in scenes), default=1)


def scene_channels(scene: Scene) -> int:
    """Return 2 when a scene's recording, or the sound of its video that is heard, has more than one channel, else 1.

    A file that cannot be read counts as mono: speaking its scene says what is wrong with it.
    """
    if scene.recording:
        return recording.channels(Path(scene.recording))
    if isinstance(scene, ClipScene) and scene.sound == "own":
        try:
            return max(1, min(2, footage.probe(Path(scene.file)).channels))
        except BadAsset:
            return 1
    return 1
