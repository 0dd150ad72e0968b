"""A Markdown body as lines that dialects rewrite in place, so that each stays on its line of the script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from videogen.script.reading import ScriptWarning

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)")
_VERBATIM = re.compile(r" {0,3}<(pre|script|style|textarea)\b", re.IGNORECASE)
CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)(?:(?!\1)[^`]|`+(?!\1))*?(?<!`)\1(?!`)")
RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_LABEL = re.compile(r" {0,3}\[([^\[\]^][^\[\]]*)\]:(?:[ \t]*\S|[ \t]*$)")
MOST_LINES = 10
"""Lines that one warning names besides its own."""
NEW_SLIDE = "***"
"""A rule that no line before it can turn into a heading."""


@dataclass
class Source:
    """The lines of a body, the number of the first, what the front matter says, and what dialects find out.

    `deck`: rules part slides, and notes are what is spoken. `dividers` are levels of headings that begin a slide.
    """

    lines: list[str]
    line: int
    front_matter: Mapping[str, Any]
    warnings: list[ScriptWarning] = field(default_factory=list)
    deck: bool = False
    dividers: frozenset[int] = frozenset()

    def warn(self, code: str, message: str, hint: str, index: int) -> None:
        self.warnings.append(ScriptWarning(code, message, hint, self.line + index))

    def has(self, *marks: str) -> bool:
        """Return whether any of some marks occurs at all: most documents are done with after this."""
        return any(mark in line for line in self.lines for mark in marks)

    def prose(self) -> Iterator[int]:
        """Yield the indexes of lines that are not in code, comments or verbatim HTML."""
        yield from (index for index, kind in enumerate(self.kinds()) if kind == "")

    def kinds(self) -> list[str]:
        """Return what each line belongs to: "fence" (the marks themselves), "code", "comment", "html", or "" for prose."""
        result: list[str] = []
        fence = closing = ""
        for line in self.lines:
            if fence:
                mark = _FENCE.match(line)
                ends = bool(mark and mark[1].startswith(fence) and not mark[2].strip())
                result.append("fence" if ends else "code")
                fence = "" if ends else fence
            elif closing:
                result.append("comment" if closing == "-->" else "html")
                closing = "" if closing in line.lower() else closing
            elif (mark := _FENCE.match(line)) and not (mark[1][0] == "`" and "`" in mark[2]):
                fence = mark[1]
                result.append("fence")
            elif (start := line.find("<!--")) >= 0 and "-->" not in line[start:] and "`" not in line[:start]:
                closing = "-->"
                result.append("comment")
            elif (verbatim := _VERBATIM.match(line)) and f"</{verbatim[1].lower()}" not in line.lower():
                closing = f"</{verbatim[1].lower()}"
                result.append("html")
            else:
                result.append("")
        return result

    def labels(self) -> frozenset[str]:
        """Return the labels that the body defines links for: `[label]: address`."""
        return frozenset(label_of(match[1]) for index in self.prose() if (match := _LABEL.match(self.lines[index])))

    def also(self, indexes: Sequence[int]) -> str:
        """Name the lines that a warning is about besides its first: ", also on lines 5, 9"; empty for one."""
        if not (others := indexes[1:]):
            return ""
        numbers = ", ".join(str(self.line + index) for index in others[:MOST_LINES]) + (" and more" if len(others) > MOST_LINES else "")
        return f", also on line{'s' if len(others) > 1 else ''} {numbers}"

    def blank(self, start: int, end: int) -> None:
        """Leave out the lines from one index to before another."""
        self.lines[start:end] = [""] * (end - start)


def label_of(text: str) -> str:
    """Return a label of a link as labels are compared."""
    return " ".join(text.casefold().split())


def outside_code(pattern: re.Pattern[str], replace: Any, line: str) -> str:
    """Return a line with a pattern replaced where it stands in no code span."""
    if "`" not in line:
        return pattern.sub(replace, line)
    parts: list[str] = []
    at = 0
    for span in CODE_SPAN.finditer(line):
        parts += [pattern.sub(replace, line[at : span.start()]), span.group()]
        at = span.end()
    return "".join([*parts, pattern.sub(replace, line[at:])])
