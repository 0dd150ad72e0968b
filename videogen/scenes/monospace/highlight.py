"""Source code as lines of coloured cells, by Pygments."""

from __future__ import annotations

from functools import lru_cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    _TokenType,
)
from pygments.util import ClassNotFound

from videogen.scenes.monospace import cell_grid
from videogen.scenes.monospace.cell_grid import Cell, CellStyle
from videogen.scenes.theme import Theme


@lru_cache(maxsize=64)
def highlighted(code: str, language: str, theme: Theme) -> tuple[tuple[Cell, ...], ...]:
    """Return the lines of a code, blank ones at the end left out.

    A language that Pygments does not know is plain text.
    """
    text = "\n".join(cell_grid.lines(code)).rstrip()
    inks = _inks(theme)
    rows: list[list[Cell]] = [[]]
    for token, value in _lexer(language).get_tokens(text):
        ink = _ink(token, inks, theme)
        for n, part in enumerate(value.split("\n")):
            if n:
                rows.append([])
            rows[-1].extend(cell_grid.cells(part, ink))
    while len(rows) > 1 and not rows[-1]:
        rows.pop()
    return tuple(tuple(line) for line in rows)


def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language.strip().lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


def _inks(theme: Theme) -> dict[_TokenType, CellStyle]:
    syntax = theme.syntax
    return {
        Comment: CellStyle(syntax.comment, slanted=True),
        Comment.Preproc: CellStyle(syntax.keyword),
        Error: CellStyle(theme.text),
        Generic.Deleted: CellStyle(syntax.error),
        Generic.Inserted: CellStyle(syntax.string),
        Generic.Heading: CellStyle(theme.text, 700),
        Generic.Subheading: CellStyle(theme.text, 700),
        Generic.Prompt: CellStyle(syntax.comment),
        Generic.Output: CellStyle(theme.soft),
        Keyword: CellStyle(syntax.keyword),
        Keyword.Constant: CellStyle(syntax.number),
        Literal: CellStyle(syntax.number),
        Name.Attribute: CellStyle(syntax.name),
        Name.Builtin: CellStyle(syntax.name),
        Name.Class: CellStyle(syntax.name, 600),
        Name.Constant: CellStyle(syntax.number),
        Name.Decorator: CellStyle(syntax.number),
        Name.Exception: CellStyle(syntax.name),
        Name.Function: CellStyle(syntax.name),
        Name.Tag: CellStyle(syntax.keyword),
        Number: CellStyle(syntax.number),
        Operator: CellStyle(syntax.punctuation),
        Operator.Word: CellStyle(syntax.keyword),
        Punctuation: CellStyle(syntax.punctuation),
        String: CellStyle(syntax.string),
        String.Escape: CellStyle(syntax.number),
        String.Interpol: CellStyle(syntax.number),
    }


def _ink(token: _TokenType, inks: dict[_TokenType, CellStyle], theme: Theme) -> CellStyle:
    """Return the ink of a token's type, or of the nearest type above it that has one."""
    kind: _TokenType | None = token
    while kind is not None:
        if kind in inks:
            return inks[kind]
        kind = kind.parent
    return CellStyle(theme.text)
