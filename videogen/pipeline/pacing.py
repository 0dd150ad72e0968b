"""Estimate lengths: how long a scene is shown at least, and how long its narration will take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from videogen.media.playback import PLAYS_FROM_S
from videogen.script import inline
from videogen.script.models import (
    BigNumberScene,
    CalloutScene,
    ChartScene,
    CheckpointScene,
    ClipScene,
    CodeComparisonScene,
    CodeScene,
    Column,
    ColumnsScene,
    CommandScene,
    DiagramScene,
    EquationScene,
    ExerciseScene,
    ImageScene,
    LearningObjectivesScene,
    ListScene,
    OutroScene,
    PicturesScene,
    ProblemScene,
    QuizScene,
    QuoteScene,
    Scene,
    SectionScene,
    SolutionScene,
    StepsScene,
    TableScene,
    TextScene,
    TimelineScene,
    TitleScene,
)
from videogen.voices.none import reading_s

LEAST_S = 3.0
LEAST_FOR_A_DRAWING_S = 6.0
MOST_S = 12.0
PER_CODE_LINE_S = 0.4
PER_ROW_S = 0.8
PER_STEP_S = 2.5

# For a scene with little or no narration, which the viewer has to read.
MOST_TO_READ_S = 15.0
LITTLE = 1 / 3
"""Narration counts as little if it takes less than this share of the time to read what is shown."""
TO_FIND_IT_S = 1.5
LETTERS_A_SECOND = 15.0
HANGUL_A_SECOND = 10.0
WIDE_LETTERS_A_SECOND = 6.0
"""Chinese characters and kana."""
PER_LINE_OF_CODE_S = 0.4
OF_CODE = 0.6
"""Viewers skim code and terminals: they take this share of the time for as much prose."""
PER_CELL_S = 0.3
PER_LABEL_S = 0.5


def least_s(scene: Scene, sentences: tuple[str, ...], reading: float = 1.0) -> float:
    """Return the least length of a scene in seconds: the one it sets, else enough to take in what is shown and not spoken.

    A clip is shown to the end of its range. If few `sentences` are spoken, the scene stays until it can be read. `reading` is a factor
    on such times, of those whom the video is paced for.
    """
    least = _least_s(scene)
    if scene.duration_s is not None or scene.recording or isinstance(scene, ClipScene):
        return least
    to_read = (TO_FIND_IT_S + sum(_reading_parts(scene))) * reading
    little = sum(map(reading_s, sentences)) < LITTLE * to_read
    least *= max(1.0, reading)
    return max(least, min(MOST_TO_READ_S * max(1.0, reading), to_read)) if little else least


def _least_s(scene: Scene) -> float:
    if isinstance(scene, ClipScene) and scene.end_s is not None:
        return max(scene.duration_s or 0.0, PLAYS_FROM_S + scene.end_s - scene.start_s)
    if scene.duration_s is not None:
        return scene.duration_s
    match scene:
        case CodeScene():
            changes = sum(max(1, len(state.steps)) for state in scene.states)
            return max(_to_read(scene.code) if not changes else LEAST_S, PER_STEP_S * (len(scene.steps) + changes + bool(changes)))
        case CodeComparisonScene():
            return _to_read(f"{scene.before}\n{scene.after}")
        case CommandScene():
            return _to_read(scene.text)
        case EquationScene():
            return LEAST_FOR_A_DRAWING_S
        case DiagramScene():
            return min(MOST_S, LEAST_FOR_A_DRAWING_S + len(scene.text.splitlines()) * PER_CODE_LINE_S / 2)
        case ChartScene():
            return LEAST_FOR_A_DRAWING_S
        case QuizScene():
            return LEAST_S + scene.think_s
        case TableScene():
            return min(MOST_S, LEAST_S + PER_ROW_S * len(scene.rows))
        case _:
            return LEAST_S


def _to_read(code: str) -> float:
    lines = sum(bool(line.strip()) for line in code.splitlines())
    return min(MOST_S, LEAST_S + PER_CODE_LINE_S * lines)


def _reading_parts(scene: Scene) -> Iterator[float]:
    """Yield the reading time in seconds of each part of a scene."""
    yield from (silent_reading_s(inline.plain(note.text)) for note in scene.footnotes)
    match scene:
        case TitleScene() | SectionScene():
            yield from _prose(scene.title, scene.subtitle)
            return
        case OutroScene():
            yield from _prose(scene.title, scene.text)
            return
    yield from _prose(scene.heading, getattr(scene, "lead", ""))
    match scene:
        case TextScene():
            yield from _prose(*scene.paragraphs)
        case ListScene() | LearningObjectivesScene() | CheckpointScene():
            yield from _prose(*(item.text for item in scene.items))
        case StepsScene():
            yield from _prose(*(text for step in scene.steps for text in (step.title, step.text)))
        case ColumnsScene():
            for column in scene.columns:
                yield from _column(column)
        case TimelineScene():
            yield from _prose(*(text for event in scene.events for text in (event.when, event.title, event.text)))
        case BigNumberScene():
            yield from _prose(scene.number, scene.text)
        case QuizScene():
            yield scene.think_s
            yield from _prose(scene.question, *scene.options, scene.explanation)
        case CalloutScene() | ProblemScene() | SolutionScene() | ExerciseScene():
            yield from _prose(scene.title, *scene.paragraphs, *(item.text for item in scene.items))
        case QuoteScene():
            yield from _prose(scene.text, scene.by)
        case ImageScene():
            yield from _prose(scene.caption, *scene.paragraphs, *(item.text for item in scene.items))
        case PicturesScene():
            yield from _prose(*(one.caption for one in scene.pictures))
        case CodeScene():
            yield _of_code(scene.code)
            yield from (_of_code(state.code) / 2 for state in scene.states)  # most of its lines are the same
        case CodeComparisonScene():
            yield _of_code(scene.after)
            yield _of_code(scene.before) / 2  # most of its lines are the same
        case CommandScene():
            yield _of_code(scene.text)
        case TableScene():
            yield from (
                PER_CELL_S + silent_reading_s(inline.plain(cell)) for row in (scene.header, *scene.rows) for cell in row if cell.strip()
            )
        case DiagramScene():
            yield from (PER_LABEL_S + silent_reading_s(label) for label in re.findall(r"\w+(?: \w+)*", scene.text))
        case ChartScene():
            yield from (PER_LABEL_S + silent_reading_s(label) for label in (*scene.x, *(series.name for series in scene.series)))


def _prose(*texts: str) -> Iterator[float]:
    return (silent_reading_s(inline.plain(text)) for text in texts if text)


def _column(column: Column) -> Iterator[float]:
    return _prose(column.heading, *column.paragraphs, *(item.text for item in column.items))


def _of_code(code: str) -> float:
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    return sum(PER_LINE_OF_CODE_S + OF_CODE * silent_reading_s(line) for line in lines)


def silent_reading_s(text: str) -> float:
    """Return about how many seconds a person needs to read a text silently, on a screen that is new to them.

    The paces are those of subtitles: about 15 letters a second, 10 of Hangul, 6 Chinese characters or kana.
    """
    seconds = 0.0
    for letter in text:
        if letter.isascii():
            seconds += 1 / LETTERS_A_SECOND
        elif "\uac00" <= letter <= "\ud7a3":
            seconds += 1 / HANGUL_A_SECOND
        elif unicodedata.category(letter)[0] in "LN":
            wide = unicodedata.east_asian_width(letter) in "WF"
            seconds += 1 / (WIDE_LETTERS_A_SECOND if wide else LETTERS_A_SECOND)
    return seconds


def speaking_s(sentences: tuple[str, ...], pause_s: float) -> float:
    """Estimate how long the sentences take, with the pauses between them, in seconds."""
    return sum(map(reading_s, sentences)) + pause_s * max(0, len(sentences) - 1)
