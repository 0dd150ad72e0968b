"""Write another narration of a scene into the source of a script. Each edit is read again: nothing but that narration may have changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from models.errors import Diagnostic, VideogenError
from videogen.errors.script import BadScript
from videogen.script import pauses, read
from videogen.script.models import Scene
from videogen.script.source import cleaned_script

MAX_TRIES = 24
"""Places of a Markdown script at which the note is tried, each of which takes one reading of the script."""

_SAY = re.compile(r"<!--\s*say\s*:.*?-->", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")


def with_narration(source: str, format: str, indexes: Sequence[int], text: str) -> str:
    """Return the source in which the scene at `indexes`, from 0, says `text`; an empty text is silence.

    A long list is read as several scenes: `indexes` are those of all of them, and `text` has marks for the next page. Raises BadScript
    where the source has no place for it, and what reading the source raises.
    """
    source = source if format == "json" else cleaned_script(source)
    say = " ".join(text.split()).replace("-->", "—>")
    before = read(source, format, set_formulas=False).script.scenes
    candidates = {"markdown": _in_markdown, "yaml": _in_yaml, "json": _in_json}[format]
    for tried, candidate in enumerate(candidates(source, before, indexes[0], say)):
        if tried >= MAX_TRIES:
            break
        if _says(candidate, format, before, indexes, say):
            return candidate
    line = before[indexes[0]].line
    raise BadScript(
        "The narration of this scene cannot be written into the script by itself.",
        hint="Open the script in the editor and write there what is to be said.",
        diagnostics=[Diagnostic("what this scene says cannot be changed here", line=line)],
    )


def _says(source: str, format: str, before: Sequence[Scene], indexes: Sequence[int], say: str) -> bool:
    """Return whether a changed source reads as the one before but for what one scene says."""
    try:
        after = read(source, format, set_formulas=False).script.scenes
    except VideogenError:
        return False
    if len(after) != len(before) or any(after[index].say is None for index in indexes):
        return False
    said = " ".join(after[index].say or "" for index in indexes)
    if pauses.without_pages(said).split() != pauses.without_pages(say).split():
        return False
    return all(
        _content(old, keep_say=number not in indexes) == _content(new, keep_say=number not in indexes)
        for number, (old, new) in enumerate(zip(before, after, strict=True))
    )


def _content(scene: Scene, *, keep_say: bool) -> dict[str, Any]:
    return scene.model_dump(exclude={"line"} if keep_say else {"line", "say"})


def _in_markdown(source: str, scenes: Sequence[Scene], index: int, say: str) -> Iterator[str]:
    """Yield the source with the narration at each place that may be right, the likeliest first."""
    lines = source.split("\n")
    line = scenes[index].line or 1
    first = line - 1
    later = [scene.line - 1 for scene in scenes if scene.line and scene.line - 1 > first]
    end = min(later, default=len(lines))
    note = f"<!-- say: {say} -->"
    # The heading stands above the line of a scene that begins with its text.
    start = next((at for at in range(first, -1, -1) if _HEADING.match(lines[at])), first)
    start = max([start, *(scene.line for scene in scenes if scene.line and scene.line - 1 < first)], default=start)
    for begin in dict.fromkeys((min(start, first), first)):
        region = "\n".join(lines[begin:end])
        head, tail = "\n".join(lines[:begin]), "\n".join(lines[end:])

        def whole(middle: str, head: str = head, tail: str = tail, begin: int = begin) -> str:
            return (head + "\n" if begin else "") + middle + ("\n" + tail if end < len(lines) else "")

        if said := list(_SAY.finditer(region)):
            rest = region[said[0].end() :]
            yield whole(region[: said[0].start()] + note + re.sub(r"\n?" + _SAY.pattern, "", rest, flags=re.DOTALL | re.IGNORECASE))
        if old := (scenes[index].say or "").split():
            written = re.compile(r"\s+".join(map(re.escape, old)))
            if match := written.search(region):
                yield whole(region[: match.start()] + say + region[match.end() :])
        for comment in _COMMENT.finditer(region):
            yield whole(region[: comment.start()] + f"<!-- {say} -->" + region[comment.end() :])
    for at in _gaps(lines, first, end):
        above = [""] if at and lines[at - 1].strip() else []
        below = [""] if at < len(lines) and lines[at].strip() else []
        yield "\n".join([*lines[:at], *above, note, *below, *lines[at:]])


def _gaps(lines: Sequence[str], first: int, end: int) -> Iterator[int]:
    """Yield where a note can stand on a line of its own: below the heading, at the end of the scene, and between its blocks."""
    if _HEADING.match(lines[first]):
        yield first + 1
    last = end
    while last > first + 1 and (not lines[last - 1].strip() or _RULE.match(lines[last - 1]) or _HEADING.match(lines[last - 1])):
        last -= 1
    yield last
    yield first
    yield from (at for at in range(first + 1, end) if not lines[at - 1].strip())


def _in_yaml(source: str, scenes: Sequence[Scene], index: int, say: str) -> Iterator[str]:
    """Yield the document with the key `say` (or what else is spoken) of one scene replaced, or put in below its first key."""
    quoted = json.dumps(say, ensure_ascii=False)
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return
    listed = next((value for key, value in root.value if key.value == "scenes"), None)
    if not isinstance(listed, yaml.SequenceNode):
        return
    line = scenes[index].line
    nodes = [node for node in listed.value if isinstance(node, yaml.MappingNode) and node.start_mark.line + 1 == line]
    for node in nodes or listed.value[index : index + 1]:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            continue
        for key, value in node.value:
            if key.value in ("say", "narration"):
                stop = value.start_mark.index + len(source[value.start_mark.index : value.end_mark.index].rstrip("\n"))
                yield source[: value.start_mark.index] + quoted + source[stop:]
        key, value = node.value[0]
        if node.flow_style:
            yield source[: key.start_mark.index] + f"say: {quoted}, " + source[key.start_mark.index :]
        else:
            indent = "\n" + " " * key.start_mark.column
            stop = source.find("\n", value.end_mark.index)
            if value.end_mark.line == key.start_mark.line and stop >= 0:
                yield source[:stop] + f"{indent}say: {quoted}" + source[stop:]
            yield source[: key.start_mark.index] + f"say: {quoted}{indent}" + source[key.start_mark.index :]


def _in_json(source: str, scenes: Sequence[Scene], index: int, say: str) -> Iterator[str]:
    """Yield the document with the key `say` (or what else is spoken) of one scene set."""
    document = json.loads(source)
    listed = document.get("scenes") if isinstance(document, dict) else None
    if not isinstance(listed, list) or index >= len(listed) or not isinstance(listed[index], dict):
        return
    for key in ("narration", "say") if "narration" in listed[index] else ("say",):
        changed = [*listed[:index], {**listed[index], key: say}, *listed[index + 1 :]]
        yield json.dumps(document | {"scenes": changed}, ensure_ascii=False, indent=2) + "\n"
