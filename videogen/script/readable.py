"""What is left of a script without the scenes that are at fault: for the storyboard of one that is still being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from json import JSONDecoder

from videogen.errors.script import BadScript
from videogen.script.json_tree import from_json

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NEW_SCENE = re.compile(r" {0,3}(#{1,6}\s|([-*_])[ \t]*(\2[ \t]*){2,}$)")
_ITEM = re.compile(r"([ \t]*)- ")
_SCENES = re.compile(r"[\"']?scenes[\"']?\s*:")
_COMMENT = "#"
_JSON = JSONDecoder(strict=False)
_KEY = re.compile(r"[\"'A-Za-z_]")


def without(text: str, format: str, at_fault: Collection[int]) -> str:
    """Return the text with blank lines in place of the scenes in which these lines (from 1) are; all others stay on theirs.

    Of front matter and of what else belongs to no scene the line alone goes, or else the whole front matter. Lines of which there is
    nothing to be left out come back as they are.
    """
    if format == "json":
        return _json_without(text, at_fault)
    lines = text.split("\n")
    front = _front_matter_end(lines) if format == "markdown" else 0
    stretches = _SCENE_RANGES[format](lines)
    for number in at_fault:
        index = min(number, len(lines)) - 1
        if 0 < index < front - 1 and lines[index] != _COMMENT:
            lines[index] = _COMMENT  # a blank line would not do at the top of front matter
            continue
        begin, end = (
            (0, front)
            if index < front
            else next((stretch for stretch in stretches if stretch[0] <= index < stretch[1]), (index, index + 1))
        )
        lines[begin:end] = [""] * (end - begin)
    return "\n".join(lines)


def _json_without(text: str, at_fault: Collection[int]) -> str:
    """Remove scenes from JSON with the comma after them, or before the last one.

    Text that is not JSON is returned as it is.
    """
    try:
        scenes = from_json(text).find(["scenes"]).value
    except BadScript:
        return text
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for scene in reversed(scenes if isinstance(scenes, list) else []):
        begin = starts[scene.line - 1] + scene.column - 1
        _, end = _JSON.raw_decode(text, begin)
        if any(scene.line <= number <= scene.line + text.count("\n", begin, end) for number in at_fault):
            comma = re.compile(r"\s*,").match(text, end)
            before = re.search(r",\s*$", text[:begin])
            begin, end = (begin, comma.end()) if comma else (before.start() if before else begin, end)
            text = text[:begin] + "\n" * text.count("\n", begin, end) + text[end:]
    return text


LineRange = tuple[int, int]
"""A scene: from a line to before another one, as indices."""


def _front_matter_end(lines: Sequence[str]) -> int:
    """Return the index of the line after it."""
    if lines[0].rstrip() != "---":
        return 0
    return next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), -1) + 1


def _of_markdown(lines: Sequence[str]) -> list[LineRange]:
    """Return the ranges that begin at each heading or rule, outside of code."""
    body = _front_matter_end(lines)
    begins = [body]
    fence = ""
    for index in range(body, len(lines)):
        mark = _FENCE.match(lines[index])
        if mark:
            fence = fence if fence and not mark[1].startswith(fence) else "" if fence else mark[1]
        elif not fence and _NEW_SCENE.match(lines[index]):
            begins.append(index)
    return list(pairwise([*begins, len(lines)]))


def _of_yaml(lines: Sequence[str]) -> list[LineRange]:
    """Return the items of `scenes`; they begin at dashes that are as far in as the first one."""
    start = next((index for index, line in enumerate(lines) if _SCENES.match(line)), len(lines)) + 1
    first = next((mark for line in lines[start:] if (mark := _ITEM.match(line))), None)
    end = next((index for index in range(start, len(lines)) if _KEY.match(lines[index])), len(lines))
    if first is None:
        return []
    begins = [index for index in range(start, end) if lines[index].startswith(f"{first[1]}- ")]
    return list(pairwise([*begins, end]))


_SCENE_RANGES: dict[str, Callable[[Sequence[str]], list[LineRange]]] = {"markdown": _of_markdown, "yaml": _of_yaml}
