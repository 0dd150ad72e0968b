"""Box drawing and block characters as shapes that fill their cell to the edge, so that lines join whatever the line height.

The arms of U+2500 to U+257F are read from their Unicode names.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw

Weight = Literal["LIGHT", "HEAVY", "DOUBLE"]

FINE = 4
_ARMS = {"UP": "u", "DOWN": "d", "LEFT": "l", "RIGHT": "r", "VERTICAL": "ud", "HORIZONTAL": "lr"}
_WEIGHTS = {"LIGHT", "HEAVY", "DOUBLE", "SINGLE"}
_DASHES = {"DOUBLE DASH": 2, "TRIPLE DASH": 3, "QUADRUPLE DASH": 4}
_QUADRANTS = {"▘": "a", "▝": "b", "▖": "c", "▗": "d", "▚": "ad", "▞": "bc", "▙": "acd", "▛": "abc", "▜": "abd", "▟": "bcd"}
_SHADES = {"░": 64, "▒": 128, "▓": 192}


class BoxCharacter(NamedTuple):
    """A box drawing character: the weight of each arm (u, r, d, l), dashes in a cell, a round corner."""

    arms: dict[str, Weight]
    dashes: int = 0
    round: bool = False


def is_stroke(character: str) -> bool:
    """Return whether this module draws it."""
    return "\u2500" <= character <= "\u259f"


def has_arm(character: str, arm: str) -> bool:
    """Return whether a line goes from the middle of the character up (u), right (r), down (d) or left (l)."""
    return "\u2500" <= character <= "\u257f" and arm in parse(character).arms


@lru_cache(maxsize=2048)
def mask(character: str, width: int, height: int, stroke: int) -> Image.Image:
    """Return the coverage of a cell of that size in pixels, with light lines `stroke` pixels wide."""
    if character in "╱╲╳":
        return _diagonal(character, width, height, stroke)
    if character >= "\u2580":
        return _block(character, width, height)
    box = parse(character)
    return _arc(box, width, height, stroke) if box.round else _lines(box, width, height, stroke)


@lru_cache(maxsize=256)
def parse(character: str) -> BoxCharacter:
    """Return the arms of a box drawing character, from its name: BOX DRAWINGS LIGHT DOWN AND RIGHT, ...

    UP HEAVY AND DOWN HORIZONTAL LIGHT.
    """
    name = unicodedata.name(character).removeprefix("BOX DRAWINGS ")
    dashes = 0
    for dash, count in _DASHES.items():
        if dash in name:
            name, dashes = name.replace(dash, ""), count
    curved = "ARC" in name
    arms: dict[str, Weight] = {}
    weight = "LIGHT"
    for part in name.replace("ARC", "").split(" AND "):
        words = part.split()
        named = [word for word in words if word in _WEIGHTS]
        weight = named[0] if named else weight
        for word in words:
            for arm in _ARMS.get(word, ""):
                arms[arm] = {"LIGHT": "LIGHT", "SINGLE": "LIGHT", "HEAVY": "HEAVY", "DOUBLE": "DOUBLE"}[weight]  # type: ignore[assignment]
    return BoxCharacter(arms, dashes, curved)


def _lines(box: BoxCharacter, width: int, height: int, stroke: int) -> Image.Image:
    picture = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(picture)
    across = max((_reach(weight, stroke) for arm, weight in box.arms.items() if arm in "ud"), default=stroke)
    along = max((_reach(weight, stroke) for arm, weight in box.arms.items() if arm in "lr"), default=stroke)
    for arm, weight in box.arms.items():
        vertical = arm in "ud"
        span, breadth = (height, width) if vertical else (width, height)
        joint = along if vertical else across
        middle = (span - joint) // 2
        start, end = (0, middle + joint) if arm in "ul" else (middle, span)
        for side in (0,) if weight != "DOUBLE" else (-1, 1):
            thick = stroke * 2 if weight == "HEAVY" else stroke
            low = (breadth - thick) // 2 + side * stroke
            from_, to = _joined(box, arm, side, span, stroke) if weight == "DOUBLE" else (start, end)
            area = (low, from_, low + thick - 1, to - 1) if vertical else (from_, low, to - 1, low + thick - 1)
            if to > from_:
                draw.rectangle(area, fill=255)
    if box.dashes:
        _dash(picture, draw, box, width, height)
    return picture


def _reach(weight: Weight, stroke: int) -> int:
    """Return how wide an arm is in all."""
    return {"LIGHT": stroke, "HEAVY": 2 * stroke, "DOUBLE": 3 * stroke}[weight]


def _joined(box: BoxCharacter, arm: str, side: int, span: int, stroke: int) -> tuple[int, int]:
    """Return how far one line of a double arm goes: to the line that it crosses, or around the corner if only the other side has an arm."""
    sides = "lr" if arm in "ud" else "ud"
    near, far = (sides[0], sides[1]) if side < 0 else (sides[1], sides[0])
    opposite = {"u": "d", "d": "u", "l": "r", "r": "l"}[arm]
    centre = (span - stroke) // 2
    beyond = 0
    if near in box.arms:
        beyond = -stroke if box.arms[near] == "DOUBLE" else 0
    elif far in box.arms and opposite not in box.arms and box.arms[far] == "DOUBLE":
        beyond = stroke
    return (0, centre + stroke + beyond) if arm in "ul" else (centre - beyond, span)


def _dash(picture: Image.Image, draw: ImageDraw.ImageDraw, box: BoxCharacter, width: int, height: int) -> None:
    vertical = "u" in box.arms
    span = height if vertical else width
    gap = max(1, span // (box.dashes * 3))
    for n in range(box.dashes):
        at = (n + 1) * span // box.dashes - gap
        draw.rectangle((0, at, width, at + gap - 1) if vertical else (at, 0, at + gap - 1, height), fill=0)


def _arc(box: BoxCharacter, width: int, height: int, stroke: int) -> Image.Image:
    """Return a quarter of a circle from the middle of one edge to the middle of another, straight where the cell is longer than wide."""
    fine = Image.new("L", (width * FINE, height * FINE), 0)
    draw = ImageDraw.Draw(fine)
    x, y = (width - stroke) // 2 * FINE, (height - stroke) // 2 * FINE
    thick = stroke * FINE
    reach = min(width - (width - stroke) // 2, height - (height - stroke) // 2, (width + stroke) // 2, (height + stroke) // 2) * FINE
    right, down = "r" in box.arms, "d" in box.arms
    centre = (x + (reach if right else thick - reach), y + (reach if down else thick - reach))
    outer, inner = reach, reach - thick
    quarter = {(True, True): (180, 270), (False, True): (270, 360), (False, False): (0, 90), (True, False): (90, 180)}[right, down]
    for radius, fill in ((outer, 255), (inner, 0)):
        draw.pieslice((centre[0] - radius, centre[1] - radius, centre[0] + radius - 1, centre[1] + radius - 1), *quarter, fill=fill)
    top, bottom = (centre[1], height * FINE) if down else (0, centre[1])
    left, end = (centre[0], width * FINE) if right else (0, centre[0])
    if bottom > top:
        draw.rectangle((x, top, x + thick - 1, bottom - 1), fill=255)
    if end > left:
        draw.rectangle((left, y, end - 1, y + thick - 1), fill=255)
    return fine.resize((width, height), Image.Resampling.BOX)


def _diagonal(character: str, width: int, height: int, stroke: int) -> Image.Image:
    fine = Image.new("L", (width * FINE, height * FINE), 0)
    draw = ImageDraw.Draw(fine)
    if character in "╱╳":
        draw.line((0, height * FINE, width * FINE, 0), fill=255, width=stroke * FINE)
    if character in "╲╳":
        draw.line((0, 0, width * FINE, height * FINE), fill=255, width=stroke * FINE)
    return fine.resize((width, height), Image.Resampling.BOX)


def _block(character: str, width: int, height: int) -> Image.Image:
    picture = Image.new("L", (width, height), _SHADES.get(character, 0))
    for left, top, right, bottom in _filled(character):
        picture.paste(255, (round(left * width), round(top * height), round(right * width), round(bottom * height)))
    return picture


def _filled(character: str) -> list[tuple[float, float, float, float]]:
    """Return the filled parts of a block element, in shares of the cell."""
    if character == "▀":
        return [(0, 0, 1, 0.5)]
    if character == "▐":
        return [(0.5, 0, 1, 1)]
    if character == "▔":
        return [(0, 0, 1, 1 / 8)]
    if character == "▕":
        return [(7 / 8, 0, 1, 1)]
    if "▁" <= character <= "█":
        return [(0, 1 - (ord(character) - ord("▀")) / 8, 1, 1)]
    if "▉" <= character <= "▏":
        return [(0, 0, 1 - (ord(character) - ord("█")) / 8, 1)]
    corners = {"a": (0, 0, 0.5, 0.5), "b": (0.5, 0, 1, 0.5), "c": (0, 0.5, 0.5, 1), "d": (0.5, 0.5, 1, 1)}
    return [corners[corner] for corner in _QUADRANTS.get(character, "")]
