"""Markdown as a flat sequence of blocks: headings, paragraphs, points, code, tables, quotes, in the order they are read in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from markdown_it.rules_block import StateBlock, reference
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from videogen.errors import BadScript, Fault
from videogen.script import html_text, inline
from videogen.script.inline import MAX_NESTING, Run
from videogen.script.models import ListItem

Align = Literal["left", "center", "right"]


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
class Say:
    """A comment that says what is to be spoken."""

    line: int
    text: str


@dataclass(frozen=True)
class Picture:
    """A picture that the document shows."""

    line: int
    address: str


Block = Heading | Paragraph | Points | Code | Table | Quote | Rule | Say | Picture

_PARSER = inline.parser().enable("table")
_TICK = re.compile(r"\[([ xX])\]\s+")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_DELIMITERS = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL_END = re.compile(r"(?<!\\)\|")
_BY = re.compile(r"(?:—|–|--)\s*(\S.*)")
_ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads `[label]: address` as CommonMark has it, but leaves `[^1]: words`, a footnote, in the text."""
    if state.src.startswith("[^", state.bMarks[start] + state.tShift[start]):
        return False
    return reference(state, start, end, silent)


_PARSER.block.ruler.at("reference", _reference)


def blocks(text: str, *, line: int = 1) -> list[Block]:
    """The blocks of a document that begins on `line` of the source. Raises BadScript for one that nests deeper than MAX_NESTING."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.level >= MAX_NESTING - 1:
            where = line + (token.map[0] if token.map else 0)
            raise BadScript(
                f"Line {where}: the document nests deeper than {MAX_NESTING // 2} levels.", faults=[Fault("nested too deep", line=where)]
            )
    return list(_Walk(line).all(SyntaxTreeNode(tokens).children))


@dataclass
class _Walk:
    """Walks over the syntax tree. `line` is the line of the source on which the document begins."""

    line: int

    def all(self, nodes: Iterable[SyntaxTreeNode], *, inside: bool = False) -> Iterator[Block]:
        for node in nodes:
            yield from self.one(node, inside=inside)

    def one(self, node: SyntaxTreeNode, *, inside: bool) -> Iterator[Block]:
        """The blocks of one node. `inside` a list or a quotation a heading is a paragraph: it opens no part of the document."""
        at = self.at(node)
        if node.type == "heading":
            text = self.text(node)
            if text:
                yield Paragraph(at, text) if inside else Heading(at, int(node.tag[1]), text)
            yield from self.beside(node)
        elif node.type == "paragraph":
            table = _ragged(at, "".join(child.content for child in node.children))
            text = "" if table else self.text(node)
            if table:
                yield table
            if text:
                yield Paragraph(at, text)
            yield from self.beside(node)
        elif node.type in ("bullet_list", "ordered_list"):
            listing = _Listing(self)
            yield from listing.walk(node, 0)
            yield from listing.flush()
        elif node.type == "blockquote":
            yield from self.quotation(node)
        elif node.type in ("fence", "code_block"):
            if node.content.strip():
                yield Code(at, node.content.rstrip("\n"), node.info.strip())
        elif node.type == "table":
            yield from self.table(node)
        elif node.type == "html_block":
            for piece in html_text.pieces(node.content):
                yield from self.html(piece, at, inside)
        elif node.type == "hr":
            yield Rule(at)

    def html(self, piece: html_text.Piece, at: int, inside: bool) -> Iterator[Block]:
        where = at + piece.line
        if piece.kind == "say":
            yield Say(where, piece.text)
        elif piece.kind == "picture":
            yield Picture(where, piece.text)
        elif piece.kind == "verbatim":
            yield Code(where, piece.text, "")
        else:
            text = inline.markup([Run(piece.text)])
            yield Heading(where, piece.level, text) if piece.level and not inside else Paragraph(where, text)

    def quotation(self, node: SyntaxTreeNode) -> Iterator[Block]:
        inner = list(self.all(node.children, inside=True))
        prose = [inline.runs(block.text) for block in inner if isinstance(block, Paragraph)]
        if not prose or any(not isinstance(block, (Paragraph, Say, Picture)) for block in inner):
            yield from inner
            return
        alert = _ALERT.match(prose[0][0].text)
        if alert:
            label = Run(f"{alert[1].capitalize()}: ", bold=True)
            prose[0] = (label, replace(prose[0][0], text=prose[0][0].text[alert.end() :]), *prose[0][1:])
            yield from (Paragraph(self.at(node), inline.markup(runs)) for runs in prose)
        else:
            text, by = self.attributed(node, prose)
            yield Quote(self.at(node), text, by)
        yield from (block for block in inner if not isinstance(block, Paragraph))

    def attributed(self, node: SyntaxTreeNode, prose: list[tuple[Run, ...]]) -> tuple[str, str]:
        """A quotation's text, and whose words it is: its last line, when that begins with a dash and is not all of it."""
        tokens = _inline_tokens(node.children[-1])
        breaks = [index for index, token in enumerate(tokens) if token.type in ("softbreak", "hardbreak")]
        rest, last = (tokens[: breaks[-1]], tokens[breaks[-1] :]) if breaks else ([], tokens)
        found = _BY.fullmatch("".join(run.text for run in inline.runs_of(last)))
        if found and (rest or len(prose) > 1):
            return inline.lines([*prose[:-1], inline.runs_of(rest)]), found[1]
        return inline.lines(prose), ""

    def table(self, node: SyntaxTreeNode) -> Iterator[Block]:
        rows = [row for part in node.children for row in part.children]
        header, *body = [tuple(self.text(cell) for cell in row.children) for row in rows]
        align = tuple(_alignment(str(cell.attrs.get("style", ""))) for cell in rows[0].children)
        yield Table(self.at(node), header, tuple(body), align)
        for row in rows:
            for cell in row.children:
                yield from self.beside(cell)

    def text(self, node: SyntaxTreeNode) -> str:
        """The inline Markdown of a node's text, its references resolved."""
        return inline.markup(inline.runs_of(_inline_tokens(node)))

    def beside(self, node: SyntaxTreeNode) -> Iterator[Say | Picture]:
        """What stands in a node's text without being text."""
        at = self.at(node)
        for token in _inline_tokens(node):
            if token.type in ("softbreak", "hardbreak"):
                at += 1
            elif token.type == "image":
                yield Picture(at, str(token.attrs.get("src", "")))
            elif token.type == "html_inline":
                for piece in html_text.pieces(token.content):
                    if piece.kind == "say":
                        yield Say(at, piece.text)
                    elif piece.kind == "picture":
                        yield Picture(at, piece.text)
                at += token.content.count("\n")

    def at(self, node: SyntaxTreeNode) -> int:
        return self.line + (node.map[0] if node.map else 0)


@dataclass
class _Listing:
    """Flattens a list. What interrupts it (code, a table, a quotation) comes between its parts, led in by the point it belongs to."""

    tree: _Walk
    line: int = 0
    items: list[ListItem] = field(default_factory=list)
    after: list[Say | Picture] = field(default_factory=list)

    def flush(self) -> Iterator[Block]:
        if self.items:
            yield Points(self.line, tuple(self.items))
        yield from self.after
        self.items.clear()
        self.after.clear()

    def walk(self, node: SyntaxTreeNode, level: int) -> Iterator[Block]:
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        for position, item in enumerate(node.children):
            yield from self.item(item, level, None if start is None else start + position)

    def item(self, item: SyntaxTreeNode, level: int, number: int | None) -> Iterator[Block]:
        said = spent = False
        mine = -1
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                yield from self.walk(child, level + 1)
            elif child.type in ("paragraph", "heading") and not spent:
                text = self.tree.text(child)
                if text and said and len(self.items) == mine:
                    both = inline.lines([inline.runs(self.items[-1].text), inline.runs(text)])
                    self.items[-1] = self.items[-1].model_copy(update={"text": both})
                elif text:
                    self.add(self.tree.at(child), _item(text, level, None if said else number))
                    said, mine = True, len(self.items)
                self.after.extend(self.tree.beside(child))
            else:
                lead = self.items.pop() if said and not spent and len(self.items) == mine else None
                yield from self.flush()
                if lead:
                    label = [] if lead.number is None else [Run(f"{lead.number}. ")]
                    yield Paragraph(self.tree.at(item), inline.markup([*label, *inline.runs(lead.text)]))
                yield from self.tree.one(child, inside=True)
                spent = True

    def add(self, line: int, item: ListItem) -> None:
        if not self.items:
            self.line = line
        self.items.append(item)


def _inline_tokens(node: SyntaxTreeNode) -> list[Token]:
    """What a node's text is made of. A line that begins with a label (`**Status**: ...`) is meant as a line."""
    inner = [token for child in node.children if child.type == "inline" and child.token for token in child.token.children or ()]
    tokens = [token for token in inner if token.content or token.type != "text"]
    return [
        token.copy(type="hardbreak") if token.type == "softbreak" and _is_label(tokens[index + 1 : index + 8]) else token
        for index, token in enumerate(tokens)
    ]


def _is_label(tokens: list[Token]) -> bool:
    """Whether a line begins with bold words and a colon, or with the mark of a footnote."""
    types = [token.type for token in tokens]
    if types[:1] == ["text"]:
        return _FOOTNOTE.match(tokens[0].content) is not None
    if types[:1] != ["strong_open"] or "strong_close" not in types:
        return False
    end = types.index("strong_close")
    return tokens[end - 1].content.endswith(":") or (types[end + 1 : end + 2] == ["text"] and tokens[end + 1].content.startswith(":"))


def _item(text: str, level: int, number: int | None) -> ListItem:
    first, *rest = inline.runs(text)
    tick = _TICK.match(first.text)
    if not tick:
        return ListItem(text=text, level=min(level, 11), number=number)
    text = inline.markup([replace(first, text=first.text[tick.end() :]), *rest])
    return ListItem(text=text, level=min(level, 11), number=number, checked=tick[1] in "xX")


def _ragged(line: int, text: str) -> Table | None:
    """The table in a paragraph that is none to GitHub because its second line has other than the header's columns."""
    rows = text.split("\n")
    if len(rows) < 2 or "|" not in rows[0] or "|" not in rows[1] or not _DELIMITERS.fullmatch(rows[1]):
        return None
    cells = [[cell.strip() for cell in _CELL_END.split(row.strip().removeprefix("|"))] for row in rows]
    cells = [row[:-1] if len(row) > 1 and not row[-1] else row for row in cells]
    width = max(len(row) for row in cells if row is not cells[1])
    header, *body = [tuple(_cell(cell) for cell in row + [""] * (width - len(row))) for row in cells if row is not cells[1]]
    return Table(line, header, tuple(body), tuple("left" for _ in range(width)))


def _cell(text: str) -> str:
    return inline.markup(inline.runs(text.replace("\\|", "|")))


def _alignment(style: str) -> Align:
    return "center" if "center" in style else "right" if "right" in style else "left"
