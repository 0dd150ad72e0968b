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
from videogen.scenes.monospace.cell_grid import Cell, Ink
from videogen.scenes.theme import Theme


@lru_cache(maxsize=64)
def highlighted(code: str, language: str, theme: Theme) -> tuple[tuple[Cell, ...], ...]:
    """The lines of a code, blank ones at the end left out. A language that Pygments does not know is plain text."""
    text = "\n".join(cell_grid.lines(code)).rstrip()
    inks = _inks(theme)
    found: list[list[Cell]] = [[]]
    for token, value in _lexer(language).get_tokens(text):
        ink = _ink(token, inks, theme)
        for n, part in enumerate(value.split("\n")):
            if n:
                found.append([])
            found[-1].extend(cell_grid.cells(part, ink))
    while len(found) > 1 and not found[-1]:
        found.pop()
    return tuple(tuple(line) for line in found)


def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language.strip().lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)


def _inks(theme: Theme) -> dict[_TokenType, Ink]:
    syntax = theme.syntax
    return {
        Comment: Ink(syntax.comment, slanted=True),
        Comment.Preproc: Ink(syntax.keyword),
        Error: Ink(theme.text),
        Generic.Deleted: Ink(syntax.error),
        Generic.Inserted: Ink(syntax.string),
        Generic.Heading: Ink(theme.text, 700),
        Generic.Subheading: Ink(theme.text, 700),
        Generic.Prompt: Ink(syntax.comment),
        Generic.Output: Ink(theme.soft),
        Keyword: Ink(syntax.keyword),
        Keyword.Constant: Ink(syntax.number),
        Literal: Ink(syntax.number),
        Name.Attribute: Ink(syntax.name),
        Name.Builtin: Ink(syntax.name),
        Name.Class: Ink(syntax.name, 600),
        Name.Constant: Ink(syntax.number),
        Name.Decorator: Ink(syntax.number),
        Name.Exception: Ink(syntax.name),
        Name.Function: Ink(syntax.name),
        Name.Tag: Ink(syntax.keyword),
        Number: Ink(syntax.number),
        Operator: Ink(syntax.punctuation),
        Operator.Word: Ink(syntax.keyword),
        Punctuation: Ink(syntax.punctuation),
        String: Ink(syntax.string),
        String.Escape: Ink(syntax.number),
        String.Interpol: Ink(syntax.number),
    }


def _ink(token: _TokenType, inks: dict[_TokenType, Ink], theme: Theme) -> Ink:
    """The ink of a token's type, or of the nearest type above it that has one."""
    kind: _TokenType | None = token
    while kind is not None:
        if kind in inks:
            return inks[kind]
        kind = kind.parent
    return Ink(theme.text)
