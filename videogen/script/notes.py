"""Notes to the speaker: comments such as `<!-- say: ... -->` that say of a scene what its text does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, get_args

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.script import languages
from videogen.script.blocks import COLUMN, LANGUAGE, PRESENTER, Note
from videogen.script.models import layout_name
from videogen.script.pronunciation import as_written
from videogen.script.spoken_text import phrase
from videogen.script.video_options import Motion, Transition

Fields = Mapping[str, Any]
"""Fields of a scene, by name."""

PAUSE_MAX_S = 60.0
DURATION_MAX_S = 3600.0
_BULLET = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)]|#{1,6})\s+")
_NOT_SPOKEN = re.compile(r"\s*(?:```|~~~|:::|(?:-{3,}|\*{3,})\s*$)")
_SECONDS = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?|[.,]\d{1,3})\s*(?:s|sec|seconds?)?", re.IGNORECASE)


def fields(note: Note) -> dict[str, Any]:
    """Return the fields of a scene that a note sets. Raises BadScript for what cannot be used."""
    if note.name == "pause":
        return {"pause_s": _seconds(note, 1.0, PAUSE_MAX_S)}
    if note.name == "duration":
        return {"duration_s": _seconds(note, None, DURATION_MAX_S)}
    if note.name == "transition":
        return {"transition": _one_of(note, get_args(Transition))}
    if note.name == "motion":
        return {"motion": _one_of(note, get_args(Motion))}
    if note.name == "layout":
        return {"layout": layout_name(note.text)}
    if note.name == PRESENTER:
        return {"say": as_spoken(note.text)}
    if note.name == LANGUAGE:
        tag = language_of(note)
        return {"lang": tag} if tag else {}
    return {} if note.name == COLUMN else {note.name: note.text}


def language_of(note: Note) -> str | None:
    """Return the tag of the language that a note names; None for one that is not known here, such as that of a program."""
    tag = languages.tag_of(note.text)
    return tag if tag and languages.primary(tag) in languages.LANGUAGES else None


def as_spoken(text: str) -> str:
    """Return a presenter's note as spoken. It may be written in Markdown."""
    rows = [row for row in text.splitlines() if not _NOT_SPOKEN.match(row)]
    lines = [_BULLET.sub("", row).strip() for row in rows]
    starts = [n for n, row in enumerate(rows) if not row.strip() or _BULLET.match(row)]
    bounds = [0, *(n for n in starts if n), len(lines)]
    return " ".join(filter(None, (as_written(phrase(" ".join(lines[start:end]).strip())) for start, end in pairwise(bounds))))


def joined(*parts: Fields) -> dict[str, Any]:
    """Merge notes of one scene: words in order, pauses added up, of all else the last."""
    merged: dict[str, Any] = {}
    for name, value in (item for fields in parts for item in fields.items()):
        if value is None or (value == "" and name != "say"):
            continue
        if name == "say":
            value = f"{merged.get('say') or ''} {value}".strip()
        elif name == "pause_s":
            value = min(merged.get("pause_s", 0.0) + value, PAUSE_MAX_S)
        merged[name] = value
    return merged


def of_blocks(content: Iterable[object]) -> dict[str, Any]:
    """Merge the notes among some blocks."""
    return joined(*(fields(block) for block in content if isinstance(block, Note)))


def _one_of(note: Note, names: Sequence[str]) -> str:
    name = note.text.strip().lower()
    if name not in names:
        message = f"the note {note.name} needs one of {', '.join(names)}"
        raise BadScript(f"Line {note.line}: {message}.", diagnostics=[Diagnostic(message, line=note.line)])
    return name


def _seconds(note: Note, default: float | None, most: float) -> float:
    if not note.text and default is not None:
        return default
    match = _SECONDS.fullmatch(note.text)
    seconds = float(match[1].replace(",", ".")) if match else 0.0
    if not 0 < seconds <= most:
        message = f"the note {note.name} needs seconds, such as 1.5, up to {most:g}"
        raise BadScript(f"Line {note.line}: {message}.", diagnostics=[Diagnostic(message, line=note.line)])
    return seconds
