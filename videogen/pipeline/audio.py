"""Stage `audio`, Speaking: synthesize the narration of each scene, which sets the length of the scene."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.media.footage import write_sound
from videogen.media.playback import PLAYS_FROM_S
from videogen.pipeline.channels import scene_channels
from videogen.pipeline.narration import NarratedScene, Narration
from videogen.pipeline.pacing import least_s
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter, StageWarning
from videogen.pipeline.speakers import Speakers
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key
from videogen.render.captions import Caption as Cue
from videogen.render.captions import captions_of, extend_captions
from videogen.render.frame_grid import AAC_FRAME, RATE_HZ, FrameGrid
from videogen.render.scene_sound import SoundChunk
from videogen.scenes import choose_transition
from videogen.scenes.burned_captions import columns
from videogen.scenes.scene_clip import Caption, SceneTiming
from videogen.script.emphasis import stressed
from videogen.script.models import ClipScene, Scene
from videogen.script.pronunciation_list import pronounced
from videogen.script.stress_marks import without_stress
from videogen.script.video_options import Options
from videogen.voices.loudness import normalize_loudness
from videogen.voices.recording import UnreadableRecording, read
from videogen.voices.voice import Voice
from videogen.voices.wav import resample, samples_in_wav, trim, write_wav

MESSAGE = "Speaking the narration"
CHUNK_SAMPLES = 10 * RATE_HZ
"""Samples of a clip's own sound in memory at once."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and its times, in seconds from the start of its scene."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class SpokenScene:
    """A scene with its sound. `frames` is its length; `chunks` are its sounds, in files named by the hash of their ingredients."""

    narrated: NarratedScene
    lead_in_s: float
    frames: int
    timing: SceneTiming
    sentences: tuple[Sentence, ...]
    chunks: tuple[SoundChunk, ...]


def write_speech(voice: Voice, text: str, speed: float, file: Path) -> None:
    """Speak a sentence into a WAV file: 48 kHz, trimmed, at the standard loudness."""
    write_wav(file, normalize_loudness(trim(resample(voice.speak(text, speed=speed)))))


@dataclass(frozen=True)
class AudioStage:
    """The stage. `sounds` is an existing directory for WAV files; `write` speaks a sentence into one, as `write_speech` does."""

    cache: Cache
    sounds: Path
    write: Callable[[Voice, str, float, Path], None] = write_speech
    name = "audio"

    def run(self, narration: Narration, report: Reporter) -> Iterator[SpokenScene]:
        """Yield each scene once it is spoken, so that it is drawn while the next one is spoken, in the order of `speaking_order`."""
        options = narration.plan.script.options
        assert options.voice is not None
        speakers = Speakers(options, report)
        caption_columns = columns(narration.plan.look) if options.captions != "none" else 0
        letters = sum(len(spoken) for narrated in narration.scenes for _, spoken in narrated.lines)
        total = sum(len(narrated.sentences) for narrated in narration.scenes)
        spoken_letters = done = 0
        silent: list[tuple[str, NarratedScene]] = []
        for narrated in speaking_order(narration.scenes):
            start = _lead_in(options) + round(narrated.pause_s(0) * RATE_HZ)
            if narrated.scene.recording and (recorded := self._record(narrated, options, report)):
                spoken_scene = _spoken_scene(narrated, _recorded_sound(recorded, narrated.sentences, start), options, caption_columns)
                yield self._with_transition_sound(spoken_scene, narration.plan, report)
                spoken_letters, done = spoken_letters + sum(len(spoken) for _, spoken in narrated.lines), done + len(narrated.sentences)
                continue
            sounds: list[tuple[str, Path]] = []
            language = narrated.scene.lang or options.language
            with_stress = stressed([spoken for _, spoken in narrated.lines], narrated.scene)
            for number, (text, spoken) in enumerate(narrated.lines):
                report(spoken_letters / letters, MESSAGE, done=done, of=total)
                speak = partial(self._speak, with_stress[number], language, options, report)
                sounds.append((text, speakers.speak(narrated.scene, speak, narrated.voice(number))))
                spoken_letters, done = spoken_letters + len(spoken), done + 1
            silent += [(text, narrated) for text, file in sounds if not samples_in_wav(file) and any(map(str.isalpha, text))]
            own = self._own_sound(narrated.scene, report)
            sound = _sentence_sounds(narrated, sounds, options.sentence_pause_s, start)
            spoken_scene = _spoken_scene(narrated, sound if sound.chunks else SceneSound((), own, 0), options, caption_columns)
            yield self._with_transition_sound(spoken_scene, narration.plan, report)
        if silent:
            silent.sort(key=lambda pair: pair[1].position)
            report.warn(_unspoken_warning(silent[0][1].scene.voice or options.voice, silent))
        if total:
            report(1.0, MESSAGE, done=done, of=total)

    def _speak(self, text: str, language: str, options: Options, report: Reporter, voice: Voice) -> Path:
        spoken = pronounced(text if voice.stresses else without_stress(text), options.pronunciations, language)
        clock = time.process_time if self.write is write_speech else time.monotonic  # another process speaks
        began, made = clock(), report.made
        file = self._make(sound_key(voice, spoken, options.rate), partial(self.write, voice, spoken, options.rate), report)
        if report.made > made:
            work = report.outcome.setdefault("work", {})
            letters, took_s = work.get(voice.name, (0, 0.0))
            work[voice.name] = [letters + len(spoken), round(took_s + clock() - began, 3)]
        return file

    def _record(self, narrated: NarratedScene, options: Options, report: Reporter) -> Path | None:
        """Convert the recording of a scene to WAV. Return None, with a warning, if it is unusable and files may be skipped."""
        recording = Path(narrated.scene.recording or "")
        with recording.open("rb") as content:
            digest = hashlib.file_digest(content, "blake2b").hexdigest()
        sound = key("sound", "wav", {"recording": digest, "code": code("voices"), "av": libraries()["av"]})
        try:
            return self._make(sound, lambda file: write_wav(file, read(recording)), report)
        except UnreadableRecording as error:
            line = narrated.scene.line
            if options.missing_images == "skip":
                report.warn(
                    StageWarning("picture_left_out", f"A recording cannot be used, and a voice speaks instead: {error}.", error.hint, line)
                )
                return None
            message = f"the recording cannot be used: {error}"
            where = f"Line {line}: {message}" if line else f"Scene {narrated.position}: {message}"
            raise BadScript(f"{where}.", hint=error.hint, diagnostics=[Diagnostic(message, line=line, path="recording")]) from error

    def _with_transition_sound(self, scene: SpokenScene, plan: Plan, report: Reporter) -> SpokenScene:
        """Return a scene with the sound with which it comes in, where it does not cut and is silent for so long."""
        narrated, name = scene.narrated, plan.script.options.transition_sound
        is_page = narrated.scene.page > 1
        if name == "none" or narrated.position == 1 or is_page or choose_transition(narrated.scene, plan.look) == "cut":
            return scene
        from videogen.music.transition_sounds import LENGTH_S, compose_transition  # most videos have none

        samples = round(LENGTH_S * RATE_HZ)
        if AAC_FRAME + samples > min((chunk.start for chunk in scene.chunks), default=AAC_FRAME + samples):
            return scene
        sound = key("sound", "wav", {"transition": name, "code": code("music", "voices")})
        file = self._make(sound, lambda path: write_wav(path, compose_transition(name)), report)
        return replace(scene, chunks=(SoundChunk(AAC_FRAME, file, behind=True), *scene.chunks))

    def _make(self, sound: Key, make: Callable[[Path], None], report: Reporter) -> Path:
        file = self.sounds / f"{sound.hash}.wav"
        if self.cache.make(sound, file, make):
            report.made += 1
        else:
            report.reused += 1
        return file

    def _own_sound(self, scene: Scene, report: Reporter) -> tuple[SoundChunk, ...]:
        """Return the sound of a clip that plays with its own sound, in chunks."""
        if not isinstance(scene, ClipScene) or scene.sound != "own" or scene.end_s is None:
            return ()
        path, channels = Path(scene.file), scene_channels(scene)
        part = {"file": path.name, "start": scene.start_s, "end": scene.end_s, "channels": channels}
        versions = {"code": code("media"), "av": libraries()["av"]}
        write = partial(write_sound, path, scene.start_s, scene.end_s, channels=channels)
        file = self._make(key("sound", "wav", part | versions), write, report)
        first = round(PLAYS_FROM_S * RATE_HZ)
        return tuple(SoundChunk(first + skip, file, skip, CHUNK_SAMPLES) for skip in range(0, samples_in_wav(file), CHUNK_SAMPLES))


def speaking_order(scenes: Sequence[NarratedScene]) -> list[NarratedScene]:
    """Return the scenes in the order in which to speak them: those that take longest to draw, which move all the time, come early.

    Otherwise they would be drawn last, one at a time. The first scene stays first, as it shows that everything works, and the scene
    before each of them, over which it comes in, comes early too.
    """
    moving = [
        scene.position for scene in scenes if scene.scene.kind == "clip" or (scene.scene.kind == "image" and scene.scene.move != "none")
    ]
    early = {1} | {position - before for position in moving for before in (0, 1)}
    return sorted(scenes, key=lambda scene: scene.position not in early)


def sound_key(voice: Voice, text: str, speed: float = 1.0) -> Key:
    """Return the cache key of a spoken sentence."""
    settings = {"voice": voice.name, "version": voice.version, "speed": speed}
    return key("sound", "wav", {"text": text, **settings, "code": code("voices"), "av": libraries()["av"]})


class SceneSound(NamedTuple):
    """The sentences and sounds of a scene, and the sample at which they end."""

    sentences: tuple[Sentence, ...]
    chunks: tuple[SoundChunk, ...]
    end: int


def _lead_in(options: Options) -> int:
    """Return the samples before the first word. The first AAC frame must be silent: joining drops its priming."""
    return max(AAC_FRAME, round(options.lead_in_s * RATE_HZ))


def _sentence_sounds(narrated: NarratedScene, sounds: list[tuple[str, Path]], pause_s: float, end: int) -> SceneSound:
    """Place the sentences and the pauses between them, from sample `end` on."""
    sentences: list[Sentence] = []
    chunks: list[SoundChunk] = []
    last = len(sounds)
    for number, (text, file) in enumerate(sounds, start=1):
        samples = samples_in_wav(file)
        if samples:
            sentences.append(Sentence(text, end / RATE_HZ, (end + samples) / RATE_HZ))
            chunks.append(SoundChunk(end, file))
            end += samples
        end += round(narrated.pause_s(number, pause_s if samples and number < last else 0.0) * RATE_HZ)
    return SceneSound(tuple(sentences), tuple(chunks), end)


def _recorded_sound(recording: Path, texts: Sequence[str], start: int) -> SceneSound:
    """Place a recording, and share its time among the sentences by their letters."""
    samples = samples_in_wav(recording)
    letters = [0, *accumulate(map(len, texts))]
    times = [(start + samples * count / max(1, letters[-1])) / RATE_HZ for count in letters]
    sentences = (Sentence(text, begins, ends) for text, (begins, ends) in zip(texts, pairwise(times), strict=True))
    return SceneSound(tuple(sentences), (SoundChunk(start, recording),), start + samples)


def _spoken_scene(narrated: NarratedScene, sound: SceneSound, options: Options, caption_columns: int) -> SpokenScene:
    """Build the spoken scene. Its length is rounded up to where a video frame and an AAC frame end together."""
    grid = FrameGrid(options.frame_rate)
    sentences, chunks, end = sound
    silence_s = (narrated.scene.pause_s or 0.0) + options.padding_s
    length = end / RATE_HZ + silence_s if chunks else 0.0
    frames = grid.frames(max(length, least_s(narrated.scene, narrated.spoken or narrated.sentences, options.tempo.reading)))
    seconds = grid.seconds(frames)
    cues = tuple(_cues(sentences, options, caption_columns)) if caption_columns else ()
    timing = SceneTiming(
        seconds,
        tuple((sentence.start, sentence.end) for sentence in sentences),
        tuple(drawn for caption in extend_captions(cues, seconds) for drawn in _drawn_captions(caption, options)),
    )
    return SpokenScene(narrated, _lead_in(options) / RATE_HZ, frames, timing, sentences, chunks)


def _cues(sentences: Sequence[Sentence], options: Options, columns: int) -> Iterator[Cue]:
    """Yield the captions of a scene. As karaoke none holds words of two sentences: few words are shown at once."""
    timed = [(sentence.start, sentence.end, sentence.text) for sentence in sentences]
    for together in [[one] for one in timed] if options.captions == "karaoke" else [timed]:
        yield from captions_of(together, columns, options.voices)


def _drawn_captions(caption: Cue, options: Options) -> Iterator[Caption]:
    """Yield a caption as it is drawn: once, or as karaoke once for each word, which is marked while it is spoken."""
    if options.captions != "karaoke" or not caption.words:
        yield Caption(caption.start, caption.end, caption.text)
        return
    starts = [caption.start, *(start for start, _, _ in caption.words[1:]), caption.end]
    for (start, end), (_, first, upto) in zip(pairwise(starts), caption.words, strict=True):
        if start < min(end, caption.end):
            yield Caption(start, min(end, caption.end), caption.text, (first, upto))


def _unspoken_warning(voice: str, silent: list[tuple[str, NarratedScene]]) -> StageWarning:
    text, narrated = silent[0]
    more = f" and {len(silent) - 1} more sentences" if len(silent) > 1 else ""
    return StageWarning(
        "not_spoken",
        f"The voice {voice} has no sound for: {text[:80]}{more}",
        "Say it in words that the voice knows with a note such as <!-- say: ... -->, or choose another voice.",
        narrated.scene.line,
    )
