"""Writing direction: the embedding level of each character of a text, and the visual order of what it is made of.

The Unicode Bidirectional Algorithm (UAX 9, https://www.unicode.org/reports/tr9/), whole; the names of rules in comments are its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MOST_DEPTH = 125
MOST_OPEN_BRACKETS = 63

_EMBEDDINGS = {"RLE": (1, None), "LRE": (0, None), "RLO": (1, "R"), "LRO": (0, "L")}
"""Parity of the level, and what is overridden with."""
_ISOLATES = frozenset({"LRI", "RLI", "FSI"})
_REMOVED = frozenset({*_EMBEDDINGS, "PDF", "BN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "PDI", *_ISOLATES})
_TURNING = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI", "FSI"})
"""A text without any of these is written from left to right throughout."""

BRACKETS = (
    "()[]{}༺༻༼༽᚛᚜⁅⁆⁽⁾₍₎⌈⌉⌊⌋〈〉❨❩❪❫❬❭❮❯❰❱❲❳❴❵⟅⟆⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦏⦎"
    "⦑⦒⦓⦔⦕⦖⦗⦘⧘⧙⧚⧛⧼⧽⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞（）［］｛｝｟｠｢｣"
)
"""Opening and closing brackets in pairs (BidiBrackets.txt; a test compares them)."""
_CLOSING = dict(zip(BRACKETS[::2], BRACKETS[1::2], strict=True))
_CANONICAL = {"\u2329": "\u3008", "\u232a": "\u3009"}


class _Status(NamedTuple):
    """An entry of the stack of embeddings (X1)."""

    level: int
    override: str | None
    isolate: bool


def is_right_to_left(text: str) -> bool:
    """Tell whether the first strong character of a text, outside of isolates, is written from right to left (P2 and P3)."""
    return not text.isascii() and _base([unicodedata.bidirectional(character) for character in text]) == 1


def levels(text: str) -> list[int]:
    """Return the embedding level of each character of a text of one paragraph: even is left to right, odd right to left."""
    if text.isascii():
        return [0] * len(text)
    types = [unicodedata.bidirectional(character) for character in text]
    if _TURNING.isdisjoint(types):
        return [0] * len(text)
    return resolved(types, _base(types), text)


def visual_order(of: Sequence[int]) -> list[int]:
    """Return positions in the order in which they stand from left to right, for the levels of a line (L2)."""
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


def resolved(types: Sequence[str], base: int, text: str = "") -> list[int]:
    """Return the level of each character of a paragraph of one line, of which the bidirectional classes and the base level are given.

    The brackets are read from `text`; without one there are none. Controls, which are not shown, get a level of what is around them.
    """
    pairs = _matching_isolates(types)
    depths, classes = _explicit(types, base, pairs)
    sequences = [_Sequence(positions, types, depths, classes, base, text, pairs) for positions in _sequences(types, depths, pairs)]
    for sequence in sequences:
        sequence.resolve()
    _reset_white_space(types, depths, base)
    return depths


def _base(types: Sequence[str], start: int = 0, end: int | None = None, pairs: dict[int, int] | None = None) -> int:
    """Return the level that the first strong character asks for, 0 without one (P2, P3)."""
    pairs = _matching_isolates(types) if pairs is None else pairs
    end = len(types) if end is None else end
    at = start
    while at < end:
        if types[at] in ("L", "R", "AL"):
            return int(types[at] != "L")
        at = pairs.get(at, end) if types[at] in _ISOLATES else at + 1
    return 0


def _matching_isolates(types: Sequence[str]) -> dict[int, int]:
    """Return the position of the PDI that ends each isolate, by the position where it begins (BD9)."""
    matches: dict[int, int] = {}
    open_: list[int] = []
    for at, kind in enumerate(types):
        if kind in _ISOLATES:
            open_.append(at)
        elif kind == "PDI" and open_:
            matches[open_.pop()] = at
    return matches


def _explicit(types: Sequence[str], base: int, pairs: dict[int, int]) -> tuple[list[int], list[str]]:
    """Return the levels that embeddings and isolates give, and the classes after overrides (X1 to X8)."""
    stack = [_Status(base, None, False)]
    too_many_isolates = too_many_embeddings = isolates = 0
    depths: list[int] = []
    classes = list(types)
    for at, kind in enumerate(types):
        if kind == "PDI":
            if too_many_isolates:
                too_many_isolates -= 1
            elif isolates:
                too_many_embeddings = 0
                while not stack.pop().isolate:
                    pass
                isolates -= 1
        elif kind == "PDF":
            if too_many_isolates:
                pass
            elif too_many_embeddings:
                too_many_embeddings -= 1
            elif len(stack) > 1 and not stack[-1].isolate:
                stack.pop()
        now = stack[-1]
        depths.append(base if kind == "B" else now.level)
        if now.override and kind not in _REMOVED and kind != "B":
            classes[at] = now.override
        if kind in _EMBEDDINGS:
            parity, override = _EMBEDDINGS[kind]
            deeper = _next_level(now.level, parity)
            if deeper <= MOST_DEPTH and not too_many_isolates and not too_many_embeddings:
                stack.append(_Status(deeper, override, False))
            elif not too_many_isolates:
                too_many_embeddings += 1
        elif kind in _ISOLATES:
            rightward = kind == "RLI" or (kind == "FSI" and _base(types, at + 1, pairs.get(at), pairs) == 1)
            deeper = _next_level(now.level, int(rightward))
            if deeper <= MOST_DEPTH and not too_many_isolates and not too_many_embeddings:
                isolates += 1
                stack.append(_Status(deeper, None, True))
            else:
                too_many_isolates += 1
    return depths, classes


def _next_level(level: int, parity: int) -> int:
    return level + 1 if (level + 1) % 2 == parity else level + 2


def _sequences(types: Sequence[str], depths: Sequence[int], pairs: dict[int, int]) -> Iterator[list[int]]:
    """Yield the positions of each isolating run sequence (X9, X10, BD13)."""
    runs: list[list[int]] = []
    for at, kind in enumerate(types):
        if kind in _REMOVED:
            continue
        if runs and depths[runs[-1][-1]] == depths[at]:
            runs[-1].append(at)
        else:
            runs.append([at])
    beginning = {run[0]: run for run in runs}
    continued = set(pairs.values())
    for run in runs:
        if run[0] in continued:
            continue
        positions = list(run)
        while (following := pairs.get(positions[-1])) is not None and following in beginning:
            positions.extend(beginning[following])
        yield positions


class _Sequence:
    """One isolating run sequence: `places` in the text, and a class for each, which the rules W1 to N2 change."""

    def __init__(
        self,
        positions: list[int],
        types: Sequence[str],
        depths: list[int],
        classes: Sequence[str],
        base: int,
        text: str,
        pairs: dict[int, int],
    ) -> None:
        self.places, self.depths, self.text = positions, depths, text
        self.kinds = [classes[at] for at in positions]
        self.was_mark = [kind == "NSM" for kind in self.kinds]
        self.level = depths[positions[0]]
        before = next((depths[at] for at in range(positions[0] - 1, -1, -1) if types[at] not in _REMOVED), base)
        after = next((depths[at] for at in range(positions[-1] + 1, len(types)) if types[at] not in _REMOVED), base)
        if types[positions[-1]] in _ISOLATES:
            after = base if positions[-1] not in pairs else after
        self.start = "R" if max(self.level, before) % 2 else "L"
        self.end = "R" if max(self.level, after) % 2 else "L"
        self.own = "R" if self.level % 2 else "L"

    def resolve(self) -> None:
        self._weak()
        if self.text:
            self._brackets()
        self._neutral()
        for at, kind in zip(self.places, self.kinds, strict=True):
            if self.level % 2:
                self.depths[at] = self.level + (kind != "R")  # I2
            else:
                self.depths[at] = self.level + {"L": 0, "R": 1}.get(kind, 2)  # I1

    def _weak(self) -> None:
        """Resolve weak types by rules W1 to W7."""
        kinds = self.kinds
        strong = before = self.start
        for i, kind in enumerate(kinds):
            if kind == "NSM":
                kind = "ON" if before == "PDI" or before in _ISOLATES else before
            if kind in ("L", "R", "AL"):
                strong = kind
            if kind == "EN" and strong == "AL":
                kind = "AN"
            kinds[i] = before = kind
        for i, kind in enumerate(kinds):
            if kind == "AL":
                kinds[i] = "R"
        for i in range(1, len(kinds) - 1):
            number = kinds[i - 1]
            if number == kinds[i + 1] and ((kinds[i] == "ES" and number == "EN") or (kinds[i] == "CS" and number in ("EN", "AN"))):
                kinds[i] = number
        for i in range(1, len(kinds)):
            if kinds[i] == "ET" and kinds[i - 1] == "EN":
                kinds[i] = "EN"
        for i in range(len(kinds) - 2, -1, -1):
            if kinds[i] == "ET" and kinds[i + 1] == "EN":
                kinds[i] = "EN"
        strong = self.start
        for i, kind in enumerate(kinds):
            if kind in ("ES", "ET", "CS"):
                kinds[i] = "ON"
            elif kind in ("L", "R"):
                strong = kind
            elif kind == "EN" and strong == "L":
                kinds[i] = "L"

    def _brackets(self) -> None:
        """Resolve bracket pairs to one direction (N0)."""
        for opening, closing in self._pairs():
            inside = {_side(kind) for kind in self.kinds[opening + 1 : closing]}
            if self.own in inside:
                direction = self.own
            elif inside & {"L", "R"}:
                earlier = (_side(kind) for kind in reversed(self.kinds[:opening]))
                context = next((side for side in earlier if side in ("L", "R")), self.start)
                direction = context  # the opposite one where it is established before the pair, else the sequence's own
            else:
                continue
            for position in (opening, closing):
                self.kinds[position] = direction
                follower = position + 1
                while follower < len(self.kinds) and self.was_mark[follower]:
                    self.kinds[follower] = direction
                    follower += 1

    def _pairs(self) -> list[tuple[int, int]]:
        """Return the bracket pairs, by their opening ones (BD16)."""
        bracket_pairs: list[tuple[int, int]] = []
        open_: list[tuple[str, int]] = []
        for i, at in enumerate(self.places):
            if self.kinds[i] != "ON":
                continue
            character = _CANONICAL.get(self.text[at], self.text[at])
            if character in _CLOSING:
                if len(open_) == MOST_OPEN_BRACKETS:
                    return []
                open_.append((_CLOSING[character], i))
                continue
            for depth in range(len(open_) - 1, -1, -1):
                if open_[depth][0] == character:
                    bracket_pairs.append((open_[depth][1], i))
                    del open_[depth:]
                    break
        return sorted(bracket_pairs)

    def _neutral(self) -> None:
        """Resolve neutrals (N1, N2): they take the direction of both sides if it is the same, else that of the sequence."""
        kinds = self.kinds
        start = 0
        while start < len(kinds):
            if kinds[start] not in _NEUTRAL:
                start += 1
                continue
            end = start
            while end < len(kinds) and kinds[end] in _NEUTRAL:
                end += 1
            before = _side(kinds[start - 1]) if start else self.start
            after = _side(kinds[end]) if end < len(kinds) else self.end
            kinds[start:end] = [before if before == after else self.own] * (end - start)
            start = end


def _side(kind: str) -> str:
    return "R" if kind in ("EN", "AN") else kind


def _reset_white_space(types: Sequence[str], depths: list[int], base: int) -> None:
    """Set white space at the end of a line, and before a separator, to the level of the paragraph (L1)."""
    trailing = True
    for at in range(len(types) - 1, -1, -1):
        kind = types[at]
        if kind in ("B", "S"):
            depths[at], trailing = base, True
        elif kind == "WS" or kind == "PDI" or kind in _ISOLATES or kind in _REMOVED:
            if trailing:
                depths[at] = base
        else:
            trailing = False
