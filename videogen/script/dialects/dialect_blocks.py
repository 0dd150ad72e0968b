"""Blocks of Python-Markdown and MyST in the spelling that `flatten` reads.

They are `/// note | Title` up to `///`, field lists, attributes on a line of their own, cards, and references by a label after a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from videogen.script.dialects.source_lines import Source, label_of, outside_code

_OPEN = re.compile(r"([ \t]*)(/{3,})[ \t]+([A-Za-z][\w-]*)[ \t]*+(?:\|[ \t]*+((?:[ \t]*+[^ \t\n]++)*+))?[ \t]*$")
_CLOSE = re.compile(r"[ \t]*(/{3,})[ \t]*$")
_OPTION = re.compile(r"[ \t]{4,}([\w-]+):[ \t]+(\S.*)$")
_UNTITLED = frozenset(("html", "caption", "figure-caption", "table-caption", "define"))
_FIELD = re.compile(r":([A-Za-z*][\w *-]{0,60}):(?:[ \t]+(\S.*))?$")
_ATTRIBUTES = re.compile(r"[ \t]*\{[ \t]*(?:[.#][\w-]|[\w-]+=)[^{}]*\}[ \t]*$")
_CONTAINER = re.compile(r"[ \t]*:{3,}[ \t]*\S")
_ENDS_WITH_WORDS = re.compile(r"(?<![\]\\!])\[[^\[\]]+\][ \t]*$")
_BEGINS_WITH_LABEL = re.compile(r"[ \t]*(\[([^\[\]]+)\])(?![(:\[])[ \t]*")
_LEADS_TO_FIELDS = re.compile(r".*\w[ \t]*:[ \t]*$")
_CARD_PARTS = re.compile(r"[ \t]*(?:\^{3,}|\+{3,})[ \t]*$")
_SPACED = re.compile(r"(?<![\]\\!])(\[[^\[\]]+\]) (\[([^\[\]]+)\])(?![(:\[])")


def rewrite(source: Source) -> None:
    """Rewrite the blocks of a body in place."""
    if source.has("///"):
        for opened, closed in list(_pairs(source)):
            _container(source, opened, closed)
    prose = set(source.prose())
    if source.has(":::", "```{"):
        _fields(source, prose)
        for index in prose:
            if _CARD_PARTS.match(source.lines[index]):
                source.lines[index] = ""
    if source.has("]:") and (source.has("] [") or any(line.endswith("]") for line in source.lines)):
        labels = source.labels()
        for index in sorted(prose) if labels else ():
            _join_label(source, index, labels)
            source.lines[index] = outside_code(_SPACED, lambda match: _joined(match, labels), source.lines[index])
    if any(line.lstrip()[:1] == "{" for line in source.lines):
        for index in prose:
            before = source.lines[index - 1] if index else ""
            after = source.lines[index + 1] if index + 1 < len(source.lines) else ""
            if (not before.strip() or _CONTAINER.match(before)) and after.strip() and _ATTRIBUTES.match(source.lines[index]):
                source.lines[index] = ""


def _pairs(source: Source) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each block between slashes. Unclosed ones are left out."""
    waiting: list[tuple[int, str]] = []
    for index in source.prose():
        line = source.lines[index]
        if match := _OPEN.match(line):
            waiting.append((index, match[2]))
        elif match := _CLOSE.match(line):
            at = next((n for n in range(len(waiting) - 1, -1, -1) if waiting[n][1] == match[1]), None)
            if at is not None:
                yield waiting[at][0], index
                del waiting[at:]


def _container(source: Source, opened: int, closed: int) -> None:
    lines = source.lines
    match = _OPEN.match(lines[opened])
    assert match is not None
    indent, slashes, name, title = match[1], match[2], match[3].lower(), match[4] or ""
    index = opened + 1
    while index < closed and (option := _OPTION.match(lines[index])):
        if option[1].lower() == "type":
            name = option[2].strip("\"' ").lower()
        lines[index] = ""
        index += 1
    colons = ":" * len(slashes)
    lines[opened] = f"{indent}{colons} {name}" + (f" | {title}" if title and name not in _UNTITLED else "")
    lines[closed] = re.sub(r"/{3,}", colons, lines[closed])


def _fields(source: Source, prose: set[int]) -> None:
    """Make points of field lists, `:name: what it is`; those at the head of a directive are its options and stay."""
    lines = source.lines
    inside = False
    for index, line in enumerate(lines):
        match = _FIELD.match(line) if index in prose else None
        if (
            match
            and (inside or index == 0 or not lines[index - 1].strip() or _LEADS_TO_FIELDS.match(lines[index - 1]))
            and not _is_picture(match[1])
        ):
            lines[index] = f"- **{match[1].strip()}**: {match[2] or ''}".rstrip()
            inside = True
        elif not line.startswith(" ") or not line.strip():
            inside = False


def _is_picture(name: str) -> bool:
    """Return whether a word between colons stands for an icon or an emoji."""
    from videogen.script.inline_rules import ICONS, emoji_named  # here, since few documents have any

    return name.partition("-")[0] in ICONS or bool(emoji_named(name))


def _join_label(source: Source, index: int, labels: Set[str]) -> None:
    """Put the label of a link that begins the next line behind its words: Python-Markdown lets a line end between the two."""
    following = source.lines[index + 1] if index + 1 < len(source.lines) else ""
    label = _BEGINS_WITH_LABEL.match(following)
    if label and label_of(label[2]) in labels and _ENDS_WITH_WORDS.search(source.lines[index]):
        source.lines[index] = source.lines[index].rstrip() + label[1]
        source.lines[index + 1] = following[label.end() :]


def _joined(match: re.Match[str], labels: Set[str]) -> str:
    return match[1] + match[2] if label_of(match[3]) in labels else match[0]
