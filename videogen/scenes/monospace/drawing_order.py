"""The order in which a drawing of characters is drawn: boxes as they are read, each line before the box that it leads to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from videogen.scenes.monospace import box_drawing
from videogen.scenes.monospace.cell_grid import Cell

MOST_CELLS = 20_000
NEAR = 2
"""A label stands within so many columns of the line that it belongs to."""

Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(frozen=True)
class DrawnPart:
    """A box with its words, a line, or words by themselves: its cells with how far along each is drawn, 0 to 1, and its words.

    `joins` are the numbers of the boxes that a line touches, among all parts.
    """

    cells: tuple[tuple[Place, float], ...]
    words: str = ""
    joins: tuple[int, ...] = ()


@dataclass(frozen=True)
class DrawnBox:
    """A rectangle of lines: its edges are part of it."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, place: Place) -> bool:
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right

    def has_on_edge(self, place: Place) -> bool:
        return self.holds(place) and (place[0] in (self.top, self.bottom) or place[1] in (self.left, self.right))

    @property
    def size(self) -> int:
        return (self.bottom - self.top) * (self.right - self.left)


def drawn_parts(rows: Sequence[Sequence[Cell]]) -> list[DrawnPart]:
    """Return the parts of a drawing in their order; without boxes its rows, from top to bottom."""
    at = {place: cell for place, cell in _places(rows) if cell.cluster != " "}
    boxes = list(_boxes(at)) if len(at) <= MOST_CELLS else []
    if not boxes:
        return [_row(n, at) for n in sorted({row for row, _ in at})]
    boxes = _in_reading_order(boxes)
    owners = {place: min((box for box in boxes if box.holds(place)), key=lambda box: box.size, default=None) for place in at}
    plain = {box for box in boxes if not any(other != box and box.holds((other.top, other.left)) for other in boxes)}
    edges = {place for place in at if any(box.has_on_edge(place) for box in boxes)}
    lines = {place for place, box in owners.items() if place not in edges and box not in plain and _is_line(at, place)}
    loose = {place for place, box in owners.items() if place not in edges and box is None} - lines
    numbered: list[tuple[float, int, DrawnPart]] = []
    for n, box in enumerate(boxes):
        edge = [place for place in edges if box.has_on_edge(place)]
        inner = sorted(place for place, owner in owners.items() if owner == box and place not in edges | lines)
        numbered.append((n, 0, _box_part(box, edge, inner, at)))
    for group in _groups(lines):
        near = {other for place in group for other in _around(place)}
        touched = tuple(n for n, box in enumerate(boxes) if any(box.has_on_edge(place) for place in near))
        begin = _begin(group, boxes[touched[0]] if touched else None)
        number = (touched[-1] - 0.5) if len(touched) > 1 else touched[0] + 0.25 if touched else _number_before(group, boxes)
        numbered.append((number, 1, DrawnPart(tuple(_along(group, begin)), joins=touched)))
    for words in _words({place: at[place] for place in loose}):
        number, joins = _beside(words, numbered) or (_number_before(set(words), boxes), ())
        text = "".join(at[place].cluster for place in words)
        numbered.append((number, 2, DrawnPart(tuple((place, n / len(words)) for n, place in enumerate(words)), text, joins)))
    ordered = sorted(numbered, key=lambda one: one[:2])
    places = {int(number): n for n, (number, rank, _) in enumerate(ordered) if rank == 0}
    return [replace(part, joins=tuple(places[box] for box in part.joins)) for _, _, part in ordered]


def _places(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[Place, Cell]]:
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            yield (number, column), cell
            column += cell.columns


def _row(number: int, at: Mapping[Place, Cell]) -> DrawnPart:
    places = sorted(place for place in at if place[0] == number)
    return DrawnPart(tuple((place, n / len(places)) for n, place in enumerate(places)), "".join(at[place].cluster for place in places))


def _is_line(at: Mapping[Place, Cell], place: Place) -> bool:
    first = at[place].cluster[0]
    if box_drawing.is_stroke(first) or "\u2190" <= first <= "\u21ff" or "\u25a0" <= first <= "\u25ff":
        return True
    row, column = place
    beside = (at[other].cluster[0] for other in ((row, column - 1), (row, column + 1)) if other in at)
    return first in "<>^v|-+/\\" and not any(map(str.isalnum, beside))


def _arm(at: Mapping[Place, Cell], place: Place, arms: str) -> bool:
    cell = at.get(place)
    return cell is not None and all(box_drawing.has_arm(cell.cluster[0], arm) for arm in arms)


def _boxes(at: Mapping[Place, Cell]) -> Iterator[DrawnBox]:
    """Yield the closed rectangles, each found from its upper left corner."""
    for top, left in sorted(at):
        if not _arm(at, (top, left), "rd") or _arm(at, (top, left), "l") or _arm(at, (top, left), "u"):
            continue
        right = left + 1
        while _arm(at, (top, right), "l"):
            if _arm(at, (top, right), "d") and (bottom := _bottom(at, top, left, right)) is not None:
                yield DrawnBox(top, left, bottom, right)
                break
            if not _arm(at, (top, right), "r"):
                break
            right += 1


def _bottom(at: Mapping[Place, Cell], top: int, left: int, right: int) -> int | None:
    """Return the row in which a rectangle with such a top is closed; None if it is not."""
    row = top + 1
    while _arm(at, (row, left), "u") and _arm(at, (row, right), "u"):
        closes = _arm(at, (row, left), "r") and _arm(at, (row, right), "l")
        if closes and all(_arm(at, (row, column), "lr") for column in range(left + 1, right)):
            return row
        if not (_arm(at, (row, left), "d") and _arm(at, (row, right), "d")):
            return None
        row += 1
    return None


def _in_reading_order(boxes: Sequence[DrawnBox]) -> list[DrawnBox]:
    """Return boxes line by line: those that overlap in height with the first of a line, and stand in no other, belong to it."""
    waiting = sorted(boxes, key=lambda box: (box.top, box.left))
    ordered: list[DrawnBox] = []
    while waiting:
        first = waiting[0]
        line = [box for box in waiting if box.top <= (first.top + first.bottom) / 2 and not _is_within(box, waiting)]
        line = line or [first]
        ordered += sorted(line, key=lambda box: box.left)
        waiting = [box for box in waiting if box not in line]
    return ordered


def _is_within(box: DrawnBox, others: Sequence[DrawnBox]) -> bool:
    return any(other != box and other.holds((box.top, box.left)) and other.holds((box.bottom, box.right)) for other in others)


def _box_part(box: DrawnBox, edge: Sequence[Place], inner: Sequence[Place], at: Mapping[Place, Cell]) -> DrawnPart:
    """Return a box, whose edge is drawn from its upper left corner to the opposite one, and then its words."""
    reach = max(1, box.bottom - box.top + box.right - box.left)
    line = [(place, 0.6 * (place[0] - box.top + place[1] - box.left) / reach) for place in edge]
    words = [(place, 0.6 + 0.4 * n / max(1, len(inner))) for n, place in enumerate(inner)]
    text = ""
    last: Place | None = None
    for place in inner:
        text += (" " if last and (place[0] != last[0] or place[1] > last[1] + at[last].columns) else "") + at[place].cluster
        last = place
    return DrawnPart((*line, *words), text)


def _around(place: Place) -> Iterator[Place]:
    row, column = place
    return ((row + down, column + across) for down in (-1, 0, 1) for across in (-1, 0, 1) if down or across)


def _groups(places: set[Place]) -> Iterator[set[Place]]:
    """Yield the groups of places that touch."""
    left = set(places)
    while left:
        group, waiting = set(), [min(left)]
        while waiting:
            place = waiting.pop()
            if place in left:
                left.discard(place)
                group.add(place)
                waiting += _around(place)
        yield group


def _begin(group: set[Place], box: DrawnBox | None) -> Place:
    """Return the place of a line that touches a box, or else its first."""
    touching = [place for place in group if box is not None and any(box.has_on_edge(other) for other in _around(place))]
    return min(touching or group)


def _along(group: set[Place], begin: Place) -> list[tuple[Place, float]]:
    """Return the places of a line by their distance from its beginning, along it."""
    distance, waiting = {begin: 0}, deque([begin])
    while waiting:
        place = waiting.popleft()
        for other in _around(place):
            if other in group and other not in distance:
                distance[other] = distance[place] + 1
                waiting.append(other)
    most = max(distance.values())
    return sorted(((place, steps / (most + 1)) for place, steps in distance.items()), key=lambda one: one[1])


def _number_before(group: set[Place], boxes: Sequence[DrawnBox]) -> float:
    """Return the number of the last box that begins above or left of something."""
    first = min(group)
    return max((n for n, box in enumerate(boxes) if (box.top, box.left) <= first), default=-1) + 0.3


def _words(cells: Mapping[Place, Cell]) -> Iterator[list[Place]]:
    """Yield the places of each stretch of words in a row."""
    stretch: list[Place] = []
    for place in sorted(cells):
        if stretch and (place[0] != stretch[-1][0] or place[1] > stretch[-1][1] + cells[stretch[-1]].columns + 1):
            yield stretch
            stretch = []
        stretch.append(place)
    if stretch:
        yield stretch


def _beside(words: Sequence[Place], numbered: Sequence[tuple[float, int, DrawnPart]]) -> tuple[float, tuple[int, ...]] | None:
    """Return the number of the line that words stand beside, and the boxes that it joins, so that they come with it."""
    row, (left, right) = words[0][0], (words[0][1], words[-1][1])
    for number, rank, part in numbered:
        if rank == 1 and any(abs(r - row) <= 1 and left - NEAR <= column <= right + NEAR for (r, column), _ in part.cells):
            return number, part.joins
    return None
