"""The same film by other ways to write one: python -m tests.bench.film.writers composite|png SCRIPT PLACE HEIGHT VOICE."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg
from moviepy import CompositeVideoClip
from PIL import Image

from tests.bench.film.told import Told, tell
from videogen.render.moviepy_writer import write


def composite(told: Told, sound: Path, film: Path) -> None:
    """The scenes as clips, each from its start on, laid over one another by moviepy."""
    pictures, start, clips = told.pictures, 0, []
    for position, scene in enumerate(told.scenes):
        clips.append(pictures.clip(position).with_start(start / told.encoding.fps))
        start += scene.frames
    write(CompositeVideoClip(clips, size=(told.narration.plan.look.width, told.narration.plan.look.height)), sound, film, told.encoding)


def png(told: Told, sound: Path, film: Path) -> None:
    """A file a frame, then one ffmpeg over all of them."""
    pictures, encoding = told.pictures, told.encoding
    for number in range(pictures.frames):
        Image.fromarray(pictures.frame(number / encoding.fps)).save(film.parent / f"{number:06d}.png", compress_level=1)
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-framerate", str(encoding.fps)),
        *("-i", str(film.parent / "%06d.png"), "-i", str(sound), "-c:v", "libx264", "-preset", encoding.preset, "-crf", str(encoding.crf)),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", str(encoding.audio_bit_rate), str(film)),
    ]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    _, how, script, place, height, voice = sys.argv
    told = tell(Path(script), Path(place), int(height), voice)
    told.write_sound(Path(place) / "sound.wav")
    {"composite": composite, "png": png}[how](told, Path(place) / "sound.wav", Path(place) / "film.mp4")
