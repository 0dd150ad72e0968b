"""Writing direction: the embedding level of each character of a line of text, and the visual order of what it is made of.

The Unicode Bidirectional Algorithm (UAX 9) without explicit embeddings, isolates and bracket pairs, which the text never holds when it
comes here: `text.clean` takes direction controls out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_RIGHT = frozenset({"R", "AL"})
_NUMBER = frozenset({"EN", "AN"})
_STRONG = frozenset({"L", "R"})


def is_right_to_left(text: str) -> bool:
    """Whether the first strong character of a text is written from right to left (UAX 9, P2 and P3)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in _RIGHT:
            return True
    return False


def levels(text: str) -> list[int]:
    """The embedding level of each character: even is left to right, odd right to left."""
    if text.isascii():
        return [0] * len(text)
    base = int(is_right_to_left(text))
    types = [unicodedata.bidirectional(character) for character in text]
    if base == 0 and not any(kind in ("R", "AL", "AN") for kind in types):
        return [0] * len(types)
    edge = "R" if base else "L"
    _resolve_weak(types, edge)
    _resolve_neutral(types, edge)
    return [_level(kind, base) for kind in types]


def visual_order(of: Sequence[int]) -> list[int]:
    """Positions in the order in which they stand from left to right, for the levels of a line (UAX 9, L2)."""
    order = list(range(len(of)))
    for level in range(max(of, default=0), 0, -1):
        start = 0
        while start < len(order):
            if of[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and of[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end
    return order


def _resolve_weak(types: list[str], edge: str) -> None:
    """Rules W1 to W7, in place: what is left is L, R, EN, AN or neutral (ON)."""
    strong, before = edge, edge
    for i, kind in enumerate(types):
        if kind == "NSM":
            kind = before
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            kind = "AN"
        types[i] = before = kind
    for i, kind in enumerate(types):
        after = types[i + 1] if i + 1 < len(types) else edge
        previous = types[i - 1] if i else edge
        if kind in ("ES", "CS") and previous == after and previous in _NUMBER and not (kind == "ES" and previous == "AN"):
            types[i] = previous
    for i, kind in enumerate(types):
        if kind == "ET" and i and types[i - 1] == "EN":
            types[i] = "EN"
    for i in range(len(types) - 2, -1, -1):
        if types[i] == "ET" and types[i + 1] == "EN":
            types[i] = "EN"
    strong = edge
    for i, kind in enumerate(types):
        if kind == "AL":
            kind = "R"
        if kind in _STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            kind = "L"
        elif kind not in _NUMBER:
            kind = "ON"
        types[i] = kind


def _resolve_neutral(types: list[str], edge: str) -> None:
    """Rules N1 and N2, in place: neutrals take the direction on both sides when it is the same, else the text's."""
    start = 0
    while start < len(types):
        if types[start] != "ON":
            start += 1
            continue
        end = start
        while end < len(types) and types[end] == "ON":
            end += 1
        before = _side(types[start - 1]) if start else edge
        after = _side(types[end]) if end < len(types) else edge
        types[start:end] = [before if before == after else edge] * (end - start)
        start = end


def _side(kind: str) -> str:
    return "R" if kind in _NUMBER else kind


def _level(kind: str, base: int) -> int:
    if kind == "R":
        return 1
    if kind in _NUMBER:
        return 2
    return 0 if base == 0 else 2
