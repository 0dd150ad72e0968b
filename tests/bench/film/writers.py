"""The same video by other ways to write one: python -m tests.bench.film.writers composite|png SCRIPT PLACE HEIGHT VOICE."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
from moviepy import CompositeVideoClip, VideoClip
from PIL import Image

from tests.bench.film.spoken import SpokenScript, speak_script
from videogen.render.moviepy_writer import write


def composite(spoken: SpokenScript, sound: Path, target: Path) -> None:
    """The scenes as clips, each from its start on, laid over one another by moviepy."""
    pictures, start, clips = spoken.pictures, 0, []
    for position, scene in enumerate(spoken.scenes):
        clip = pictures.clip(position)
        clips.append(VideoClip(clip.get_frame, duration=clip.duration).with_start(start / spoken.encoding.fps))
        start += scene.frames
    write(
        CompositeVideoClip(clips, size=(spoken.narration.plan.look.width, spoken.narration.plan.look.height)),
        sound,
        target,
        spoken.encoding,
    )


def png(spoken: SpokenScript, sound: Path, target: Path) -> None:
    """A file a frame, then one ffmpeg over all of them."""
    pictures, encoding = spoken.pictures, spoken.encoding
    for number in range(pictures.frames):
        Image.fromarray(pictures.frame(float(number / encoding.fps))).save(target.parent / f"{number:06d}.png", compress_level=1)
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-framerate", str(encoding.fps)),
        *(
            "-i",
            str(target.parent / "%06d.png"),
            "-i",
            str(sound),
            "-c:v",
            "libx264",
            "-preset",
            encoding.preset,
            "-crf",
            str(encoding.crf),
        ),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", str(encoding.audio_bit_rate), str(target)),
    ]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    _, how, script, place, height, voice = sys.argv
    spoken = speak_script(Path(script), Path(place), int(height), voice)
    spoken.write_sound(Path(place) / "sound.wav")
    {"composite": composite, "png": png}[how](spoken, Path(place) / "sound.wav", Path(place) / "film.mp4")
