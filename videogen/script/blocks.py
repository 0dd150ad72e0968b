"""What a Markdown document is made of once it is flat: one block after the other, each with the line where it begins.

Texts are inline Markdown, their references resolved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from videogen.script.models import ListItem

Align = Literal["left", "center", "right"]

NOTES = ("say", "pause", "voice", "recording", "duration", "transition")
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
class Points:
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
class Table:
    """A table whose rows are as long as its header."""

    line: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[Align, ...]


@dataclass(frozen=True)
class Quote:
    """A quotation of nothing but paragraphs."""

    line: int
    text: str
    by: str


@dataclass(frozen=True)
class Rule:
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
class Picture:
    """A picture that the document shows."""

    line: int
    address: str


Block = Heading | Paragraph | Points | Code | Table | Quote | Rule | Note | Outro | Picture
