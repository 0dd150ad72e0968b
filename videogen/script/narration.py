"""What is spoken in a scene: prose, points, steps and columns are read; code, formulas, drawings and tables are announced, not read out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from videogen.script import inline, pauses
from videogen.script.models import (
    CalloutScene,
    ChartScene,
    ClipScene,
    CodeComparisonScene,
    CodeScene,
    Column,
    ColumnsScene,
    CommandScene,
    DiagramScene,
    EquationScene,
    ImageScene,
    ListItem,
    ListScene,
    OutroScene,
    QuoteScene,
    Scene,
    Script,
    SectionScene,
    Step,
    StepsScene,
    TableScene,
    TextScene,
    TitleScene,
)
from videogen.script.sentences import STOPS_OF_OTHERS, sentences

__all__ = ["heading", "narration_of", "phrase", "point", "sentences"]

_ORDINAL = re.compile(r"^\s*(?:\d{1,3}(?:\.\d{1,3})*[.):]|[ivxIVX]{1,4}[.)])\s+(?=\S)")
_CODE_IN = (
    "Here is the code in {name}.",
    "In {name}, it looks like this.",
    "This is how it reads in {name}.",
    "The {name} code is on the screen.",
)
_CODE = ("Here is the code.", "It looks like this.", "This is how it reads.", "The code is on the screen.")
_COMPARISON = ("Here it is {before} and {after}.", "Compare the two: {before} and {after}.")
_COMPARISON_OF = ("Compare the two: {before}, and {after}.", "On one side {before}, on the other {after}.")
_COMMAND = ("Here is what to type.", "In the terminal, it looks like this.", "The terminal shows it.")
_COMMANDS = ("Here is what to type, and what it answers.", "In the terminal, it looks like this.", "The terminal shows it.")
_EQUATION = ("Here is the formula.", "Written as a formula, it looks like this.", "The formula says it.")
_DIAGRAM = ("Here it is as a diagram.", "The diagram shows how it fits together.", "This is the picture of it.")
_CHART = ("Here it is as a chart.", "The chart shows it.", "This is how it looks as a chart.")
_TABLE = ("Here is a table of {columns}.", "The table shows {columns}.", "Side by side: {columns}.")
_NEXT_PAGE = ("It goes on.", "There is more of it.", "And further.")
_LAST_PAGE = "And the rest of it."
_LANGUAGE_NAMES = {"js": "JavaScript", "sh": "the shell", "bash": "the shell", "shell": "the shell", "console": "the shell", "r": "R"}


def narration_of(scene: Scene, script: Script) -> str:
    """What is spoken in a scene of a script, on one line, its pauses marked (`pauses.parts` takes it apart); empty for silence.

    It depends on the scenes before it: a heading that was just said is not said again, and announcements vary. `script` may hold the scenes
    as they were planned, cut into pages.
    """
    if scene.say is not None:
        return " ".join(pauses.marked(scene.say).split())
    language = script.options.language
    return " ".join(sentence for sentence in _said(scene, script.scenes, language) if sentence)


def _said(scene: Scene, scenes: Sequence[Scene], language: str) -> Iterator[str]:
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
    elif isinstance(scene, ListScene):
        if not goes_on:
            yield phrase(scene.lead, language)
        for item in scene.items:
            yield point(item, language)
    elif isinstance(scene, StepsScene):
        if not goes_on:
            yield phrase(scene.lead, language)
        for each in scene.steps:
            yield step(each, language)
    elif isinstance(scene, ColumnsScene):
        if not goes_on:
            yield phrase(scene.lead, language)
        for each_column in scene.columns:
            yield column(each_column, language)
    elif isinstance(scene, CalloutScene):
        before = scenes[index - 1] if index else None
        if not goes_on and not (isinstance(before, CalloutScene) and before.title == scene.title and before.line == scene.line):
            yield phrase(scene.title, language)
        yield from (phrase(paragraph, language) for paragraph in scene.paragraphs)
        yield from (point(item, language) for item in scene.items)
    elif isinstance(scene, QuoteScene):
        yield phrase(scene.text, language)
        if scene.page == scene.pages:
            yield phrase(scene.by, language)
    elif isinstance(scene, (ImageScene, ClipScene)):
        if scene.page == 1:
            yield phrase(inline.markup([inline.Run(scene.alt)]) if scene.alt.strip() else scene.caption, language)
    else:
        if not goes_on:
            yield phrase(scene.lead, language)
        if language.split("-")[0].lower() == "en":
            nth = sum(other.kind == scene.kind and not (n and _goes_on(scenes[n - 1], other)) for n, other in enumerate(scenes[:index]))
            yield _continued(scene) if goes_on else _announced(scene, nth)


def _title(scene: Scene) -> str:
    return inline.plain(scene.title if isinstance(scene, (TitleScene, SectionScene, OutroScene)) else scene.heading)


def _goes_on(before: Scene, scene: Scene) -> bool:
    """Whether a scene is the next page of the one before it. Its first page may have had its lead as a page of prose before it."""
    return scene.page == before.page + 1 and before.kind == scene.kind


def _continued(scene: Scene) -> str:
    return _LAST_PAGE if scene.page == scene.pages else _NEXT_PAGE[scene.page % len(_NEXT_PAGE)]


def _announced(
    scene: CodeScene | CodeComparisonScene | CommandScene | EquationScene | DiagramScene | TableScene | ChartScene, nth: int
) -> str:
    """The sentence that takes the place of what is not read out; the nth of its kind in the film."""
    if isinstance(scene, CodeScene) and scene.language == "mermaid":
        return _DIAGRAM[nth % len(_DIAGRAM)]
    if isinstance(scene, CodeScene):
        name = _language(scene.language)
        return _CODE_IN[nth % len(_CODE_IN)].format(name=name).replace("The the ", "The ") if name else _CODE[nth % len(_CODE)]
    if isinstance(scene, CodeComparisonScene):
        before, after = scene.before_label.strip(), scene.after_label.strip()
        if (before.lower(), after.lower()) == ("before", "after"):
            return _COMPARISON[nth % len(_COMPARISON)].format(before="before", after="after")
        return _COMPARISON_OF[nth % len(_COMPARISON_OF)].format(before=inline.spoken(before), after=inline.spoken(after))
    if isinstance(scene, CommandScene):
        said = _COMMANDS if any(not line.startswith(("$ ", "# ")) for line in scene.text.splitlines() if line.strip()) else _COMMAND
        return said[nth % len(said)]
    if isinstance(scene, EquationScene):
        return _EQUATION[nth % len(_EQUATION)]
    if isinstance(scene, DiagramScene):
        return _DIAGRAM[nth % len(_DIAGRAM)]
    if isinstance(scene, ChartScene):
        return _CHART[nth % len(_CHART)]
    columns = [name for name in (inline.spoken(cell) for cell in scene.header) if name]
    if not 2 <= len(columns) <= 5 or sum(map(len, columns)) > 120:
        return "Here is the table."
    return _TABLE[nth % len(_TABLE)].format(columns=f"{', '.join(columns[:-1])} and {columns[-1]}")


def _language(name: str) -> str:
    """A programming language as it is called; empty for one that nobody knows."""
    if not name:
        return ""
    if name in _LANGUAGE_NAMES:
        return _LANGUAGE_NAMES[name]
    try:
        return str(get_lexer_by_name(name).name)
    except ClassNotFound:
        return ""


def heading(text: str, language: str = "en") -> str:
    """A heading as it is said; its number is for the eye."""
    said = inline.spoken(text, language)
    return _stopped(_ORDINAL.sub("", said))


def phrase(text: str, language: str = "en") -> str:
    """A piece of inline Markdown as it is said, with a stop at its end so that the voice comes to rest.

    So it does at the end of a line, unless the next one goes on with a small letter.
    """
    said = ""
    for line in _lines(text):
        words = inline.spoken(line, language)
        said = f"{said if words[:1].islower() else _stopped(said)} {words}".strip() if words else said
    return _stopped(said)


def _lines(text: str) -> list[str]:
    """Inline Markdown, a line that was broken on purpose at a time."""
    if "\n" not in text:
        return [text]
    lines: list[list[inline.Run]] = [[]]
    for run in inline.runs(text):
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += ([replace(run, text=other)] for other in others)
    return [inline.markup(line) for line in lines]


def point(item: ListItem, language: str = "en") -> str:
    """A list's point as it is said, with its number."""
    said = phrase(item.text, language)
    return f"{item.number}. {said}" if item.number is not None and said else said


def step(of: Step, language: str = "en") -> str:
    """A step as it is said: its title and what follows it are one sentence when they are written as one."""
    text = inline.plain(of.text)
    if text[:1].islower():
        return phrase(f"{of.title} {of.text}", language)
    return " ".join(part for part in (phrase(of.title, language), phrase(of.text, language)) if part)


def column(of: Column, language: str = "en") -> str:
    """A column as it is said: its heading, its prose, its points."""
    parts = [
        phrase(of.heading, language),
        *(phrase(text, language) for text in of.paragraphs),
        *(point(item, language) for item in of.items),
    ]
    return " ".join(part for part in parts if part)


def _stopped(text: str) -> str:
    text, after = pauses.with_marks_at_the_end(text)
    text = text.rstrip(" ,;–—-")
    if not text.strip("\"'’”»)」』.:!?…" + STOPS_OF_OTHERS):
        return after
    # What ends with a colon leads on.
    if text.rstrip("\"'’”»」』").endswith((*".!?…:。！？：", *STOPS_OF_OTHERS)):
        return text + after
    return text + ("。" if "\u3040" <= text[-1] <= "\u9fff" else ".") + after
