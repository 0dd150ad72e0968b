"""Write a clip and its sound with moviepy: each frame goes through a pipe to ffmpeg."""

from __future__ import annotations

from pathlib import Path

from moviepy import VideoClip

from videogen.render.encoder import Encoding
from videogen.scenes.scene_clip import SceneClip


def write(clip: SceneClip, sound: Path, video: Path, encoding: Encoding) -> None:
    """Write the clip's frames and the WAV file `sound` to an mp4 with the encoding's preset, quality and bit rate."""
    VideoClip(clip.get_frame, duration=clip.duration).write_videofile(
        str(video),
        fps=float(encoding.fps),
        codec="libx264",
        preset=encoding.preset,
        audio=str(sound),
        # The sound is encoded on the way, by the same ffmpeg; by itself moviepy would write it to a file of its own before.
        ffmpeg_params=["-crf", str(encoding.crf), "-c:a", "aac", "-b:a", str(encoding.audio_bit_rate * encoding.channels)],
        logger=None,
    )
