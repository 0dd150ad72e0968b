"""What a piece of raw HTML in a document says: its text, its headings, its pictures, and comments meant for the speaker.

It is never executed nor passed on. What it is for browsers alone (scripts, styles, other comments) is ignored.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from videogen.script.blocks import COLUMN, NOTES, OTHER, PRESENTER
from videogen.script.dialects.html_blocks import as_markdown

_BLOCK_NAMES = """
address article aside blockquote body br button caption center col colgroup dd details dialog div dl dt fieldset figcaption figure footer
form
h1 h2 h3 h4 h5 h6 header hr html iframe li main menu nav ol option p pre section select
summary table tbody td textarea tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
"""Tags that part texts. Any other, also one that nobody knows, stands within a text."""
_STYLES = frozenset("b strong i em cite dfn var s del strike mark ins u sup sub".split())  # noqa: SIM905
_CODES = frozenset(("code", "kbd", "samp", "tt"))
_MUTE = {"script", "style", "template", "noscript", "svg", "math", "head"}
_NAME = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:-]*)")
_NOTE = re.compile(rf"\s*(?:({'|'.join((*NOTES, PRESENTER, COLUMN))})\s*:|(pause)\b(?=[\s\d.s]*\Z))", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


@dataclass(frozen=True)
class HtmlPiece:
    """A stretch of text (inline Markdown), a heading (`level` 1 to 6), verbatim text, the address of a picture or a video, or a note.

    Of a picture `name` is what it shows, in words; of a note one of NOTES, or OTHER.

    `line` counts from 0, from the beginning of the HTML.
    """

    kind: Literal["text", "verbatim", "picture", "note"]
    text: str
    line: int
    level: int = 0
    name: str = ""


def pieces(source: str) -> Iterator[HtmlPiece]:
    """Yield the pieces of raw HTML in order. Any text has some or none; nothing raises, and the time is linear."""
    gathered: list[tuple[Literal["text", "tag", "code"], str]] = []
    began = 0
    blank = True
    level = 0
    verbatim = playing = False
    code = 0

    def flush() -> Iterator[HtmlPiece]:
        nonlocal blank, code
        text = "".join(part for _, part in gathered) if verbatim else _marked(gathered)
        gathered.clear()
        blank, code = True, 0
        if text.strip():
            yield HtmlPiece("verbatim", text.strip("\n"), began) if verbatim else HtmlPiece("text", " ".join(text.split()), began, level)

    for kind, content, line in _lex(source):
        if kind == "text":
            if blank and content.strip():
                began, blank = line, False
            gathered.append(("code" if code else "text", html.unescape(content)))
        elif kind == "comment":
            note = _NOTE.match(content)
            if note:
                yield from flush()
                text, called = content[note.end() :].strip(), (note[1] or note[2]).lower()
                yield HtmlPiece("note", text if called == PRESENTER else " ".join(text.split()), line, name=called)
            elif content.strip():
                yield HtmlPiece("note", content.strip(), line, name=OTHER)
        else:
            match = _NAME.match(content)
            name = match[2].lower() if match else ""
            if name in ("img", "video", "source"):
                about = {one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(content)}
                if name == "video" and match:
                    playing = not match[1] and "src" not in about  # then it is the first of its sources that is shown
                if (
                    (name == "img" and match and not match[1])
                    or (name == "video" and "src" in about)
                    or (name == "source" and playing and "src" in about)
                ):
                    playing = False
                    yield HtmlPiece("picture", about.get("src", ""), line, name=" ".join(about.get("alt", "").split()))
            elif match and (name in _BLOCKS or name in _MUTE):
                yield from flush()
                opens = not match[1]
                if re.fullmatch("h[1-6]", name):
                    level = int(name[1]) if opens else 0
                elif name == "pre":
                    verbatim = opens
            elif match and name in _CODES:
                if not match[1] and gathered and gathered[-1][0] == "code" and not code and not verbatim:
                    gathered.append(("text", " "))  # keys side by side are boxes of their own
                code = max(0, code + (-1 if match[1] else 1))
            elif match and name in _STYLES and not verbatim:
                gathered.append(("tag", f"<{match[1]}{name}>"))
    yield from flush()


def _marked(parts: Sequence[tuple[str, str]]) -> str:
    """Return text, code and tags of styles as inline Markdown."""
    out = ""
    for kind, group in groupby(parts, key=itemgetter(0)):
        text = "".join(part for _, part in group)
        if kind == "code" and text.strip():
            fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
            pad = " " if "`" in text else ""
            out += f"{fence}{pad}{text}{pad}{fence}"
        else:
            out += as_markdown(text) if kind == "text" else text
    return out


def _lex(source: str) -> Iterator[tuple[Literal["text", "comment", "tag"], str, int]]:
    """Yield text, comments and tags in order, each with its line. Content of scripts and the like is skipped."""
    at, line = 0, 0
    # Once an end was not found it is not looked for again: that keeps a megabyte of `<` linear.
    comments_end = tags_end = True

    def upto(end: int) -> str:
        nonlocal at, line
        passed = source[at:end]
        at, line = end, line + passed.count("\n")
        return passed

    while at < len(source):
        here = line
        start = source.find("<", at)
        if start != at:
            yield "text", upto(start if start >= 0 else len(source)), here
            continue
        if comments_end and source.startswith("<!--", at):
            end = source.find("-->", at + 4)
            if end >= 0:
                yield "comment", upto(end + 3)[4:-3], here
                continue
            comments_end = False
        end = source.find(">", at) if tags_end else -1
        tags_end = end >= 0
        if end < 0 or not (source[at + 1] in "/!?" or source[at + 1].isalpha()):
            yield "text", upto(at + 1), here
            continue
        tag = upto(end + 1)[1:-1]
        yield "tag", tag, here
        name = _NAME.match(tag)
        if name and not name[1] and name[2].lower() in _MUTE and not tag.endswith("/"):
            closing = re.compile(f"</{name[2]}", re.IGNORECASE).search(source, at)
            upto(closing.start() if closing else len(source))
