"""Writes plain text as Markdown that reads back as the same text."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]+")
"""Signs of fonts of symbols, such as Wingdings: no other font has them, and no voice."""
_SIGNS = re.compile(
    r"[\\`*\[\]<>$|~^{}]"
    r"|(?<!\w)_|_(?!\w)"
    r"|=(?==)|\+(?=\+)|%(?=%)|:(?=:)"
    r"|:(?=[A-Za-z0-9_+-]{1,60}:)"
    r"|&(?=#?\w{1,40};)"
    r"|(?<![\w.])@(?=\w)"
)
_LINE_START = re.compile(r"[#>+=:\-?!/.%]")
_NUMBER = re.compile(r"(\d{1,9}|[A-Za-z]|[ivxIVX]+)([.)])(?=\s|$)")
_NOTE = re.compile(r"(notes?)\s*:", re.IGNORECASE)
_STATEMENT = re.compile(r"(?:import|export)\b")

MONOSPACED = re.compile(r"courier|consol|mono|menlo|fira code|source code|cascadia|typewriter|lucida console", re.IGNORECASE)
"""In the names of typefaces that code is set in."""
_GENERATED_ALT = re.compile(
    r"\s*+(?:picture|image|grafik|bild|imagen|immagine|object|content placeholder)?\s*+[\d_-]*+\s*+"
    r"|.*\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)|.*[\\/].*",
    re.IGNORECASE | re.DOTALL,
)
_ALT_REMARK = re.compile(r"(?:Description automatically generated|Automatisch generierte Beschreibung).*", re.IGNORECASE | re.DOTALL)


def one_line(text: str) -> str:
    """Return text without control characters, on one line, with single spaces."""
    return " ".join(_CONTROLS.sub("", _PRIVATE.sub("", text.replace("\v", " "))).split())


def written_alt(text: str) -> str:
    """Return the description that a person wrote for a picture, not one that a program made, of its file's name or otherwise."""
    written = one_line(_ALT_REMARK.sub("", text))
    return "" if _GENERATED_ALT.fullmatch(written) else written[:500]


def escape_signs(text: str) -> str:
    """Return text with its spaces as inline Markdown: no sign in it means anything."""
    return _SIGNS.sub(r"\\\g<0>", _CONTROLS.sub("", text))


def escape(text: str) -> str:
    """Return a text as inline Markdown that is shown as it is. It may stand anywhere in a line but at its start; see `escape_line`."""
    return _SIGNS.sub(r"\\\g<0>", one_line(text))


def escape_line(text: str) -> str:
    """Return a text as a paragraph of Markdown: nothing at its start makes it a list, a heading or a fence."""
    line = escape(text)
    if number := _NUMBER.match(line):
        return f"{number[1]}\\{line[number.end(1) :]}"
    if note := _NOTE.match(line):
        return f"{note[1]}\\{line[note.end() - 1 :]}"
    if _STATEMENT.match(line):
        return f"&#{ord(line[0])};{line[1:]}"
    return f"\\{line}" if _LINE_START.match(line) else line


def narration(text: str) -> str:
    """Return the comment that says what is spoken; an empty text is silence."""
    paragraphs = (one_line(paragraph) for paragraph in re.split(r"[\n\v]", text))
    words = "\n\n".join(paragraph for paragraph in paragraphs if any(map(str.isalnum, paragraph)))
    while "--" in words:  # it would end the comment, and HTML forbids it in one
        words = words.replace("--", "–")
    words = words.replace("<!", "<").replace("{{", "{ {").replace("{%", "{ %")
    return f"<!-- say: {words} -->" if words else "<!-- say: -->"


def code_block(lines: list[str]) -> str:
    """Return lines of code between fences that are longer than any in it."""
    content = _CONTROLS.sub("", "\n".join(lines)).strip("\n")
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", content))])
    return f"{fence}\n{content}\n{fence}"


def table(rows: list[list[str]]) -> str:
    """Return rows of plain text as a table; the first row is its header. Short rows are filled up."""
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*map(escape, row), *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
