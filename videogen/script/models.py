"""What a script may say: the one definition, for Markdown, YAML, JSON, the schema and the drawing alike.

Text fields marked *inline* hold inline Markdown (`**bold**`, `*emphasis*`, `` `code` ``, `[text](address)`); `inline.py` reads it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from videogen.script import chart_data, languages
from videogen.script.video_options import FileName, Motion, Options, Strict, Transition, read_language

CalloutTone = Literal["note", "tip", "important", "warning", "danger", "example"]


def _scene_language(value: Any) -> Any:
    """Return the language of a scene alone; `auto` is that of the video."""
    tag = read_language(value)
    return None if tag == languages.AUTO else tag


def _point(value: Any) -> Any:
    """Return a point of a list, which may be written as plain text."""
    return {"text": value} if isinstance(value, str) else value


def _step(value: Any) -> Any:
    """Return a step, which may be written as plain text: its title."""
    return {"title": value} if isinstance(value, str) else value


LAYOUTS: dict[str, tuple[str, ...]] = {
    "text": ("plain", "statement"),
    "list": ("plain", "rows", "cards"),
    "learning_objectives": ("plain", "rows", "cards"),
    "checkpoint": ("plain", "rows"),
    "columns": ("plain", "comparison"),
    "image": ("picture-left", "picture-right", "third-left", "third-right", "picture-top", "cover", "card"),
    "clip": ("picture-left", "picture-right", "third-left", "third-right", "picture-top", "cover", "card"),
    "pictures": ("row", "column", "grid"),
    "steps": ("row", "column"),
    "timeline": ("row", "column"),
}
"""Layouts of kinds of scenes that can be named; of others none can."""
_LAYOUT_SCHEMA = {"anyOf": [{"enum": sorted({name for names in LAYOUTS.values() for name in names})}, {"type": "null"}]}


def layout_name(value: Any) -> Any:
    """Normalize a name of a layout: `Picture left` is picture-left. layouts.py checks it."""
    return None if value is None else re.sub(r"[\s_]+", "-", str(value).strip().lower())[:40] or None


class Footnote(Strict):
    """A note at the foot of a scene."""

    mark: str = Field(max_length=40, description="Its mark: `[^1]` in a text of the scene refers to the note with mark 1.")
    text: str = Field(description="Inline.")


class SceneBase(Strict):
    """What every scene may say."""

    say: str | None = Field(None, description="What is spoken, in place of what the scene itself suggests; an empty text is silence.")
    voice: str | None = Field(None, description="Voice of this scene alone.")
    lang: Annotated[str | None, BeforeValidator(_scene_language, json_schema_input_type=str | None)] = Field(
        None, max_length=60, description="Language of this scene alone: a BCP 47 tag or a name; a voice that speaks it is taken."
    )
    recording: str | None = Field(None, description="A sound file of one's own that is heard in place of a voice.")
    pause_s: float | None = Field(None, ge=0, le=60, description="Seconds of silence after its words, beside the video's padding.")
    duration_s: float | None = Field(
        None, gt=0, le=3600, description="Least length of the scene in seconds; the narration may make it longer."
    )
    transition: Transition | None = Field(None, description="How it comes in: cut, fade or slide; by default as the video does.")
    motion: Motion | None = Field(None, description="Whether it moves: full or none; by default as the video does.")
    layout: Annotated[str | None, BeforeValidator(layout_name), WithJsonSchema(_LAYOUT_SCHEMA)] = Field(
        None, max_length=40, description="How it is laid out, as its kind allows; by default as its content asks for."
    )
    chapter: str | None = Field(None, max_length=200, description="A chapter of this name begins here, though no card says so.")
    footnotes: tuple[Footnote, ...] = Field((), description="Notes at the foot of the scene; they are not spoken.")
    line: int | None = Field(None, ge=1, description="Line of the source at which the scene begins.")
    page: int = Field(1, ge=1, description="Page of a scene that was too long for one picture, from 1.")
    pages: int = Field(1, ge=1, description="Pages that the scene was split into.")


NOT_SHOWN = {"line", "say", "voice", "lang", "pause_s", "duration_s", "recording", "transition", "chapter"}
"""What a scene has that its picture does not show."""


class TitleScene(SceneBase):
    """The opening card."""

    kind: Literal["title"]
    title: str = Field(description="Inline.")
    subtitle: str = Field("", description="Inline.")


class SectionScene(SceneBase):
    """A heading of its own, between parts."""

    kind: Literal["section"]
    title: str = Field(description="Inline.")
    subtitle: str = Field("", description="Inline.")
    number: int | None = Field(None, ge=1, description="Number of the section, from 1.")


class TextScene(SceneBase):
    """A heading and prose."""

    kind: Literal["text"]
    heading: str = Field("", description="Inline.")
    paragraphs: tuple[str, ...] = Field(description="Inline, one a paragraph.")


class ListItem(Strict):
    """One point of a list."""

    text: str = Field(description="Inline.")
    level: int = Field(0, ge=0, le=11, description="Depth, from 0.")
    number: int | None = Field(None, description="Its number, in an ordered list.")
    checked: bool | None = Field(None, description="Ticked or not, in a task list.")


Point = Annotated[ListItem, BeforeValidator(_point, json_schema_input_type=str | ListItem)]


class ListScene(SceneBase):
    """A heading and its points, with an optional sentence before them."""

    kind: Literal["list"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the points.")
    items: tuple[Point, ...] = Field(description="Its points: each a text (inline), or a text with its level, its number or a tick.")


class Step(Strict):
    """One step: what to do in a few words, and more about it."""

    title: str = Field(description="Inline.")
    text: str = Field("", description="Inline.")


class StepsScene(SceneBase):
    """Numbered steps, each coming in as it is spoken."""

    kind: Literal["steps"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the steps.")
    steps: tuple[Annotated[Step, BeforeValidator(_step, json_schema_input_type=str | Step)], ...] = Field(
        min_length=1, description="The steps: each a text (inline), or a title with more about it."
    )
    first: int = Field(1, ge=0, le=9999, description="Number of the first step.")


class Column(Strict):
    """One column: a heading, prose, points."""

    heading: str = Field("", description="Inline.")
    paragraphs: tuple[str, ...] = Field((), description="Inline, one a paragraph.")
    items: tuple[Point, ...] = Field((), description="Its points, as in a list.")


class ColumnsScene(SceneBase):
    """Columns side by side, one below the other in tall pictures; each comes in as it is spoken."""

    kind: Literal["columns"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the columns.")
    columns: tuple[Column, ...] = Field(min_length=1, description="From left to right.")


class CalloutScene(SceneBase):
    """A note, a warning or the like on a card in a colour of its own."""

    kind: Literal["callout"]
    heading: str = Field("", description="Inline.")
    tone: CalloutTone = Field("note", description="What it is: note, tip, important, warning, danger or example; gives the colour.")
    title: str = Field("", description="Inline.")
    paragraphs: tuple[str, ...] = Field((), description="Inline, one a paragraph.")
    items: tuple[Point, ...] = Field((), description="Its points, after the paragraphs, as in a list.")


def _code_state(value: Any) -> Any:
    """Accept plain code for a state of code."""
    return {"code": value} if isinstance(value, str) else value


class CodeState(Strict):
    """What a code becomes."""

    code: str = Field(description="Source code, as it is.")
    highlight: tuple[int, ...] = Field((), description="Lines to stress, counted as in the scene.")
    steps: tuple[tuple[int, ...], ...] = Field((), description="Lines to walk through before the next state; an empty step shows all.")


STATES_MAX = 20


class CodeScene(SceneBase):
    """A heading and source code with its highlighting, and what it becomes. A carried-on page keeps counting lines from `first_line`."""

    kind: Literal["code"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the code.")
    code: str = Field(description="Source code, as it is.")
    language: str = Field("", description="A name that Pygments knows; empty for plain text.")
    first_line: int = Field(1, ge=1, description="Number of its first line.")
    page_size: float | None = Field(
        None,
        ge=1,
        le=1000,
        description="Size of its type on a page of several, at most, for a picture 1080 high: all pages of code have one.",
    )
    highlight: tuple[int, ...] = Field((), description="Lines to stress, counted as in the scene.")
    steps: tuple[tuple[int, ...], ...] = Field(
        (), description="Lines to walk through, one step after the other as the sentences are spoken; an empty step shows all."
    )
    states: tuple[Annotated[CodeState, BeforeValidator(_code_state, json_schema_input_type=str | CodeState)], ...] = Field(
        (),
        max_length=STATES_MAX,
        description="What the code becomes, one state after the other as the sentences are spoken: each a text, or code with its own "
        "stress. What stays moves to its new place.",
    )


class CodeComparisonScene(SceneBase):
    """Code as it was and as it is, side by side, in tall pictures one above the other; the lines that differ are marked."""

    kind: Literal["code_comparison"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the code.")
    before: str = Field(description="The code as it was.")
    after: str = Field(description="The code as it is.")
    language: str = Field("", description="A name that Pygments knows; empty for plain text.")
    before_label: str = Field("Before", description="What stands above the code as it was.")
    after_label: str = Field("After", description="What stands above the code as it is.")


class CommandScene(SceneBase):
    """A terminal, typed. A line beginning with `$ ` is a command, `# ` a comment, `→ ` a result, `✓ ` or `✗ ` an outcome, `- ` a point."""

    kind: Literal["command"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the terminal.")
    text: str = Field(description="What the terminal shows; a line that begins with none of the marks is a command's output.")


class EquationScene(SceneBase):
    """A formula in TeX. Rows end with two backslashes and are aligned at `&`; what cannot be set is shown as its source."""

    kind: Literal["equation"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the formula.")
    tex: str = Field(description="The formula, without dollar signs.")


class DiagramScene(SceneBase):
    """A drawing made of characters (box drawing, ASCII art), always fitted whole."""

    kind: Literal["diagram"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the drawing.")
    text: str = Field(description="The drawing, line by line.")


class TableScene(SceneBase):
    """A table. A row with fewer cells than the header is filled up with empty ones."""

    kind: Literal["table"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the table.")
    header: tuple[str, ...] = Field(description="Inline, one a column.")
    rows: tuple[tuple[str, ...], ...] = Field(description="Inline.")
    align: tuple[Literal["left", "center", "right"], ...] = Field((), description="How each column is aligned.")

    @field_validator("rows")
    @classmethod
    def _as_wide_as_the_header(cls, rows: tuple[tuple[str, ...], ...], info: ValidationInfo) -> tuple[tuple[str, ...], ...]:
        width = len(info.data.get("header", ()))
        for number, row in enumerate(rows, 1):
            if width and len(row) > width:
                raise ValueError(f"row {number} has {len(row)} cells, the header {width}")
        return tuple(row + ("",) * (width - len(row)) for row in rows)


class QuoteScene(SceneBase):
    """Someone's words."""

    kind: Literal["quote"]
    heading: str = Field("", description="Inline.")
    text: str = Field(description="Inline.")
    by: str = Field("", description="Whose words they are.")
    portrait: FileName | None = Field(
        None, description="A picture of who said it: an uploaded file, or its path from the script's directory."
    )


class BigNumberScene(SceneBase):
    """A number as large as the picture, and what it counts."""

    kind: Literal["big_number"]
    heading: str = Field("", description="Inline.")
    number: str = Field(description="Inline: a few characters, such as 42 % or 3 of 4.")
    text: str = Field("", description="Inline; what it counts.")


def _event(value: Any) -> Any:
    """Return an event may be written as plain text: its title."""
    return {"title": value} if isinstance(value, str) else value


class TimelineEvent(Strict):
    """One event: when it was, what it was in a few words, and more about it."""

    when: str = Field("", max_length=80, description="A year, a date, a time.")
    title: str = Field(description="Inline.")
    text: str = Field("", description="Inline.")


class TimelineScene(SceneBase):
    """Events along a line, each coming in as it is spoken."""

    kind: Literal["timeline"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the events.")
    events: tuple[Annotated[TimelineEvent, BeforeValidator(_event, json_schema_input_type=str | TimelineEvent)], ...] = Field(
        min_length=1, description="The events, first to last: each a text (inline), or when it was, a title and more about it."
    )


OPTIONS_MAX = 6
THINK_MAX_S = 60.0
_LETTER = re.compile(r"\(?([A-Fa-f])[).:]?\s*")
_LETTERED = re.compile(r"\(?[A-Fa-f][).:]\s+")


def _answer(value: Any, info: ValidationInfo) -> Any:
    """Return the right option may be written as its number, its letter, or its text."""
    if not isinstance(value, str):
        return value
    options = [option.strip() for option in info.data.get("options", ())]
    if value.strip() in options:
        return options.index(value.strip()) + 1
    if value.strip().isdecimal():
        return int(value)
    if letter := _LETTER.fullmatch(value.strip()):
        return ord(letter[1].upper()) - ord("A") + 1
    bare = [_LETTERED.sub("", option).casefold() for option in options]
    normalized = _LETTERED.sub("", value.strip()).casefold()
    if normalized not in bare:
        raise ValueError("has to be one of the options: its number, its letter or its text")
    return bare.index(normalized) + 1


class QuizScene(SceneBase):
    """A question with options: time to think with a countdown, then the answer."""

    kind: Literal["quiz"]
    heading: str = Field("", description="Inline.")
    question: str = Field(description="Inline.")
    options: tuple[str, ...] = Field(min_length=2, max_length=OPTIONS_MAX, description="Inline, one an option.")
    answer: Annotated[int, BeforeValidator(_answer, json_schema_input_type=int | str)] = Field(
        ge=1, description="The right option: its number from 1, its letter, or its text."
    )
    explanation: str = Field("", description="Inline; why, shown and spoken with the answer.")
    think_s: float = Field(5.0, ge=0, le=THINK_MAX_S, description="Seconds to think, between the last option and the answer.")

    @model_validator(mode="after")
    def _has_the_answer(self) -> Self:
        if self.answer > len(self.options):
            raise ValueError(f"answer {self.answer} is none of the {len(self.options)} options")
        return self


LessonList = Literal["learning_objectives", "checkpoint"]


class LearningObjectivesScene(SceneBase):
    """What viewers will know or be able to do; without a heading it is called so in the video's language."""

    kind: Literal["learning_objectives"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the objectives.")
    items: tuple[Point, ...] = Field(description="The objectives, as the points of a list.")


class CheckpointScene(SceneBase):
    """What viewers have learned so far, to be ticked off; without a heading it is called so in the video's language."""

    kind: Literal["checkpoint"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the points.")
    items: tuple[Point, ...] = Field(description="As the points of a list: a box beside each, ticked where `checked` is true.")


class ProblemScene(SceneBase):
    """A problem to be solved, on a card."""

    kind: Literal["problem"]
    heading: str = Field("", description="Inline.")
    title: str = Field("", description="Inline; what stands on the card: Problem, in the video's language, by default.")
    paragraphs: tuple[str, ...] = Field((), description="Inline, one a paragraph.")
    items: tuple[Point, ...] = Field((), description="Its points, after the paragraphs, as in a list.")


class SolutionScene(SceneBase):
    """The solution of a problem, on a card."""

    kind: Literal["solution"]
    heading: str = Field("", description="Inline.")
    title: str = Field("", description="Inline; what stands on the card: Solution, in the video's language, by default.")
    paragraphs: tuple[str, ...] = Field((), description="Inline, one a paragraph.")
    items: tuple[Point, ...] = Field((), description="Its points, after the paragraphs, as in a list.")


class ExerciseScene(SceneBase):
    """Something for viewers to do, on a card."""

    kind: Literal["exercise"]
    heading: str = Field("", description="Inline.")
    title: str = Field("", description="Inline; what stands on the card: Exercise, in the video's language, by default.")
    paragraphs: tuple[str, ...] = Field((), description="Inline, one a paragraph.")
    items: tuple[Point, ...] = Field((), description="What to do, after the paragraphs, as in a list.")
    minutes: int | None = Field(None, ge=1, le=999, description="How long it takes; stands beside the title.")


Share = Annotated[float, Field(ge=0, le=1)]


class ImageScene(SceneBase):
    """A picture: whole on a card, over the whole screen, or beside words."""

    kind: Literal["image"]
    heading: str = Field("", description="Inline.")
    file: FileName = Field(description="Name of the uploaded file, or its path from the script's directory.")
    alt: str = Field("", description="What it shows, in words; spoken.")
    caption: str = Field("", description="Inline; stands with the picture, and is spoken when there is no alt.")
    fit: Literal["fit", "fill"] = Field("fit", description="Whole on a card (fit), or cut to fill the screen with the words on it (fill).")
    move: Literal["none", "zoom in", "zoom out", "pan left", "pan right", "pan up", "pan down"] = Field(
        "none", description="A slow movement of the camera, which comes to rest before the scene ends."
    )
    focus: tuple[Share, Share] = Field((0.5, 0.5), description="What is not cut off and is zoomed in on: across and down, 0..1.")
    paragraphs: tuple[str, ...] = Field((), description="Inline; prose beside the picture.")
    items: tuple[Point, ...] = Field((), description="Points beside the picture, after the prose, as in a list.")


def _picture(value: Any) -> Any:
    """Accept the name of a file for a picture."""
    return {"file": value} if isinstance(value, str) else value


class Picture(Strict):
    """One of several pictures."""

    file: FileName = Field(description="Name of the uploaded file, or its path from the script's directory.")
    alt: str = Field("", description="What it shows, in words; spoken.")
    caption: str = Field("", description="Inline; stands with the picture, and is spoken when there is no alt.")
    focus: tuple[Share, Share] = Field((0.5, 0.5), description="What is not cut off: across and down, 0..1.")


PICTURES_MAX = 4


class PicturesScene(SceneBase):
    """Two to four pictures beside one another."""

    kind: Literal["pictures"]
    heading: str = Field("", description="Inline.")
    pictures: tuple[Annotated[Picture, BeforeValidator(_picture, json_schema_input_type=str | Picture)], ...] = Field(
        min_length=2, max_length=PICTURES_MAX, description="The pictures: each the name of a file, or a file with its words."
    )


class ClipScene(SceneBase):
    """A stretch of a video: whole on a card, over the whole screen, or beside words."""

    kind: Literal["clip"]
    heading: str = Field("", description="Inline.")
    file: FileName = Field(description="Name of the uploaded file, or its path from the script's directory.")
    alt: str = Field("", description="What it shows, in words; spoken, unless it is heard itself.")
    caption: str = Field("", description="Inline; stands with the video.")
    fit: Literal["fit", "fill"] = Field("fit", description="Whole on a card (fit), or cut to fill the screen with the words on it (fill).")
    start_s: float = Field(0.0, ge=0, description="Where the stretch begins, in seconds of the video.")
    end_s: float | None = Field(None, gt=0, description="Where it ends; the video's end by default.")
    sound: Literal["own", "none"] | None = Field(
        None, description="Whether the video is heard: own, or none; by default when nothing is said in the scene."
    )
    paragraphs: tuple[str, ...] = Field((), description="Inline; prose beside the video.")
    items: tuple[Point, ...] = Field((), description="Points beside the video, after the prose, as in a list.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError("end_s has to be after start_s")
        if self.sound == "own" and (self.say or "").strip():
            raise ValueError("a video that is heard itself cannot be spoken over: leave out say, or set sound to none")
        return self


NOTHING = ("", "-", "–", "—", "n/a", "NA")
Number = Annotated[float, Field(ge=-1e15, le=1e15)]


def _nothing(value: Any) -> Any:
    """Return a value that is not there, as tables write it."""
    return None if isinstance(value, str) and value.strip() in NOTHING else value


Values = Annotated[
    tuple[Annotated[Number | None, BeforeValidator(_nothing, json_schema_input_type=Number | Literal[NOTHING] | None)], ...],
    Field(min_length=1, max_length=20_000),
]


def _series(value: Any) -> Any:
    """Accept series written as names with their values, or as the values of a single one."""
    if isinstance(value, dict):
        return [{"name": name, "values": values} for name, values in value.items()]
    if isinstance(value, (list, tuple)) and value and not isinstance(value[0], (dict, Series)):
        return [{"values": value}]
    return value


SeriesName = Annotated[str, Field(max_length=60)]


class Series(Strict):
    """The values of one line, or of the bars of one colour."""

    name: SeriesName = Field("", description="What they are of.")
    values: Values = Field(description="A number for each x; an empty one leaves a gap.")


class ChartScene(SceneBase):
    """A chart of numbers that stand in the script or in a CSV file: bar, line, area, pie or scatter."""

    kind: Literal["chart"]
    heading: str = Field("", description="Inline.")
    lead: str = Field("", description="Inline; stands before the chart.")
    type: Literal["bar", "line", "area", "pie", "scatter"] = Field("bar", description="How the numbers are shown.")
    x: tuple[Annotated[str, Field(max_length=80)], ...] = Field((), description="What each value is of, along the chart.")
    series: Annotated[
        tuple[Series, ...],
        BeforeValidator(_series, json_schema_input_type=tuple[Series, ...] | dict[SeriesName, Values] | Values),
    ] = Field((), max_length=8, description="The numbers, by what they are of.")
    csv: FileName | None = Field(None, description="A CSV file with them: a column for x, then one for each series, under their names.")
    columns: tuple[str, ...] = Field((), description="Columns of the CSV file that are shown; all by default.")
    stacked: bool = Field(False, description="Whether bars and areas stand on one another.")
    unit: str = Field("", max_length=12, description="Unit of the numbers, such as % or €.")
    x_label: str = Field("", max_length=80, description="What is along the chart.")
    y_label: str = Field("", max_length=80, description="What the numbers are.")

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        if why := chart_data.wrong(self.type, self.x, [one.values for one in self.series], self.csv is not None):
            raise ValueError(why)
        return self


class OutroScene(SceneBase):
    """The closing card."""

    kind: Literal["outro"]
    title: str = Field(description="Inline.")
    text: str = Field("", description="Inline.")


Scene = Annotated[
    TitleScene
    | SectionScene
    | TextScene
    | ListScene
    | StepsScene
    | ColumnsScene
    | CalloutScene
    | CodeScene
    | CodeComparisonScene
    | CommandScene
    | EquationScene
    | DiagramScene
    | TableScene
    | QuoteScene
    | BigNumberScene
    | TimelineScene
    | QuizScene
    | LearningObjectivesScene
    | ProblemScene
    | SolutionScene
    | CheckpointScene
    | ExerciseScene
    | ChartScene
    | ImageScene
    | PicturesScene
    | ClipScene
    | OutroScene,
    Field(discriminator="kind"),
]


class Script(Strict):
    """A whole video: its title, how it is made, and its scenes in order."""

    title: str = Field(max_length=300, description="The video's title, as players and lists show it.")
    options: Options = Field(Options(), description="How the video is made.")
    scenes: tuple[Scene, ...] = Field(min_length=1, max_length=2000, description="The scenes, in order.")
