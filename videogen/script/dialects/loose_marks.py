"""Marks as people type them, and a tool understands them: spaces that do not break, spaces within stars, fields of Dataview, colours.

Sources: https://blacksmithgu.github.io/obsidian-dataview/annotation/add-metadata (`key:: value`), https://marpit.marp.app/image-syntax
(colours in the place of pictures).
"""

from __future__ import annotations

import re

from videogen.script.dialects.source_lines import Source, outside_code

_HARD_SPACE = re.compile(r"((?:[ \t>]*)(?:#{1,6}|[-*+]|\d{1,9}[.)]))[\u00a0\u3000]+(?=\S)")
_SPACED_LINE = re.compile(r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(\*\*|__)[ \t]+(?![ \t*_])([^*_\n]*?[^\s*_])[ \t]*\2(?=[\s.,:;!?]|$)")
"""Strong text with spaces within its stars, at the head of a line: in a line, stars with spaces round them may be powers."""
_SPACED_END = re.compile(r"(?<![^\s(\[>])(\*\*|__)(?![\s*_])([^*_\n]*?[^\s*_])[ \t]+\1(?=[\s.,;:!?)\]]|$)")
_FIELD = re.compile(r"^([ \t>]*(?:[-*+][ \t]+(?:\[.\][ \t]+)?)?)([^\W\d_][\w -]{0,40})::(?=[ \t]|$)")
_INLINE_FIELD = re.compile(r"[\[(]([^\W\d_][\w -]{0,40})::[ \t]*([^\[\]()\n]*)[\])]")
_MARK_OF_TOOL = re.compile(r"\[!\w{1,60}+:(?:\"[^\"\n]{0,300}\"|[^\]\"\n]){0,300}+\][ \t]?")
"""A tag in brackets with something to look for, such as `[!mark:"text"]`; a callout has no colon there."""
_NAMES = """
white black red green blue yellow orange purple pink gray grey brown cyan magenta lime navy teal maroon silver gold beige ivory
transparent currentColor
"""
_COLOUR = re.compile(r"!\[[^\[\]\n]{0,500}\]\((?:#[0-9a-fA-F]{3,8}|(?:rgb|hsl)a?\([^()\n]*\)|(?:" + "|".join(_NAMES.split()) + r"))\)")


def rewrite(source: Source) -> None:
    """Rewrite marks that CommonMark takes for text."""
    looks = source.has("\u00a0", "\u3000", "** ", " **", "__ ", " __", "::", "[!", "](#", "](rgb", "](hsl", "![](", "![bg")
    if not looks:
        return
    for index in source.prose():
        line = source.lines[index]
        if "\u00a0" in line or "\u3000" in line:
            line = _HARD_SPACE.sub(r"\1 ", line)
        if "**" in line or "__" in line:
            line = _SPACED_LINE.sub(r"\1\2\3\2", line)
            line = outside_code(_SPACED_END, r"\1\2\1", line)
        if "::" in line and "[[" not in line:
            following = source.lines[index + 1] if index + 1 < len(source.lines) else ""
            if field := _FIELD.match(line):
                line = f"{field[1]}{field[2]}:{line[field.end() :].rstrip()}" + ("\\" if _FIELD.match(following) else "")
            line = outside_code(_INLINE_FIELD, r"\2", line)
        if "[!" in line:
            line = outside_code(_MARK_OF_TOOL, "", line)
        if "![" in line:
            line = outside_code(_COLOUR, "", line)
        source.lines[index] = line
