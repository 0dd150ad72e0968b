"""What is spoken in a scene: prose, points, steps and columns are read; code, formulas, drawings and tables are announced, not read out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from videogen.script import inline, pauses, pronunciation
from videogen.script.data_points import describe_chart, describe_table
from videogen.script.languages import known, primary
from videogen.script.lesson_words import lesson_words
from videogen.script.lexicon import Lexicon, Phrases, lexicon
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
    ListItem,
    ListScene,
    OutroScene,
    Picture,
    PicturesScene,
    ProblemScene,
    QuizScene,
    QuoteScene,
    Scene,
    Script,
    SectionScene,
    SolutionScene,
    Step,
    StepsScene,
    TableScene,
    TextScene,
    TimelineEvent,
    TimelineScene,
    TitleScene,
)
from videogen.script.sentences import STOPS_OF_OTHERS, sentences
from videogen.script.video_options import Options

__all__ = ["heading", "language_of", "narration_of", "phrase", "point", "sentences"]

_ORDINAL = re.compile(r"^\s*(?:\d{1,3}(?:\.\d{1,3})*[.):]|[ivxIVX]{1,4}[.)])\s+(?=\S)")
_LANGUAGE_NAMES = {"js": "JavaScript", "r": "R"}
_SHELLS = {"sh", "bash", "shell", "console", "zsh"}
_BULLET = re.compile(r"(?m)^[ \t]*(?:[-*+]|#{1,6}|\d{1,3}[.)])[ \t]+(?=\S)")


def narration_of(scene: Scene, script: Script) -> str:
    """Return the narration of a scene as written, on one line; empty for silence.

    Its pauses are marked (`pauses.parts` takes it apart), and so is code in it: `words.as_written` gives what captions show, and
    `words.aloud` what a voice gets.
    It depends on the scenes before it: a heading that was just said is not said again, and announcements vary. `script` may hold the scenes
    as they were planned, cut into pages.
    """
    language = language_of(scene, script)
    if scene.say is not None:
        return _by_hand(scene.say, language)
    return " ".join(sentence for sentence in _narration(scene, script.scenes, language, script.options) if sentence)


def language_of(scene: Scene, script: Script) -> str:
    """Return the tag of the language in which a scene is spoken: its own, else that of the video."""
    return scene.lang or known(script.options.language)


def _by_hand(say: str, language: str) -> str:
    """Return the narration that the script writes out.

    It may be Markdown, as presenter notes are; marks are not read.
    """
    say = pauses.marked(pronunciation.without_link_definitions(pauses.without_pages(say)))
    if "\n" not in say.strip() or not _BULLET.search(say):
        return inline.narrated(say, language)
    starts = [match.start() for match in _BULLET.finditer(say)]
    parts = [say[start:end] for start, end in pairwise([0, *(start for start in starts if start), len(say)])]
    return " ".join(filter(None, (_stopped(inline.narrated(_BULLET.sub("", part), language), language) for part in parts)))


def _narration(scene: Scene, scenes: Sequence[Scene], language: str, options: Options) -> Iterator[str]:
    if isinstance(scene, (TitleScene, SectionScene)):
        yield heading(scene.title, language)
        yield phrase(scene.subtitle, language)
        return
    if isinstance(scene, OutroScene):
        yield phrase(scene.title, language)
        yield phrase(scene.text, language)
        return
    if isinstance(scene, ClipScene) and scene.sound == "own":
        return
    index = next((position for position, other in enumerate(scenes) if other is scene), 0)
    if not (index and _title(scenes[index - 1]) == _title(scene)):
        yield heading(scene.heading, language)
    goes_on = index > 0 and _goes_on(scenes[index - 1], scene)
    if isinstance(scene, TextScene):
        yield from (phrase(paragraph, language) for paragraph in scene.paragraphs)
    elif isinstance(scene, (ListScene, LearningObjectivesScene, CheckpointScene)):
        if not goes_on:
            yield phrase(scene.lead, language)
        for item in scene.items:
            yield point(item, language)
    elif isinstance(scene, StepsScene):
        if not goes_on:
            yield phrase(scene.lead, language)
        for one in scene.steps:
            yield step(one, language)
    elif isinstance(scene, ColumnsScene):
        if not goes_on:
            yield phrase(scene.lead, language)
        for one_column in scene.columns:
            yield column(one_column, language)
    elif isinstance(scene, TimelineScene):
        if not goes_on:
            yield phrase(scene.lead, language)
        for events_spoken in scene.events:
            yield event(events_spoken, language)
    elif isinstance(scene, BigNumberScene):
        yield step(Step(title=scene.number, text=scene.text), language)
    elif isinstance(scene, QuizScene):
        yield from _quiz(scene, language)
    elif isinstance(scene, (CalloutScene, ProblemScene, SolutionScene, ExerciseScene)):
        before = scenes[index - 1] if index else None
        if not goes_on and not (isinstance(before, type(scene)) and before.title == scene.title and before.line == scene.line):
            yield phrase(scene.title, language)
        yield from (phrase(paragraph, language) for paragraph in scene.paragraphs)
        yield from (point(item, language) for item in scene.items)
    elif isinstance(scene, QuoteScene):
        yield phrase(scene.text, language)
        if scene.page == scene.pages:
            yield phrase(scene.by, language)
    elif isinstance(scene, (ImageScene, ClipScene)):
        yield from (phrase(paragraph, language) for paragraph in scene.paragraphs)
        yield from (point(item, language) for item in scene.items)
        if scene.page == 1:
            yield shown(scene, language)
    elif isinstance(scene, PicturesScene):
        yield from (shown(one, language) for one in scene.pictures)
    else:
        if not goes_on:
            yield phrase(scene.lead, language)
        words = lexicon(language)
        points = "" if goes_on or not options.data_points else _data_points(scene, scenes[index:], language, options)
        if words.table and not (points and isinstance(scene, ChartScene)):
            nth = sum(other.kind == scene.kind and not (n and _goes_on(scenes[n - 1], other)) for n, other in enumerate(scenes[:index]))
            yield _continued(scene, words) if goes_on else _announced(scene, nth, words)
        yield points


def _data_points(scene: Scene, onwards: Sequence[Scene], language: str, options: Options) -> str:
    """Return what a chart or a table shows. `onwards` are the scenes from it on: a long table goes on in them."""
    if isinstance(scene, ChartScene):
        return describe_chart(scene, language, options.data_words)
    if not isinstance(scene, TableScene):
        return ""
    pages = [scene]
    for following in onwards[1:]:
        if not isinstance(following, TableScene) or not _goes_on(pages[-1], following):
            break
        pages.append(following)
    return describe_table(pages, language, options.data_words)


def _quiz(scene: QuizScene, language: str) -> Iterator[str]:
    """Yield the question, the options with their letters, time to think, and the answer."""
    yield phrase(scene.question, language)
    for number, text in enumerate(scene.options):
        yield option(number, text, language)
    if scene.think_s:
        yield pauses.mark(scene.think_s)
    right = scene.options[scene.answer - 1]
    sentence = lesson_words(language).answer.format(letter=letter(scene.answer - 1), text=inline.narrated(right, language))
    yield _stopped(sentence, language)
    yield phrase(scene.explanation, language)


def _title(scene: Scene) -> str:
    return inline.plain(scene.title if isinstance(scene, (TitleScene, SectionScene, OutroScene)) else scene.heading)


def _goes_on(before: Scene, scene: Scene) -> bool:
    """Return whether a scene is the next page of the one before it.

    Its first page may have had its lead as a page of prose before it.
    """
    return scene.page == before.page + 1 and before.kind == scene.kind


def _continued(scene: Scene, words: Lexicon) -> str:
    return words.last_page[0] if scene.page == scene.pages else words.next_page[scene.page % len(words.next_page)]


def _announced(
    scene: CodeScene | CodeComparisonScene | CommandScene | EquationScene | DiagramScene | TableScene | ChartScene, nth: int, words: Lexicon
) -> str:
    """Return the sentence that announces what is not read out; `n` counts those of its kind."""

    def one_of(phrases: Phrases) -> str:
        return phrases[nth % len(phrases)]

    if isinstance(scene, CodeScene) and scene.language == "mermaid":
        return one_of(words.diagram)
    if isinstance(scene, CodeScene):
        name = _language(scene.language, words)
        return one_of(words.code_in).format(name=name).replace("The the ", "The ") if name else one_of(words.code_here)
    if isinstance(scene, CodeComparisonScene):
        before, after = scene.before_label.strip(), scene.after_label.strip()
        if (before.casefold(), after.casefold()) in (("before", "after"), (words.before.casefold(), words.after.casefold())):
            return one_of(words.compared)
        return one_of(words.compared_of).format(before=inline.narrated(before), after=inline.narrated(after))
    if isinstance(scene, CommandScene):
        answered = any(not line.startswith(("$ ", "# ")) for line in scene.text.splitlines() if line.strip())
        return one_of(words.commands if answered else words.command)
    if isinstance(scene, EquationScene):
        return one_of(words.equation)
    if isinstance(scene, DiagramScene):
        return one_of(words.diagram)
    if isinstance(scene, ChartScene):
        return one_of(words.chart)
    columns = [name for name in (inline.narrated(cell) for cell in scene.header) if any(map(str.isalnum, name))]
    if not 2 <= len(columns) <= 5 or sum(map(len, columns)) > 120:
        return words.table[0]
    return one_of(words.table_of).format(columns=f"{words.comma.join(columns[:-1])}{words.and_}{columns[-1]}")


def _language(name: str, words: Lexicon) -> str:
    """Return the spoken name of a programming language, empty for an unknown one."""
    if not name:
        return ""
    if name in _SHELLS:
        return words.shell_name
    if name in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[name]
    try:
        return str(get_lexer_by_name(name).name)
    except ClassNotFound:
        return ""


def shown(of: ImageScene | ClipScene | Picture, language: str = "en") -> str:
    """Return what a picture shows, as spoken: its alt text, or else its caption."""
    return phrase(inline.markup([inline.Run(of.alt)]) if of.alt.strip() else of.caption, language)


def heading(text: str, language: str = "en") -> str:
    """Return a heading as spoken, without its number."""
    return _stopped(_ORDINAL.sub("", inline.narrated(text, language)), language)


def phrase(text: str, language: str = "en") -> str:
    """Return inline Markdown as spoken, ending in a stop so that the voice comes to rest.

    So it does at the end of a line, unless the next one goes on with a small letter.
    """
    narration = ""
    for line in _lines(text):
        more = inline.narrated(line, language)
        narration = f"{narration if more[:1].islower() else _stopped(narration, language)} {more}".strip() if more else narration
    return _stopped(narration, language)


def _lines(text: str) -> list[str]:
    """Return inline Markdown by line, broken where the script breaks it."""
    if "\n" not in text:
        return [text]
    lines: list[list[inline.Run]] = [[]]
    for run in inline.runs(text):
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += ([replace(run, text=other)] for other in others)
    return [inline.markup(line) for line in lines]


def point(item: ListItem, language: str = "en") -> str:
    """Return a list's point as spoken, with its number."""
    spoken = phrase(item.text, language)
    return f"{item.number}. {spoken}" if item.number is not None and spoken else spoken


def step(of: Step, language: str = "en") -> str:
    """Return a step as spoken: title and text are one sentence if they are written as one."""
    text = inline.plain(of.text)
    if text[:1].islower():
        return phrase(f"{of.title} {of.text}", language)
    return " ".join(part for part in (phrase(of.title, language), phrase(of.text, language)) if part)


def event(of: TimelineEvent, language: str = "en") -> str:
    """Return an event as spoken: date and title in one sentence, then its text."""
    when = inline.markup([inline.Run(of.when.strip())])
    title = phrase(f"{when}: {of.title}" if when else of.title, language)
    return " ".join(part for part in (title, phrase(of.text, language)) if part)


def letter(number: int) -> str:
    """Return the letter of an option of a quiz, by its number from 0."""
    return chr(ord("A") + number)


def option(number: int, text: str, language: str = "en") -> str:
    """Return an option of a quiz as spoken, with its letter; `number` counts from 0."""
    return phrase(f"{letter(number)}: {text}", language)


def column(of: Column, language: str = "en") -> str:
    """Return a column as spoken: its heading, its prose, its points."""
    parts = [
        phrase(of.heading, language),
        *(phrase(text, language) for text in of.paragraphs),
        *(point(item, language) for item in of.items),
    ]
    return " ".join(part for part in parts if part)


def _stopped(text: str, language: str) -> str:
    text, after = pauses.with_marks_at_the_end(text)
    text = text.rstrip(" ,;–—-")
    if not text.strip("\"'’”»)」』.:!?…" + STOPS_OF_OTHERS):
        return after
    if not any(map(str.isalnum, text)) and not pronunciation.aloud(text, language):
        return after
    # What ends with a colon leads on.
    if text.rstrip("\"'’”»」』").endswith((*".!?…:。！？：", *STOPS_OF_OTHERS)):
        return text + after
    return text + ("。" if _is_wide(text[-1]) or primary(language) in ("ja", "zh") else ".") + after


def _is_wide(letter: str) -> bool:
    """Return whether a letter is Japanese or Chinese, or a bracket of theirs."""
    return "\u3001" <= letter <= "\u9fff" or "\uff01" <= letter <= "\uff60"
