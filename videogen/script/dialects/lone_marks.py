"""Lines of nothing but marks (`+++`, `%%%`, `===`, `:::`): breaks between blocks that tools leave behind, and nothing to show.

Sources: https://mystmd.org/guide/blocks (`+++`, with JSON after it), https://gohugo.io/content-management/front-matter.
"""

from __future__ import annotations

import re

from videogen.script.dialects.source_lines import Source

_LONE = re.compile(r"[ \t]*(?:>[ \t]*)*(?:(?P<mark>[+%=^/:~&$|\\@])(?P=mark){2,}|(?:<!>|\.{4,}|-{2}8<-{2}))[ \t]*$")
_BREAK = re.compile(r" {0,3}\+{3}[ \t]+\{.*\}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*$")
_BEGINS_BLOCK = re.compile(r"[ \t]*(?:[-*+>#|]|\d+[.)]|`{3}|<|$)")


def close_comment(source: Source) -> None:
    """Remove the beginning of a comment that has no end, so that it does not hide the rest of the document."""
    if not source.has("<!--"):
        return
    kinds = source.kinds()
    if not kinds or kinds[-1] != "comment" or "-->" in source.lines[-1]:
        return
    index = len(kinds) - 1
    while index and kinds[index - 1] == "comment" and "-->" not in source.lines[index - 1]:
        index -= 1
    before, mark, after = source.lines[index].rpartition("<!--")
    if mark:
        source.lines[index] = before + after.lstrip()
        source.warn("left_out", "A comment begins here that does not end; what follows is shown.", "End it with -->.", index)


def rewrite(source: Source) -> None:
    """Leave out lines of marks alone. What underlines a heading, or stands around a formula or code, is none of them."""
    if not any(_LONE.match(line) or _BREAK.match(line) for line in source.lines):
        return
    kinds = source.kinds()
    for index, line in enumerate(source.lines):
        match = _LONE.match(line) if kinds[index] == "" else None
        if kinds[index] != "" or not (match or _BREAK.match(line)):
            continue
        if match and (line.expandtabs(4).startswith("    ") or match["mark"] in (":", "~") or _underlines(source, index)):
            continue
        source.lines[index] = ""


def _underlines(source: Source, index: int) -> bool:
    """Return whether a line of `=` makes a heading of the line above it."""
    above = source.lines[index - 1] if index else ""
    return _UNDERLINE.match(source.lines[index]) is not None and not _BEGINS_BLOCK.match(above)
