"""A Markdown script in sections: its front matter, and what stands below each heading or between two rules. Other formats have none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.script.source import clean

_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")
_LANGUAGE_KEY = re.compile(r"^(lang|language|voice)\s*:.*\n?", re.MULTILINE)


def sections(source: str, format: str) -> list[str]:
    """Return the sections of a script, in order; "\\n\\n" between them makes it a script again. Raises BadScript for another format."""
    if format != "markdown":
        diagnostic = Diagnostic("is no Markdown", path="format")
        raise BadScript("Only a script in Markdown has several languages.", hint="Write it in Markdown.", diagnostics=[diagnostic])
    return [section for section in map(str.strip, _pieces(clean(source).split("\n"))) if section]


def is_front_matter(section: str) -> bool:
    """Return whether a section is the front matter of a script."""
    return section.startswith("---\n") and section.rstrip().endswith("\n---")


def without_language(front_matter: str) -> str:
    """Return a front matter without what it says of language and voice."""
    return _LANGUAGE_KEY.sub("", front_matter)


def _pieces(lines: list[str]) -> Iterator[str]:
    start = 0
    if lines and lines[0].rstrip() == "---":
        end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
        if end is not None:
            yield "\n".join(lines[: end + 1])
            start = end + 1
    fence = ""
    piece: list[str] = []
    for line in lines[start:]:
        mark = _FENCE.match(line)
        if not fence and (_HEADING.match(line) or _RULE.match(line)) and any(text.strip() for text in piece):
            yield "\n".join(piece)
            piece = []
        if mark:
            fence = "" if fence and line.strip().startswith(fence) and not line.strip().strip(fence[0]) else fence or mark[1]
        piece.append(line)
    yield "\n".join(piece)
