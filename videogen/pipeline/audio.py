"""Stage `audio`, Speaking: each scene's words become sound, and with it the scene's length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from videogen.pipeline.narration import Narration, ToldScene
from videogen.pipeline.pacing import least_s
from videogen.pipeline.reporter import Reporter, Warned
from videogen.pipeline.speakers import Speakers
from videogen.pipeline.versions import code, libraries
from videogen.render.cache import Cache, Key, key
from videogen.render.captions import captions_of
from videogen.render.grid import AAC_FRAME, RATE_HZ, Grid
from videogen.render.sound import Piece
from videogen.scenes.captioned import columns
from videogen.scenes.clip import Timing
from videogen.script.models import Options
from videogen.script.pronouncing import pronounced
from videogen.voices.loudness import levelled
from videogen.voices.sound import resample, samples_in_wav, trim, write_wav
from videogen.voices.voice import Voice

MESSAGE = "Speaking the narration"


@dataclass(frozen=True)
class Sentence:
    """A sentence and when it is spoken, in seconds from the scene's start."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class SpokenScene:
    """A scene with its sound: `frames` is its length, `pieces` its sentences' sound, in files named by the hash of what went into them."""

    told: ToldScene
    lead_in_s: float
    frames: int
    timing: Timing
    sentences: tuple[Sentence, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Audio:
    """`sounds` is an existing directory for the sentences' files."""

    cache: Cache
    sounds: Path
    name = "audio"

    def run(self, narration: Narration, report: Reporter) -> Iterator[SpokenScene]:
        """Hands on each scene as soon as it is spoken, so that it can be drawn while the next one speaks."""
        options = narration.plan.script.options
        assert options.voice is not None
        speakers = Speakers(options, report)
        caption_columns = columns(narration.plan.look) if options.burn_captions else 0
        letters = sum(len(sentence) for told in narration.scenes for sentence in told.sentences)
        total = sum(len(told.sentences) for told in narration.scenes)
        said = done = 0
        silent: list[tuple[str, ToldScene]] = []
        for told in narration.scenes:
            sounds: list[tuple[str, Path]] = []
            for text in told.sentences:
                report(said / letters, MESSAGE, done=done, of=total)
                sounds.append((text, speakers.say(told.scene, partial(self._speak, text, options, report))))
                said, done = said + len(text), done + 1
            silent += [(text, told) for text, file in sounds if not samples_in_wav(file) and any(map(str.isalpha, text))]
            yield _arranged(told, sounds, options, caption_columns)
        if silent:
            report.warn(_not_spoken(options.voice, silent))
        if total:
            report(1.0, MESSAGE, done=done, of=total)

    def _speak(self, text: str, options: Options, report: Reporter, voice: Voice) -> Path:
        spoken = pronounced(text, options.pronunciations, options.language)
        sentence = sound_key(voice, spoken, options.speed)
        file = self.sounds / f"{sentence.hash}.wav"
        if self.cache.make(sentence, file, partial(write_speech, voice, spoken, options.speed)):
            report.made += 1
        else:
            report.reused += 1
        return file


def sound_key(voice: Voice, text: str, speed: float = 1.0) -> Key:
    """What a sentence's sound is cached under."""
    how = {"voice": voice.name, "version": voice.version, "speed": speed}
    return key("sound", "wav", {"text": text, **how, "code": code("voices"), "av": libraries()["av"]})


def write_speech(voice: Voice, text: str, speed: float, file: Path) -> None:
    """Speaks a sentence into a WAV, as the film needs it."""
    write_wav(file, levelled(trim(resample(voice.speak(text, speed=speed)))))


def _arranged(told: ToldScene, sounds: list[tuple[str, Path]], options: Options, caption_columns: int) -> SpokenScene:
    """Puts the sentences after one another, counted in samples, and rounds the scene's length up to where both codecs' frames end."""
    grid = Grid(options.fps)
    lead_in = max(AAC_FRAME, round(options.lead_in_s * RATE_HZ))  # the first AAC frame is silent, or joining would be heard
    end = lead_in + round(told.pause_s(0) * RATE_HZ)
    sentences: list[Sentence] = []
    pieces: list[Piece] = []
    last = len(sounds)
    for number, (text, file) in enumerate(sounds, start=1):
        samples = samples_in_wav(file)
        if samples:
            sentences.append(Sentence(text, end / RATE_HZ, (end + samples) / RATE_HZ))
            pieces.append(Piece(end, file))
            end += samples
        end += round(told.pause_s(number, options.pause_s if samples and number < last else 0.0) * RATE_HZ)
    silence_s = (told.scene.pause_s or 0.0) + options.padding_s
    length = end / RATE_HZ + silence_s if pieces else 0.0
    frames = grid.frames(max(length, least_s(told.scene)))
    captions = captions_of(((one.start, one.end, one.text) for one in sentences), caption_columns) if caption_columns else ()
    timing = Timing(
        grid.seconds(frames),
        tuple((sentence.start, sentence.end) for sentence in sentences),
        tuple((caption.start, caption.end, caption.text) for caption in captions),
    )
    return SpokenScene(told, lead_in / RATE_HZ, frames, timing, tuple(sentences), tuple(pieces))


def _not_spoken(voice: str, silent: list[tuple[str, ToldScene]]) -> Warned:
    text, told = silent[0]
    more = f" and {len(silent) - 1} more sentences" if len(silent) > 1 else ""
    return Warned(
        "not_spoken",
        f"The voice {voice} has no sound for: {text[:80]}{more}",
        "Say it in words that the voice knows with a note such as <!-- say: ... -->, or choose another voice.",
        told.scene.line,
    )
