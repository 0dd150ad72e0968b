"""Callouts and tabs, however a tool writes them: `> [!note]`, `!!! note`, `::: note`, `=== "Tab"`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from videogen.script import blocks, inline
from videogen.script.blocks import Block, CardKind
from videogen.script.containers import side_by_side
from videogen.script.models import CalloutTone

_NAMES: dict[CalloutTone, str] = {
    "note": "note info abstract summary tldr seealso see-also remark definition notation primary secondary topic sidebar details dropdown"
    " spoiler versionadded versionchanged theorem lemma corollary proposition proof axiom conjecture cite admonition",
    "tip": "tip hint success check done recommendation solution answer",
    "important": "important question help faq attention todo exercise problem key-point highlight",
    "warning": "warning caution warn limitation deprecated versionremoved experimental",
    "danger": "danger error failure fail missing bug",
    "example": "example quote",
}
TONES: dict[str, CalloutTone] = {name: tone for tone, names in _NAMES.items() for name in names.split()}
"""The kinds of callouts that tools have, by name."""

TABS_MOST = 4
KIND = re.compile(r"\[!([A-Za-z][\w-]*)(?:(?:\|[^\]\n]*+)?\]([+-]?)|(?![^\n]*\])(?=\s|\Z))[ \t]*")
"""The head of a callout in a quotation, as GitHub and Obsidian have it; also one whose bracket is not closed."""
_INFO = re.compile(
    r"""\s*(?:\{\s*+\.?(?P<braced>[A-Za-z][\w:-]*+)(?P<attributes>[^{}]*+)\}|\.?(?P<bare>[A-Za-z][\w:-]*+))\s*+(?:\[(?P<bracketed>[^\[\]]*)\])?(?P<rest>.*)"""
)
_PIPED = re.compile(r"\s*+([A-Za-z][\w-]*+)\s*+\|\s*+(.+)")
_LABELS = {"seealso": "See also", "see-also": "See also", "tldr": "TL;DR", "faq": "FAQ"}
_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}
_VERSION = re.compile(r"v?\d")
_TITLE = re.compile(r"""\b(?:title|summary|label)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")


def named(info: str) -> tuple[str, str]:
    """Return the name and the title in what stands after the colons or the fence of a container; both may be empty."""
    if piped := _PIPED.fullmatch(info):
        return piped[1].lower(), piped[2].strip()
    match = _INFO.match(info)
    if match is None:
        return "", ""
    name = (match["braced"] or match["bare"]).lower().removeprefix("callout-").removeprefix("alert-").removeprefix("admonition-")
    rest = match["rest"].strip()
    attributes = " ".join(filter(None, (match["attributes"], rest)))
    title = _TITLE.search(attributes)
    rest = re.sub(r"\{[^{}]*\}|(?<![A-Za-z-])[A-Za-z-]+=(?:\"[^\"]*\"|'[^']*'|\S+)|^:+\s*$", "", rest).strip(" \"'")
    return name, (title[1] or title[2] or title[3] if title else "") or match["bracketed"] or rest


def callout(line: int, name: str, title: str, inner: Sequence[Block], *, inside: bool = False) -> Iterator[Block]:
    """Yield the blocks of a callout; `title` is inline.

    Code, tables and the like come after it, introduced by the title.

    `inside` a list or a quotation it is prose, its title bold.
    """
    if not inner and title.lower() in ("", name):
        return
    tone = TONES.get(name, "note")
    kind: CardKind = name if name in ("problem", "solution", "exercise") else "callout"  # type: ignore[assignment]
    if not title and name not in ("details", "dropdown", "spoiler", "admonition"):
        title = inline.markup([inline.Run(_LABELS.get(name) or name.replace("-", " ").capitalize())])
    if name in _VERSIONS and _VERSION.match(title):
        title = f"{_VERSIONS[name]} {title}"
    bold = inline.markup([replace(run, bold=True) for run in inline.runs(title)])
    if inside:
        if title:
            yield blocks.Paragraph(line, bold)
        yield from inner
        return
    waiting: list[Block] = []
    shown = False
    for block in inner:
        prose = isinstance(block, (blocks.Paragraph, blocks.ListBlock, blocks.Heading))
        if prose and isinstance(block, (blocks.Paragraph, blocks.Heading)) and any(isinstance(one, blocks.ListBlock) for one in waiting):
            yield _made(line, tone, title, waiting, kind)
            waiting, shown = [], True
        if prose:
            waiting.append(block)
            continue
        if waiting:
            yield _made(line, tone, title, waiting, kind)
            waiting, shown = [], True
        elif not shown and title and not isinstance(block, blocks.Note):
            yield blocks.Paragraph(line, bold)
            shown = True
        yield block
    if waiting or (title and not shown):
        yield _made(line, tone, title, waiting, kind)


def _made(line: int, tone: CalloutTone, title: str, inner: Sequence[Block], kind: CardKind = "callout") -> blocks.Callout:
    paragraphs = tuple(block.text for block in inner if isinstance(block, (blocks.Paragraph, blocks.Heading)))
    items = tuple(item for block in inner if isinstance(block, blocks.ListBlock) for item in block.items)
    return blocks.Callout(line, tone, title, paragraphs, items, kind)


def tabbed(content: Iterable[Block]) -> Iterator[Block]:
    """Put adjacent tabs side by side if they hold prose and points, else one below the other."""
    waiting: list[blocks.Tab] = []
    for block in content:
        if isinstance(block, blocks.Tab):
            waiting.append(block)
            continue
        yield from _together(waiting)
        waiting = []
        yield block
    yield from _together(waiting)


def _together(tabs: Sequence[blocks.Tab]) -> Iterator[Block]:
    plain = all(isinstance(block, (blocks.Paragraph, blocks.ListBlock, blocks.Note)) for tab in tabs for block in tab.content)
    if 2 <= len(tabs) <= TABS_MOST and plain:
        yield from side_by_side(tabs[0].line, [[blocks.Heading(tab.line, 6, tab.title or "–"), *tab.content] for tab in tabs])
        return
    for tab in tabs:
        if tab.title:
            yield blocks.Paragraph(tab.line, inline.markup([replace(run, bold=True) for run in inline.runs(tab.title)]))
        yield from tab.content
