"""When the points of a list come in: each as its first word is spoken."""

from __future__ import annotations

from collections.abc import Sequence

from videogen.scenes.clip import Timing
from videogen.script import inline
from videogen.script.models import ListItem, ListScene
from videogen.script.sentences import sentences


def spoken_from(scene: ListScene, timing: Timing) -> list[float] | None:
    """The second at which each item begins to be spoken; None when the narration is not the list's own, or there is none.

    The sentences heard are matched with those that the list suggests, with its heading or without; where their number is another one,
    time is shared out by length.
    """
    if scene.say is not None or not timing.sentences or not scene.items:
        return None
    heading, lead = _said(scene.heading), _said(scene.lead)
    items = [_said_point(item) for item in scene.items]
    for opening in ([heading, lead], [lead]):
        before = [part for part in opening if part]
        heard = sentences(" ".join([*before, *(item for item in items if item)]))
        if len(heard) == len(timing.sentences):
            return _starts(before, items, heard, timing.sentences)
    start, end = timing.sentences[0][0], timing.sentences[-1][1]
    before = [part for part in (heading, lead) if part]
    text = " ".join([*before, *(item for item in items if item)])
    return _starts(before, items, (text,), ((start, end),))


def _starts(before: Sequence[str], items: Sequence[str], heard: Sequence[str], spans: Sequence[tuple[float, float]]) -> list[float]:
    """Where each item begins, told from its place among the characters of all that is heard."""
    ends: list[int] = []
    at = 0
    for sentence in heard:
        at += len(_packed(sentence))
        ends.append(at)
    place = sum(len(_packed(part)) for part in before)
    starts: list[float] = []
    for item in items:
        n = next((n for n, end in enumerate(ends) if place < end), len(ends) - 1)
        first = ends[n - 1] if n else 0
        share = min(1.0, (place - first) / max(1, ends[n] - first))
        starts.append(spans[n][0] + share * (spans[n][1] - spans[n][0]))
        place += len(_packed(item))
    return starts


def _packed(text: str) -> str:
    return "".join(text.split())


def _said(text: str) -> str:
    said = inline.spoken(text).strip()
    return said if not said or said.endswith((".", "!", "?", ":", "…")) else f"{said}."


def _said_point(item: ListItem) -> str:
    said = _said(item.text)
    return f"{item.number}. {said}" if item.number is not None and said else said
