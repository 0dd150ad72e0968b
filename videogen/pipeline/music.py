"""The music of a video: what the option `music` asks for, as a soundtrack with the narration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from videogen.pipeline.audio import SpokenScene
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter, StageWarning
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, key
from videogen.render.encoder import Encoding
from videogen.render.join import Soundtrack
from videogen.render.scene_sound import SoundChunk, sound_blocks
from videogen.render.soundtrack import Music, Stretch, mix
from videogen.script import music_names
from videogen.voices.recording import UnreadableRecording
from videogen.voices.wav import RATE_HZ, samples_in_wav, write_wav

CHANNELS = 2


def soundtrack(
    plan: Plan, scenes: Sequence[SpokenScene], encoding: Encoding, cache: Cache, parts: Path, report: Reporter
) -> Soundtrack | None:
    """Return the sound of the whole video with its music; None if it has none, or none that can be used, with a warning.

    Without music it is the narration alone, if the sound of the scenes cannot be joined at the video's frame rate.

    `encoding` is that of the scenes. The music is written into the existing directory `parts`.
    """
    file = _music_file(plan, cache, parts, report)
    lengths = encoding.grid.samples_of(scene.frames for scene in scenes)
    total = [(scene.chunks, samples) for scene, samples in zip(scenes, lengths, strict=True)]
    if file is None:
        return None if encoding.grid.joins else Soundtrack(sound_blocks(total, encoding.channels), encoding)
    seconds = sum(samples for _, samples in total) / RATE_HZ
    music = Music(file, plan.script.options.music_db)
    blocks = mix(sound_blocks(total, encoding.channels), list(_spoken(total)), seconds, music)
    return Soundtrack(blocks, Encoding(encoding.fps, encoding.cfr, channels=CHANNELS))


def _music_file(plan: Plan, cache: Cache, parts: Path, report: Reporter) -> Path | None:
    name = plan.script.options.music
    if plan.music is None and name not in music_names.BEDS:
        return None
    from videogen.music.beds import compose  # most videos have none
    from videogen.music.music_file import convert_music

    versions = {"code": code("music", "voices"), "av": libraries()["av"]}
    target = parts / "music.wav"
    if plan.music is not None:
        try:
            with plan.music.open("rb") as content:
                digest = hashlib.file_digest(content, "blake2b").hexdigest()
            cache.make(key("sound", "wav", {"music": digest, **versions}), target, partial(convert_music, plan.music))
        except UnreadableRecording as error:
            report.warn(StageWarning("picture_left_out", f"The music {name} cannot be used, and is left out: {error}.", error.hint))
            return None
        return target
    assert name is not None
    cache.make(key("sound", "wav", {"bed": name, **versions}), target, lambda file: write_wav(file, compose(name)))
    return target


def _spoken(scenes: Sequence[tuple[tuple[SoundChunk, ...], int]]) -> Iterator[Stretch]:
    """Yield the stretches of the video, in seconds, in which a scene is heard."""
    begins = 0
    for chunks, samples in scenes:
        for chunk in (chunk for chunk in chunks if not chunk.behind):
            length = samples_in_wav(chunk.file) - chunk.skip if chunk.length is None else chunk.length
            yield (begins + chunk.start) / RATE_HZ, (begins + chunk.start + length) / RATE_HZ
        begins += samples
