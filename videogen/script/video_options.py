"""What a request, a script and the settings may say about how a video is made: the options, each with its type and its default."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from videogen.script import brand_names, languages, music_names, point_words, theme_names
from videogen.script.paces import TEMPOS, Pace, Tempo

Motion = Literal["full", "none"]
Transition = Literal["cut", "fade", "slide"]
TransitionSound = Literal["none", "whoosh", "tick", "chime"]
CaptionStyle = Literal["none", "subtitles", "karaoke"]
CaptionPosition = Literal["auto", "bottom", "top"]
Theme = Annotated[
    str,
    AfterValidator(theme_names.check_name),
    WithJsonSchema({"anyOf": [{"enum": list(theme_names.bundled())}, {"type": "string", "pattern": theme_names.PATTERN}]}),
]
"""The name of a theme: of one that comes with videogen, or of one's own."""
BrandName = Annotated[str, Field(pattern=brand_names.PATTERN)]
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$"
"""A BCP 47 tag."""
Aspect = Literal["16:9", "9:16", "1:1", "4:5", "4:3"]


FILE_NAME_MAX = 500
FileName = Annotated[str, Field(min_length=1, max_length=FILE_NAME_MAX)]


def read_language(value: Any) -> Any:
    """Return the tag of a language as people write it; `auto` stays."""
    if not isinstance(value, str):
        return value
    tag = languages.tag_of(value)
    if tag is None:
        raise ValueError("is no language that is known here: write its tag or its name, such as de, pt-BR or German")
    return tag


WordsAndSounds = dict[Annotated[str, Field(min_length=1, max_length=100)], Annotated[str, Field(max_length=200)]]


def _off(value: Any) -> Any:
    """Return a value as it is meant: YAML's `no` and `off` are false, and mean none."""
    return "none" if value is False else value


def _words_and_sounds(value: Any) -> Any:
    """Parse pronunciations written as one text: `nginx=engine x, SQL=sequel`."""
    if not isinstance(value, str):
        return value
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(word.strip() and sign for word, sign, _ in pairs):
        raise ValueError("has to be words and how they are said, such as nginx=engine x, SQL=sequel")
    return {word.strip(): sound.strip() for word, _, sound in pairs}


VoicesByName = dict[Annotated[str, Field(min_length=1, max_length=60, pattern=r"\S")], Annotated[str, Field(min_length=1, max_length=200)]]


def _voices_by_name(value: Any) -> Any:
    """Parse voices by name that are written as one text: `Ada=hibari, Ben=espeak`."""
    if not isinstance(value, str):
        return value
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(name.strip() and voice.strip() for name, _, voice in pairs):
        raise ValueError("has to be names and voices, such as Ada=hibari, Ben=espeak")
    return {name.strip(): voice.strip() for name, _, voice in pairs}


def _phrases(value: Any) -> Any:
    """Parse phrases that are written as one text, such as `highest={high} wins; equal=All alike`."""
    if not isinstance(value, str):
        return value
    pairs = [pair.partition("=") for pair in value.split(";") if pair.strip()]
    if not all(name.strip() and sign for name, sign, _ in pairs):
        raise ValueError("has to be names and phrases, such as highest=The winner is {high}.; equal=All alike.")
    return {name.strip(): phrase.strip() for name, _, phrase in pairs}


def _data_words(words: dict[str, str]) -> dict[str, str]:
    """Check the names of phrases for what charts and tables show."""
    unknown = [name for name in words if name not in point_words.NAMES]
    if unknown:
        raise ValueError(f"has no phrase {unknown[0][:40]!r}; there are {', '.join(point_words.NAMES)}")
    return words


Phrase = Annotated[str, Field(max_length=300)]
DataWords = Annotated[
    dict[str, Phrase], AfterValidator(_data_words), BeforeValidator(_phrases, json_schema_input_type=dict[str, Phrase] | str)
]


NTSC_RATES = {23.976: Fraction(24000, 1001), 29.97: Fraction(30000, 1001), 59.94: Fraction(60000, 1001)}
"""Frame rates of NTSC by their usual names (SMPTE 12M)."""

MIN_FPS, MAX_FPS = 24, 60
MIN_SPEED, MAX_SPEED = 0.5, 2.0


def _frame_rate(value: Any) -> Any:
    """Check a frame rate, also one that is written as text. Whole rates are ints."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        value = 0
    near = next((rate for rate in NTSC_RATES if abs(rate - value) < 0.005), None)
    if near is None and not (value == int(value) and MIN_FPS <= value <= MAX_FPS):
        raise ValueError(f"has to be a whole number from {MIN_FPS} to {MAX_FPS}, or {', '.join(map(str, NTSC_RATES))}")
    return near or int(value)


FrameRate = Annotated[
    int | float,
    BeforeValidator(_frame_rate),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": MIN_FPS, "maximum": MAX_FPS}, {"enum": list(NTSC_RATES)}], "default": 30}),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Options(Strict):
    """How a video is made. A request's options win over front matter, front matter over settings."""

    voice: str | None = Field(None, description="Voice, such as hibari, espeak, piper:de_DE-thorsten-medium or none.")
    voice_fallback: bool = Field(
        False, description="Whether the next voice that can takes over, with a warning, where the chosen one cannot speak."
    )
    voices: Annotated[VoicesByName, BeforeValidator(_voices_by_name, json_schema_input_type=VoicesByName | str)] = Field(
        {},
        max_length=20,
        description="People by name and the voices of their lines, such as Ada: hibari; a line begins with a name.",
    )
    pace: Pace = Field(
        "usual",
        description="Whom it is for: usual, children, learners (of the language) or experts; sets rate, pauses and reading time.",
    )
    speed: float = Field(1.0, ge=MIN_SPEED, le=MAX_SPEED, description="How fast is spoken: 2 is twice as fast.")
    pause_s: float = Field(0.3, ge=0, le=10, description="Seconds of silence between two sentences.")
    pronunciations: Annotated[WordsAndSounds, BeforeValidator(_words_and_sounds, json_schema_input_type=WordsAndSounds | str)] = Field(
        {}, max_length=500, description="Words and how they are said, such as nginx: engine x; captions keep the words."
    )
    theme: Theme | None = Field(None, description="Theme: one that comes with videogen, or one of your own.")
    brand: BrandName | None = Field(None, description="Brand kit: logo, colours, fonts, footer, intro and outro.")
    aspect: Aspect = Field("16:9", description="Width to height: 16:9, 9:16, 1:1, 4:5 or 4:3.")
    height: int = Field(
        1080,
        ge=240,
        le=2160,
        multiple_of=2,
        description="Pixels of the shorter side of the picture: 1080 is 1920 by 1080 in 16:9, and 1080 by 1920 in 9:16.",
    )
    fps: FrameRate = Field(
        30, description="Frames a second: 24 to 60, or 23.976, 29.97 or 59.94, which are 24, 30 and 60 thousand in 1001 s."
    )
    language: Annotated[str, BeforeValidator(read_language, json_schema_input_type=str)] = Field(
        languages.AUTO,
        max_length=60,
        description="Language of the text: a BCP 47 tag or a name, such as de, pt-BR or German; auto finds it out.",
    )
    motion: Motion = Field("full", description="Whether pictures move: full or none.")
    transition: Transition = Field(
        "fade", description="How a scene comes in after another one: cut, fade or slide; always cut with motion none."
    )
    transition_sound: Annotated[TransitionSound, BeforeValidator(_off, json_schema_input_type=TransitionSound)] = Field(
        "none", description="A short sound as a scene comes in: whoosh, tick, chime or none; silent where scenes cut."
    )
    cfr: bool = Field(False, description="Write a constant frame rate, for editing programs.")
    lead_in_s: float = Field(0.4, ge=0, le=10, description="Seconds of a scene before its narration starts.")
    padding_s: float = Field(0.6, ge=0, le=10, description="Seconds of a scene after its narration has ended, at least.")
    captions: CaptionStyle = Field(
        "none",
        description="Captions drawn into the picture: subtitles (one or two quiet lines), karaoke (large, word by word) or none. "
        "As a track and as files every video has them.",
    )
    caption_position: CaptionPosition = Field(
        "auto", description="Where such captions stand: at the bottom, at the top, or where the theme has them (auto)."
    )
    data_points: bool = Field(True, description="Whether charts and tables say their highest, lowest and trend.")
    data_words: DataWords = Field(
        {}, max_length=20, description="Words for that in place of videogen's, such as highest: The winner is {high}."
    )
    music: Annotated[str | None, BeforeValidator(music_names.normalize, json_schema_input_type=str | None)] = Field(
        None, max_length=300, description="Music below the voice: calm, bright or focus, a sound file of one's own, or none."
    )
    music_db: float = Field(
        -20.0, ge=-40, le=-12, description="Loudness of music below that of speech, in dB. It is 8 dB louder, at most -12, in pauses."
    )
    missing_images: Literal["fail", "skip"] = Field(
        "skip", description="What a file that is not there means: it is left out with a warning (skip), or nothing is made (fail)."
    )

    @property
    def frame_rate(self) -> int | Fraction:
        """Frames a second, exactly."""
        return int(self.fps) if self.fps not in NTSC_RATES else NTSC_RATES[self.fps]

    @property
    def tempo(self) -> Tempo:
        """The factors of its pace."""
        return TEMPOS[self.pace]

    @property
    def rate(self) -> float:
        """How fast is spoken, with the pace: 2 is twice as fast."""
        return min(MAX_SPEED, max(MIN_SPEED, round(self.speed * self.tempo.rate, 4)))

    @property
    def sentence_pause_s(self) -> float:
        """Seconds of silence between two sentences, with the pace."""
        return self.pause_s * self.tempo.pauses

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels, even. The shorter side is `height`."""
        across, down = (int(part) for part in self.aspect.split(":"))
        longer = round(self.height * max(across, down) / min(across, down) / 2) * 2
        return (longer, self.height) if across >= down else (self.height, longer)
