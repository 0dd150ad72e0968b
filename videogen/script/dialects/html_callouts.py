"""Callouts written as HTML or as a component (`<div class="admonition note">`, `<Warning title="Hot">`) as divs of colons.

Also `<div markdown="1">` of Python-Markdown, https://python-markdown.github.io/extensions/md_in_html: what it holds is Markdown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from videogen.script.dialects.source_lines import Source

_VALUE = r"(?:\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^\s\"'>]+)"
_OPEN = re.compile(rf"(?P<indent>[ \t]*)<(?P<tag>[A-Za-z][\w-]*)(?P<attributes>(?:\s+[\w:@.-]+(?:\s*=\s*{_VALUE})?)*)\s*>\s*$")
_ATTRIBUTE = re.compile(rf"([\w:-]+)\s*=\s*({_VALUE})")
_TITLE = re.compile(
    r"\s*<(p|div|span|strong|b|h[1-6])\b[^>]*\bclass\s*=\s*[\"']?[^\"'>]*(?:title|heading)\b[^>]*>(.*?)</\1>\s*$", re.IGNORECASE
)
_COMPONENTS = {
    "note": "note",
    "info": "note",
    "tip": "tip",
    "hint": "tip",
    "check": "tip",
    "success": "tip",
    "warning": "warning",
    "caution": "warning",
    "danger": "danger",
    "error": "danger",
    "important": "important",
    "callout": "",
    "admonition": "",
    "aside": "",
    "alert": "",
}
"""Components of documentation tools, by name; those without a kind of their own say it in `type`."""
_KINDS = frozenset("note info tip hint success warning caution danger error important attention seealso example question".split())  # noqa: SIM905
_MARKS = frozenset("admonition alert callout custom-block notice message hint-box note-box".split())  # noqa: SIM905
_SAME = {"err": "danger", "warn": "warning", "primary": "note", "secondary": "note", "critical": "danger"}
_COLUMNS = frozenset("column columns cols grid row flex split".split())  # noqa: SIM905
_HOLDER = re.compile(
    r"\s*(?:<p(?:\s[^<>]*)?>(?P<words>.*?)(?:</p>)?|<(?:div|section)(?:\s(?![^<>]*\b(?:column|grid|row|flex|split))[^<>]*)?>)\s*"
)
"""A line of HTML whose tags mean nothing by themselves."""
_TAG = re.compile(r"<(?P<closes>/?)(?P<name>[A-Za-z][\w-]*)\b[^<>]*?(?P<itself>/?)>")
_ABOVE_MAX = 40
_LINE_MAX = 2000


def rewrite(source: Source) -> None:
    """Rewrite callouts of HTML in place; each tag stands alone on its line."""
    if not source.has("<"):
        return
    prose = list(source.prose())
    ends = _ends(source, prose)
    for at, index in enumerate(prose):
        match = _OPEN.match(source.lines[index]) if "<" in source.lines[index] else None
        if match is None:
            continue
        tag = match["tag"]
        attributes = {name.lower(): html.unescape(value.strip("\"'{}")) for name, value in _ATTRIBUTE.findall(match["attributes"])}
        kind = _kind(tag, attributes)
        if kind is None:
            if re.search(r"\smarkdown(?:\s|=|$)", match["attributes"]) and not _COLUMNS & set(attributes.get("class", "").split()):
                source.lines[index] = ""
            continue
        end = ends.get(index)
        if end is None or not _parted(source, index):
            continue
        title = attributes.get("title", "")
        first = next((row for row in map(prose.__getitem__, range(at + 1, len(prose))) if source.lines[row].strip()), end)
        if len(source.lines[first]) < _LINE_MAX and (written := _TITLE.match(source.lines[first])):
            title = title or re.sub(r"<[^<>]*>", "", written[2]).strip()
            source.lines[first] = ""
        if kind == "note" and title.lower() in _KINDS:
            kind, title = title.lower(), ""
        source.lines[index] = f"{match['indent']}::: {kind}" + (f" | {title}" if title else "")
        source.lines[end] = f"{match['indent']}:::"


def _kind(tag: str, attributes: dict[str, str]) -> str | None:
    """Return the kind of callout that a tag opens; None for any other tag."""
    classes = attributes.get("class", "").lower().split()
    if tag[0].isupper() and tag.lower() in _COMPONENTS:
        declared = attributes.get("type") or attributes.get("kind") or attributes.get("variant") or ""
        return _COMPONENTS[tag.lower()] or _named([declared.lower()]) or "admonition"
    if tag.lower() not in ("div", "aside", "section", "article"):
        return None
    names = [re.sub(r"^(?:admonition|alert|callout|notice|message|is|markdown-alert)-+", "", name) for name in classes]
    marked = bool(_MARKS & set(classes)) or any(name != short for name, short in zip(classes, names, strict=True))
    named = _named(names)
    if marked:
        return named or "admonition"
    return named if names[:1] and names[0] in _KINDS else None


def _named(names: Sequence[str]) -> str:
    return next((_SAME.get(name, name) for name in names if name in _KINDS or name in _SAME), "")


def _parted(source: Source, index: int) -> bool:
    """Return whether a div of colons on a line would be read as one: HTML right above it would swallow it, unless its tags can go."""
    first = index
    while first and source.lines[first - 1].strip():
        first -= 1
        if index - first > _ABOVE_MAX:
            return False
    above = range(first, index)
    if any(source.lines[at].lstrip().startswith("<") and not _HOLDER.fullmatch(source.lines[at]) for at in above):
        return False
    for at in above:
        if match := _HOLDER.fullmatch(source.lines[at]):
            source.lines[at] = f"{match[1]}\\" if match[1] and at + 1 < index else match[1] or ""
    return True


def _ends(source: Source, prose: Sequence[int]) -> dict[int, int]:
    """Return the line that closes the tag which a line opens, where it holds nothing else; in one pass over the document."""
    ends: dict[int, int] = {}
    open_: dict[str, list[int]] = {}
    for row in prose:
        line = source.lines[row]
        for match in _TAG.finditer(line) if "<" in line else ():
            name = match["name"]
            if not match["closes"] and not match["itself"]:
                open_.setdefault(name, []).append(row)
            elif match["closes"] and open_.get(name):
                opened = open_[name].pop()
                if line.strip() == match[0]:
                    ends[opened] = row
    return ends
