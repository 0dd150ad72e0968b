"""What a Markdown document is made of once it is flat: one block after the other, each with the line where it begins.

Texts are inline Markdown, their references resolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from videogen.script.models import CalloutTone, Column, LessonList, ListItem, Step, TimelineEvent

MARK = re.compile(r"""(?:^|\s)(?P<mark>before|after|then)(?:=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"{]+)))?(?=\s|$)""", re.IGNORECASE)
"""The mark of code that is compared, among the words after its fence: `before`, `after="With a lock"`; or that the code before it becomes:
`then`."""

Align = Literal["left", "center", "right"]
CardKind = Literal["callout", "problem", "solution", "exercise"]

LANGUAGE = "language"
"""The name of a comment that tells which language its scene is in."""
NOTES = ("say", "pause", "voice", LANGUAGE, "recording", "duration", "transition", "motion", "layout", "chapter")
PRESENTER = "presenter-note"
"""The name of a comment that dialects make of what a presenter says, in any syntax: spoken in place of what the slide suggests."""
COLUMN = "column-break"
"""The name of a comment that dialects make where a column begins or the columns end; its text is the column's name."""
OTHER = "comment"
"""The name of a comment that is none of these; it means something to Marp alone."""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 6."""

    line: int
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Prose, inline."""

    line: int
    text: str


@dataclass(frozen=True)
class ListBlock:
    """A list, or the part of one that no other block interrupts."""

    line: int
    items: tuple[ListItem, ...]


@dataclass(frozen=True)
class Code:
    """Code with the words after its fence."""

    line: int
    code: str
    info: str


@dataclass(frozen=True)
class Comparison:
    """Two blocks of code that stand for what was and what is, and what they are called."""

    line: int
    before: Code
    after: Code
    labels: tuple[str, str]


@dataclass(frozen=True)
class CodeStates:
    """Blocks of code, each of which is what the one before it becomes."""

    line: int
    states: tuple[Code, ...]


@dataclass(frozen=True)
class FormulaBlock:
    """TeX between two lines of `$$`."""

    line: int
    tex: str


@dataclass(frozen=True)
class Steps:
    """A list that tells what to do, one step after the other."""

    line: int
    steps: tuple[Step, ...]
    first: int


@dataclass(frozen=True)
class Columns:
    """What stands side by side."""

    line: int
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Table:
    """A table whose rows are as long as its header."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[Align, ...]


@dataclass(frozen=True)
class QuoteBlock:
    """A quotation of nothing but paragraphs."""

    line: int
    text: str
    by: str


@dataclass(frozen=True)
class ThematicBreak:
    """A line across: a new scene."""

    line: int


@dataclass(frozen=True)
class Note:
    """A comment that says something of the scene it stands in: what is spoken there, by whom; `name` is one of NOTES or OTHER."""

    line: int
    name: str
    text: str


@dataclass(frozen=True)
class Outro:
    """A closing card, written out."""

    line: int
    title: str
    text: str


@dataclass(frozen=True)
class PictureBlock:
    """A picture or a video that the document shows. `alt` and `caption` are plain text, `options` what stood in braces after it."""

    line: int
    address: str
    alt: str = ""
    caption: str = ""
    options: str = ""
    paragraph: int | None = None
    """The line of the paragraph in which it stands with other pictures and nothing else."""
    is_portrait: bool = False
    """Whether it stands in the quotation before it."""


@dataclass(frozen=True)
class Callout:
    """Prose, and then points, on a card of their own; `title` is inline."""

    line: int
    tone: CalloutTone
    title: str
    paragraphs: tuple[str, ...]
    items: tuple[ListItem, ...]
    kind: CardKind = "callout"


@dataclass(frozen=True)
class Quiz:
    """A question with its options, the right one of which is the number `answer` from 1."""

    line: int
    question: str
    options: tuple[str, ...]
    answer: int
    explanation: str
    think_s: float


@dataclass(frozen=True)
class TimelineBlock:
    """Events along a line."""

    line: int
    lead: str
    events: tuple[TimelineEvent, ...]


@dataclass(frozen=True)
class BigNumber:
    """A number, and what it counts."""

    line: int
    number: str
    text: str


@dataclass(frozen=True)
class Lesson:
    """The objectives of a lesson, or what to tick off."""

    line: int
    kind: LessonList
    title: str
    lead: str
    items: tuple[ListItem, ...]


@dataclass(frozen=True)
class Tab:
    """One of several tabs; `title` is inline."""

    line: int
    title: str
    content: tuple[Block, ...]


@dataclass(frozen=True)
class FootnoteBlock:
    """What a mark in a text, `[^1]`, refers to; inline."""

    line: int
    mark: str
    text: str


@dataclass(frozen=True)
class LeftOut:
    """Something that is not shown, and that a warning tells of."""

    line: int
    message: str
    hint: str = ""


Block = (
    Heading
    | Paragraph
    | ListBlock
    | Steps
    | Columns
    | Code
    | Comparison
    | CodeStates
    | FormulaBlock
    | Table
    | QuoteBlock
    | ThematicBreak
    | Note
    | Outro
    | PictureBlock
    | Callout
    | Quiz
    | TimelineBlock
    | BigNumber
    | Lesson
    | Tab
    | FootnoteBlock
    | LeftOut
)
