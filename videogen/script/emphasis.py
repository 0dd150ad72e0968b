"""Words that a scene emphasises, bold, in italics or marked, and where they stand in what is spoken of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from videogen.script import inline
from videogen.script.models import Scene
from videogen.script.stress_marks import STRESS, STRESS_END

WORDS_MAX = 4
"""Words of what can be stressed: of more, none would stand out."""

_PROSE_FIELDS = frozenset(("paragraphs", "items", "lead", "text", "steps", "columns", "question", "explanation", "events", "caption"))
_NOT_READ_OUT = frozenset(("code", "code_comparison", "command", "diagram", "equation", "table", "chart"))


class Emphasis(NamedTuple):
    """Words that are emphasised, and the word before them, which tells them from the same words elsewhere; empty at the beginning."""

    words: str
    before: str


def emphases(scene: Scene) -> list[Emphasis]:
    """Return what a scene emphasises in what is said of it."""
    texts = [scene.say] if scene.say is not None else _prose(scene)
    return [emphasis for text in texts if "*" in text or "_" in text or "==" in text or "<" in text for emphasis in _of_text(text)]


def _prose(scene: Scene) -> Iterator[str]:
    """Yield the texts of a scene that are read out."""
    waiting: list[object] = [] if scene.kind in _NOT_READ_OUT else [getattr(scene, name, "") for name in sorted(_PROSE_FIELDS)]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            waiting[:0] = value
        elif isinstance(value, BaseModel):
            waiting[:0] = [getattr(value, name) for name in type(value).model_fields if name in _PROSE_FIELDS]


def _of_text(text: str) -> Iterator[Emphasis]:
    """Yield the emphasised words of a text; none for a label before a colon, and none where all of the text is emphasised."""
    before = ""
    runs = inline.runs(text)
    plain = "".join(run.text for run in runs)
    for n, run in enumerate(runs):
        words = run.text.strip(" \n.,;:!?")
        is_emphasised = (run.bold or run.italic or run.marked) and not (run.code or run.whole or run.above or run.below)
        following = "".join(later.text for later in runs[n + 1 :]).lstrip()
        is_label = run.text.rstrip().endswith(":") or (not before.strip() and following.startswith((":", "\uff1a")))
        if is_emphasised and not is_label and 0 < len(words.split()) <= WORDS_MAX and re.search(r"\w", plain.replace(words, "", 1)):
            yield Emphasis(words, (before.split() or [""])[-1])
        before += run.text


def stressed(sentences: Sequence[str], scene: Scene) -> tuple[str, ...]:
    """Return sentences as spoken with marks around the words that the scene emphasises; none where these cannot be told from others."""
    spoken = list(sentences)
    for words, before in emphases(scene):
        pattern = re.compile(rf"(?<![\w{STRESS}]){re.escape(words)}(?![\w{STRESS_END}])")
        places = [(n, match) for n, sentence in enumerate(spoken) for match in pattern.finditer(sentence)]
        if len(places) > 1:
            places = [(n, match) for n, match in places if (spoken[n][: match.start()].split() or [""])[-1] == before]
        if len(places) == 1:
            ((n, match),) = places
            spoken[n] = f"{spoken[n][: match.start()]}{STRESS}{match.group()}{STRESS_END}{spoken[n][match.end() :]}"
    return tuple(spoken)
