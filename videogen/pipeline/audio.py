"""Stage `audio`, Speaking: each scene's words become sound, and with it the scene's length."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from models.errors import Fault
from videogen.errors.script import BadScript
from videogen.media.footage import write_sound
from videogen.pipeline.channels import scene_channels
from videogen.pipeline.narration import NarratedScene, Narration
from videogen.pipeline.pacing import least_s
from videogen.pipeline.reporter import Reporter, StageWarning
from videogen.pipeline.speakers import Speakers
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key
from videogen.render.captions import captions_of, held
from videogen.render.frame_grid import AAC_FRAME, RATE_HZ, Grid
from videogen.render.scene_sound import SoundChunk
from videogen.scenes.captioned import columns
from videogen.scenes.scene_clip import PLAYS_FROM_S, Timing
from videogen.script.models import ClipScene, Options, Scene
from videogen.script.pronunciation_list import pronounced
from videogen.voices.loudness import levelled
from videogen.voices.recording import Unreadable, read
from videogen.voices.voice import Voice
from videogen.voices.wav import resample, samples_in_wav, trim, write_wav

MESSAGE = "Speaking the narration"
PIECE_SAMPLES = 10 * RATE_HZ
"""Of a video's own sound so much is in memory at once."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and when it is spoken, in seconds from the scene's start."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class SpokenScene:
    """A scene with its sound: `frames` is its length, `pieces` its sentences' sound, in files named by the hash of what went into them."""

    narrated: NarratedScene
    lead_in_s: float
    frames: int
    timing: Timing
    sentences: tuple[Sentence, ...]
    pieces: tuple[SoundChunk, ...]


def write_speech(voice: Voice, text: str, speed: float, file: Path) -> None:
    """Speaks a sentence into a WAV, as the film needs it."""
    write_wav(file, levelled(trim(resample(voice.speak(text, speed=speed)))))


@dataclass(frozen=True)
class AudioStage:
    """`sounds` is an existing directory for the sentences' files; `write` speaks one into a file, as `write_speech` does."""

    cache: Cache
    sounds: Path
    write: Callable[[Voice, str, float, Path], None] = write_speech
    name = "audio"

    def run(self, narration: Narration, report: Reporter) -> Iterator[SpokenScene]:
        """Hands on each scene as soon as it is spoken, so that it can be drawn while the next one speaks; in the order of `in_turn`."""
        options = narration.plan.script.options
        assert options.voice is not None
        speakers = Speakers(options, report)
        caption_columns = columns(narration.plan.look) if options.burn_captions else 0
        letters = sum(len(spoken) for narrated in narration.scenes for _, spoken in narrated.lines)
        total = sum(len(narrated.sentences) for narrated in narration.scenes)
        said = done = 0
        silent: list[tuple[str, NarratedScene]] = []
        for narrated in in_turn(narration.scenes):
            start = _lead_in(options) + round(narrated.pause_s(0) * RATE_HZ)
            if narrated.scene.recording and (recorded := self._record(narrated, options, report)):
                yield _arranged(narrated, _over(recorded, narrated.sentences, start), options, caption_columns)
                said, done = said + sum(len(spoken) for _, spoken in narrated.lines), done + len(narrated.sentences)
                continue
            sounds: list[tuple[str, Path]] = []
            for text, spoken in narrated.lines:
                report(said / letters, MESSAGE, done=done, of=total)
                sounds.append((text, speakers.say(narrated.scene, partial(self._speak, spoken, options, report))))
                said, done = said + len(spoken), done + 1
            silent += [(text, narrated) for text, file in sounds if not samples_in_wav(file) and any(map(str.isalpha, text))]
            own = self._own_sound(narrated.scene, report)
            laid = _after_one_another(narrated, sounds, options.pause_s, start)
            yield _arranged(narrated, laid if laid.pieces else SceneSound((), own, 0), options, caption_columns)
        if silent:
            silent.sort(key=lambda one: one[1].position)
            report.warn(_not_spoken(silent[0][1].scene.voice or options.voice, silent))
        if total:
            report(1.0, MESSAGE, done=done, of=total)

    def _speak(self, text: str, options: Options, report: Reporter, voice: Voice) -> Path:
        spoken = pronounced(text, options.pronunciations, options.language)
        write = partial(self.write, voice, spoken, options.speed)
        return self._make(sound_key(voice, spoken, options.speed), write, report)

    def _record(self, narrated: NarratedScene, options: Options, report: Reporter) -> Path | None:
        """The sound of a scene's recording. None, with a warning, for one that cannot be used and may be left out, as other files are."""
        recording = Path(narrated.scene.recording or "")
        with recording.open("rb") as content:
            digest = hashlib.file_digest(content, "blake2b").hexdigest()
        sound = key("sound", "wav", {"recording": digest, "code": code("voices"), "av": libraries()["av"]})
        try:
            return self._make(sound, lambda file: write_wav(file, read(recording)), report)
        except Unreadable as error:
            line = narrated.scene.line
            if options.missing_images == "skip":
                report.warn(
                    StageWarning("picture_left_out", f"A recording cannot be used, and a voice speaks instead: {error}.", error.hint, line)
                )
                return None
            message = f"the recording cannot be used: {error}"
            where = f"Line {line}: {message}" if line else f"Scene {narrated.position}: {message}"
            raise BadScript(f"{where}.", hint=error.hint, faults=[Fault(message, line=line, path="recording")]) from error

    def _make(self, sound: Key, make: Callable[[Path], None], report: Reporter) -> Path:
        file = self.sounds / f"{sound.hash}.wav"
        if self.cache.make(sound, file, make):
            report.made += 1
        else:
            report.reused += 1
        return file

    def _own_sound(self, scene: Scene, report: Reporter) -> tuple[SoundChunk, ...]:
        """The sound of a video that is heard itself, in pieces of some seconds."""
        if not isinstance(scene, ClipScene) or scene.sound != "own" or scene.end_s is None:
            return ()
        path, channels = Path(scene.file), scene_channels(scene)
        stretch = {"file": path.name, "start": scene.start_s, "end": scene.end_s, "channels": channels}
        made_by = {"code": code("media"), "av": libraries()["av"]}
        write = partial(write_sound, path, scene.start_s, scene.end_s, channels=channels)
        file = self._make(key("sound", "wav", stretch | made_by), write, report)
        first = round(PLAYS_FROM_S * RATE_HZ)
        return tuple(SoundChunk(first + skip, file, skip, PIECE_SAMPLES) for skip in range(0, samples_in_wav(file), PIECE_SAMPLES))


def in_turn(scenes: Sequence[NarratedScene]) -> list[NarratedScene]:
    """The scenes as they are best spoken: what takes longest to draw is begun first, or it would be drawn last, and alone.

    That is a picture that moves from end to end. It comes right after the first scene, which shows that all goes well, and after the one
    before it, over which it comes in.
    """
    moving = [
        scene.position for scene in scenes if scene.scene.kind == "clip" or (scene.scene.kind == "image" and scene.scene.move != "none")
    ]
    early = {1} | {position - before for position in moving for before in (0, 1)}
    return sorted(scenes, key=lambda scene: scene.position not in early)


def sound_key(voice: Voice, text: str, speed: float = 1.0) -> Key:
    """What a sentence's sound is cached under."""
    how = {"voice": voice.name, "version": voice.version, "speed": speed}
    return key("sound", "wav", {"text": text, **how, "code": code("voices"), "av": libraries()["av"]})


class SceneSound(NamedTuple):
    """What is heard in a scene, and the sample at which it ends."""

    sentences: tuple[Sentence, ...]
    pieces: tuple[SoundChunk, ...]
    end: int


def _lead_in(options: Options) -> int:
    """The samples before a scene's first word: the first AAC frame is silent, or joining would be heard."""
    return max(AAC_FRAME, round(options.lead_in_s * RATE_HZ))


def _after_one_another(narrated: NarratedScene, sounds: list[tuple[str, Path]], pause_s: float, end: int) -> SceneSound:
    """The sentences with the pauses between them, counted in samples."""
    sentences: list[Sentence] = []
    pieces: list[SoundChunk] = []
    last = len(sounds)
    for number, (text, file) in enumerate(sounds, start=1):
        samples = samples_in_wav(file)
        if samples:
            sentences.append(Sentence(text, end / RATE_HZ, (end + samples) / RATE_HZ))
            pieces.append(SoundChunk(end, file))
            end += samples
        end += round(narrated.pause_s(number, pause_s if samples and number < last else 0.0) * RATE_HZ)
    return SceneSound(tuple(sentences), tuple(pieces), end)


def _over(recording: Path, texts: Sequence[str], start: int) -> SceneSound:
    """A recording, and the sentences of its scene as if each took as much of it as it has of the letters."""
    samples = samples_in_wav(recording)
    letters = [0, *accumulate(map(len, texts))]
    times = [(start + samples * count / max(1, letters[-1])) / RATE_HZ for count in letters]
    sentences = (Sentence(text, begins, ends) for text, (begins, ends) in zip(texts, pairwise(times), strict=True))
    return SceneSound(tuple(sentences), (SoundChunk(start, recording),), start + samples)


def _arranged(narrated: NarratedScene, laid: SceneSound, options: Options, caption_columns: int) -> SpokenScene:
    """Rounds the scene's length up to where both codecs' frames end."""
    grid = Grid(options.fps)
    sentences, pieces, end = laid
    silence_s = (narrated.scene.pause_s or 0.0) + options.padding_s
    length = end / RATE_HZ + silence_s if pieces else 0.0
    frames = grid.frames(max(length, least_s(narrated.scene, narrated.spoken or narrated.sentences)))
    seconds = grid.seconds(frames)
    captions = captions_of(((one.start, one.end, one.text) for one in sentences), caption_columns) if caption_columns else ()
    timing = Timing(
        seconds,
        tuple((sentence.start, sentence.end) for sentence in sentences),
        tuple((caption.start, caption.end, caption.text) for caption in held(captions, seconds)),
    )
    return SpokenScene(narrated, _lead_in(options) / RATE_HZ, frames, timing, sentences, pieces)


def _not_spoken(voice: str, silent: list[tuple[str, NarratedScene]]) -> StageWarning:
    text, narrated = silent[0]
    more = f" and {len(silent) - 1} more sentences" if len(silent) > 1 else ""
    return StageWarning(
        "not_spoken",
        f"The voice {voice} has no sound for: {text[:80]}{more}",
        "Say it in words that the voice knows with a note such as <!-- say: ... -->, or choose another voice.",
        narrated.scene.line,
    )
