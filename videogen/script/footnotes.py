"""Footnotes: each goes to the foot of the scenes in whose texts its mark stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from videogen.script import blocks
from videogen.script.models import NOT_SHOWN, Footnote, Scene

_MARK = re.compile(r"\[\^([^\]\[\s^`]{1,40})\]")
NOT_INLINE = NOT_SHOWN | {"code", "before", "after", "tex", "kind", "file", "csv", "footnotes", "alt"}


def noted(scenes: Sequence[Scene], footnotes: Sequence[blocks.FootnoteBlock]) -> list[Scene]:
    """Give each scene the notes that its texts refer to."""
    if not footnotes:
        return list(scenes)
    known = {note.mark: Footnote(mark=note.mark, text=note.text) for note in footnotes if note.text.strip()}
    result: list[Scene] = []
    for scene in scenes:
        notes = tuple(known[mark] for mark in marks_of(scene) if mark in known)
        result.append(scene.model_copy(update={"footnotes": notes}) if notes else scene)
    return result


def marks_of(scene: BaseModel) -> list[str]:
    """Return the marks in the texts of a scene, in order, each once."""
    return list(dict.fromkeys(mark for text in _texts(scene) for mark in _MARK.findall(text)))


def without_marks(text: str) -> str:
    """Return a text without the marks of footnotes, for a scene that has no room for them."""
    return _MARK.sub("", text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name, inner in value:
            if name not in NOT_INLINE:
                yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
