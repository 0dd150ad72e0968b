"""Containers of lessons: `::: quiz`, `::: timeline`, `::: big-number`, `::: objectives`, `::: checkpoint`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from videogen.script import blocks, inline
from videogen.script.blocks import Block
from videogen.script.models import OPTIONS_MAX, THINK_MAX_S, LessonList, ListItem, TimelineEvent
from videogen.script.sentences import sentences

CONTAINERS = {
    "quiz": "quiz",
    "timeline": "timeline",
    "big-number": "big_number",
    "big_number": "big_number",
    "number": "big_number",
    "objectives": "learning_objectives",
    "learning-objectives": "learning_objectives",
    "learning_objectives": "learning_objectives",
    "checkpoint": "checkpoint",
}
"""Names after the colons, and the kinds of scene they mean."""

OF_LINES = ("big_number", "timeline")
"""Kinds in whose paragraphs each line means something."""

THINK_S = 5.0
_LINE_END = "\\\n"
"""How inline Markdown ends a line."""
_SECONDS = re.compile(r"(\d{1,2})\s*(?:s|sec|seconds)?")
TITLE_MAX = 90
"""Characters that a first sentence may have to be the title of an event."""
WHEN_MAX = 24
_WHEN = re.compile(r"([^:–—]{1,24}?)\s*(?::|\s[–—-])\s+(.+)", re.DOTALL)
"""How an event begins that has nothing in bold: `1969: The first landing`."""


def lesson(name: str, title: str, line: int, inner: Sequence[Block]) -> list[Block]:
    """Return the blocks of a container of lessons; none where its content is of another form. Notes in it are kept."""
    kind = CONTAINERS[name]
    notes = [block for block in inner if isinstance(block, blocks.Note)]
    content = [block for block in inner if not isinstance(block, blocks.Note)]
    lesson_block: Block | None
    if kind == "quiz":
        lesson_block = _quiz(title, line, content)
    elif kind == "timeline":
        lesson_block = _timeline(line, content)
    elif kind == "big_number":
        lesson_block = _big_number(title, line, content)
    else:
        lesson_block = _list(kind, title, line, content)  # type: ignore[arg-type]
    return [lesson_block, *notes] if lesson_block else []


def _texts(content: Sequence[Block]) -> list[str] | None:
    """Return the texts of headings and paragraphs; None if anything else is among them."""
    if not all(isinstance(block, (blocks.Heading, blocks.Paragraph)) for block in content):
        return None
    return [block.text for block in content if isinstance(block, (blocks.Heading, blocks.Paragraph))]


def _around_list(content: Sequence[Block]) -> tuple[list[str], tuple[ListItem, ...], list[str]] | None:
    """Return the texts before the one list of the content, its items, and the texts after it; None for any other content."""
    at = [n for n, block in enumerate(content) if isinstance(block, blocks.ListBlock)]
    if not at or at != list(range(at[0], at[0] + len(at))):
        return None
    before, after = _texts(content[: at[0]]), _texts(content[at[-1] + 1 :])
    items = tuple(item for block in content if isinstance(block, blocks.ListBlock) for item in block.items)
    return None if before is None or after is None else (before, items, after)


def _quiz(title: str, line: int, content: Sequence[Block]) -> blocks.Quiz | None:
    """Return a question, a list of options of which one is ticked, and why.

    The seconds to think may stand after the name.
    """
    parts = _around_list(content)
    if parts is None:
        return None
    before, items, after = parts
    options = [item for item in items if item.level == 0]
    ticked = [number for number, item in enumerate(options, 1) if item.checked]
    if len(options) != len(items) or not 2 <= len(options) <= OPTIONS_MAX or len(ticked) != 1:
        return None
    seconds = _SECONDS.fullmatch(inline.plain(title).strip())
    question = [*([title] if title and not seconds else []), *before]
    if not question:
        return None
    think_s = min(float(seconds[1]), THINK_MAX_S) if seconds else THINK_S
    texts = tuple(item.text for item in options)
    return blocks.Quiz(line, _joined(question), texts, ticked[0], _joined(after), think_s)


def _timeline(line: int, content: Sequence[Block]) -> blocks.TimelineBlock | None:
    parts = _around_list(content)
    if parts is None and (texts := _texts(content)) and all(_LINE_END in text for text in texts):
        dated = [text.partition(_LINE_END) for text in texts]
        if all(len(inline.plain(when)) <= WHEN_MAX for when, _, _ in dated):
            lines = ((inline.plain(when), title.replace(_LINE_END, " ")) for when, _, title in dated)
            return blocks.TimelineBlock(line, "", tuple(TimelineEvent(when=when, title=title) for when, title in lines))
    if parts is None or parts[2] or parts[1][0].level:
        return None
    before, items, _ = parts
    events: list[TimelineEvent] = []
    for item in items:
        if item.level:
            more = _joined([text for text in (events[-1].text, item.text) if text])
            events[-1] = events[-1].model_copy(update={"text": more})
        else:
            events.append(_event(item.text))
    return blocks.TimelineBlock(line, _joined(before), tuple(events))


def _event(text: str) -> TimelineEvent:
    """Return a point as an event. Its bold beginning, or what stands before a colon, is the date."""
    runs = inline.runs(text)
    bold = next((n for n, run in enumerate(runs) if not run.bold), len(runs))
    if 0 < bold < len(runs):
        when, rest = inline.plain(inline.markup(list(runs[:bold]))), inline.markup(list(runs[bold:]))
    elif match := _WHEN.fullmatch(text):
        when, rest = inline.plain(match[1]), match[2]
    else:
        return TimelineEvent(title=text)
    title, _, more = rest.lstrip(" :–—-,").partition("\n")
    first, *others = sentences(title) or ("",)
    if not more and others and len(first) <= TITLE_MAX and first.endswith((".", "。")):
        title, more = first[:-1], " ".join(others)
    when = when.strip(" :–—,").rstrip("-")  # a minus before a year is part of it
    return TimelineEvent(when=when, title=title, text=more) if title.strip() else TimelineEvent(title=text)


def _big_number(title: str, line: int, content: Sequence[Block]) -> blocks.BigNumber | None:
    texts = _texts(content)
    if texts is None or not (texts := [*([title] if title else []), *texts]):
        return None
    number, _, label = texts[0].partition(_LINE_END)
    return blocks.BigNumber(line, number, _joined([text.replace(_LINE_END, " ") for text in (label, *texts[1:]) if text]))


def _list(kind: LessonList, title: str, line: int, content: Sequence[Block]) -> blocks.Lesson | None:
    parts = _around_list(content)
    if parts is None or parts[2]:
        return None
    return blocks.Lesson(line, kind, title, _joined(parts[0]), parts[1])


def _joined(texts: Sequence[str]) -> str:
    return inline.lines([inline.runs(text) for text in texts])
