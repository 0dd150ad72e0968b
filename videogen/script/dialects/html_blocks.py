"""Lists and tables of HTML as the Markdown that they stand for, and Markdown within tags that only hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from videogen.script.dialects.source_lines import Source, outside_code

_TAGS = re.compile(r"<(/?)(ul|ol|table|dl)\b[^>]*>", re.IGNORECASE)
_LONE = re.compile(
    r"\s*(?:</?(?:aside|center|details|section|article|main|summary|[A-Z]\w*|[a-z]+(?:-[a-z]+)+)(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?>\s*)+"
)
_SUMMARY = re.compile(r"(?:<details\b[^>]*>\s*)?<summary\b[^>]*>((?:(?!</summary>).)*)</summary>\s*", re.IGNORECASE)
_VERBATIM = frozenset(("b", "strong", "i", "em", "s", "del", "sup", "sub", "mark", "br", "img", "kbd", "u", "ins"))
_SPECIAL = re.compile(r"[&<>|]|(?<!\w)__\w+__(?!\w)")
"""What is no mark-up in the text of HTML: signs of HTML, what parts the cells of a table, and a name such as `__init__`."""
_SPECIAL_AS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "\\|"}
_MOST_LINES = 400


def rewrite(source: Source) -> None:
    """Prepare Markdown within HTML to be read as such, and turn lists and tables of HTML into one block each.

    Tags that only hold something (`<aside>`, `<details>`, components) go where they stand alone on a line; a summary is bold; a blank line
    within a list or a table is a comment.
    """
    if not any("<" in line for line in source.lines):
        return
    kinds = source.kinds()
    depth = 0
    for index, line in enumerate(source.lines):
        if kinds[index] not in ("", "html"):
            depth = 0
        elif depth and not line.strip():
            source.lines[index] = "<!-- -->"
        elif "<" in line and kinds[index] == "":
            depth = max(0, depth + sum(-1 if match[1] else 1 for match in _TAGS.finditer(line))) if _closes(source, index, depth) else 0
            if not depth and "`" not in line:
                line = _SUMMARY.sub(lambda match: f"**{match[1].strip()}**  " if match[1].strip() else "", line)
                source.lines[index] = "" if _LONE.fullmatch(line) else line


def _closes(source: Source, index: int, depth: int) -> bool:
    """Return whether a list or a table that opens on a line is closed before long."""
    if depth or not _TAGS.search(source.lines[index]):
        return True
    open_ = 0
    for line in source.lines[index : index + _MOST_LINES]:
        for match in _TAGS.finditer(line):
            open_ += -1 if match[1] else 1
        if open_ <= 0:
            return True
    return False


def segments(text: str) -> Iterator[tuple[str, int, bool]]:
    """Yield the parts of raw HTML in order, each with its first line, and whether it is Markdown made of a list or table."""
    at = depth = start = 0
    for match in _TAGS.finditer(text):
        if not match[1]:
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                inner = text[start : match.end()]
                block = _table(inner) if inner[1:6].lower() == "table" else _list(inner)
                if text[at:start].strip():
                    yield text[at:start], text.count("\n", 0, at), False
                if block:
                    yield "\n".join(block), text.count("\n", 0, start), True
                at = match.end()
    if text[at:].strip():
        yield text[at:], text.count("\n", 0, at), False


class _HtmlReader(HTMLParser):
    """Gathers the text of entries or cells, inline tags among them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[str] = []
        self.lists: list[tuple[str, int]] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self.open = False
        self.cells: list[list[tuple[str, bool]]] = []
        self.caption = ""
        self.head = False
        self.code = False

    def words(self) -> str:
        text = " ".join("".join(self.text).split())
        self.text.clear()
        return text

    def flush(self) -> None:
        text = self.words()
        if text and self.lists:
            kind, number = self.lists[-1]
            self.rows.append(
                "   " * (len(self.lists) - 1) + (f"{number}. " if kind == "ol" and self.open else "- " if self.open else "  ") + text
            )
            self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("ul", "ol", "dl"):
            self.flush()
            self.lists.append((tag, 0))
        elif tag in ("li", "dt", "dd"):
            self.flush()
            if self.lists:
                self.lists[-1] = (self.lists[-1][0], self.lists[-1][1] + 1)
            self.open = True
        elif tag == "tr":
            self.cells.append([])
        elif tag in ("td", "th"):
            self.text.clear()
            self.head = tag == "th"
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")
            self.text.append("[")
        elif tag in _VERBATIM:
            self.text.append(self.get_starttag_text() or "")
        elif tag in ("code", "tt", "samp"):
            self.text.append(" `" if self.text and self.text[-1] == "`" else "`")
            self.code = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol", "dl"):
            self.flush()
            if self.lists:
                self.lists.pop()
        elif tag in ("li", "dt", "dd"):
            self.flush()
        elif tag in ("td", "th") and self.cells:
            self.cells[-1].append((self.words(), self.head))
        elif tag == "caption":
            self.caption = self.words()
        elif tag == "a" and self.links:
            address = self.links.pop()
            self.text.append(f"](<{address}>)" if address and ">" not in address else "]()")
        elif tag in _VERBATIM and tag not in ("img", "br", "hr", "wbr"):
            self.text.append(f"</{tag}>")
        elif tag in ("code", "tt", "samp"):
            self.text.append("`")
            self.code = False
        elif tag in ("p", "div"):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        self.text.append(data if self.code else as_markdown(data))


def as_markdown(text: str) -> str:
    """Return the text of HTML, its entities read, as inline Markdown: marks within it count, as those who write both mean them to."""
    return outside_code(_SPECIAL, lambda match: _SPECIAL_AS.get(match[0]) or match[0].replace("_", "\\_"), text)


def _read(text: str) -> _HtmlReader:
    reader = _HtmlReader()
    reader.feed(text)
    reader.close()
    return reader


def _list(text: str) -> list[str]:
    return _read(text).rows


def _table(text: str) -> list[str]:
    reader = _read(text)
    rows = [row for row in reader.cells if any(cell for cell, _ in row)]
    if not rows:
        return []
    if len(rows) > 1 and not rows[0][0][0] and rows[1][0][1] and rows[1][0][0] and not any(cell for cell, _ in rows[1][1:]):
        rows[:2] = [[rows[1][0], *rows[0][1:]]]  # how pandas names the index: in a row of its own below the header
    width = max(len(row) for row in rows)
    if (
        width == 1
        or all("<img" in cell or not cell for row in rows for cell, _ in row)
        or any("<img" in cell for row in rows for cell, _ in row)
    ):
        # A grid of badges or portraits: its words, one after the other.
        return [line for row in rows for cell, _ in row if cell for line in (cell, "")]
    header, body = (rows[0], rows[1:]) if any(head for _, head in rows[0]) else ([("", False)] * width, rows)
    lines = ["| " + " | ".join([*(cell for cell, _ in row), *[""] * (width - len(row))]) + " |" for row in (header, *body)]
    return [*([reader.caption, ""] if reader.caption else []), lines[0], "|" + "---|" * width, *lines[1:]]
