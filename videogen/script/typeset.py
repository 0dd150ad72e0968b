"""TeX formulas as outlines: ziamath sets them in STIX Two, without an installation of TeX. The only module that imports it."""

from __future__ import annotations

import html
import logging
import math
import re
import warnings
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from itertools import pairwise
from typing import Any

CHARACTERS_MAX = 3000
DEPTH_MAX = 24
"""Braces, environments and delimiters that may stand inside of one another."""
EM = 100.0
"""Size in which outlines are measured."""
WIDTH_MAX = 200 * EM

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_PATH = re.compile(r"[MLQCZHV][^MLQCZHV]*")
_NESTING = re.compile(r"\\[{}]|\\begin|\\left(?![a-z])|[{]|\\end|\\right(?![a-z])|[}]")
_STEPS = 6
"""Straight lines that a curve is drawn with."""

_OF_LIBRARIES = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, StopIteration, SyntaxError, TypeError, ValueError
)  # fmt: skip
"""What the libraries raise on TeX that they do not understand; SyntaxError is XML's."""

_MEASURE = "_get_height_nostretch"

Contour = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Outline:
    """A formula's shapes, in hundredths of its type size: each some closed contours, filled by the even-odd rule.

    The baseline is at y = 0, and y grows downwards. `width` is the advance, from x = 0.
    """

    shapes: tuple[tuple[Contour, ...], ...]
    width: float
    rise: float
    depth: float


class CannotBeSet(Exception):
    """The formula has something that cannot be set; the message says what, as part of a sentence."""


@lru_cache(maxsize=1024)
def outline(tex: str, display: bool) -> Outline:
    """Set one line of TeX without its dollar signs; `display` sets sums and fractions large. Raises CannotBeSet."""
    if len(tex) > CHARACTERS_MAX:
        raise CannotBeSet(f"a formula may have {CHARACTERS_MAX} characters, this one has {len(tex)}")
    if _depth(tex) > DEPTH_MAX:
        raise CannotBeSet("the formula nests too deep")
    if not tex.strip():
        return Outline((), 0.0, 0.0, 0.0)
    return _drawn(tex, display)


@cache
def _library() -> tuple[Any, tuple[type[Exception], ...]]:
    """Load ziamath, and return its module and what it may raise. It is slow to import, and few scripts have formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they use what is deprecated
        from latex2mathml import exceptions
        from ziamath import operators, styles, zmath
        from ziamath.config import config
        from ziamath.nodes.mrow import Mrow

    own = [one for one in vars(exceptions).values() if isinstance(one, type) and issubclass(one, Exception)]
    config.svg2 = False
    logging.getLogger("ziafont").setLevel(logging.CRITICAL)
    fixed = frozenset(name for name, _ in operators.operators) - {
        name for (name, _), about in operators.operators.items() if about.get("stretchy", "false") != "false"
    }
    setattr(Mrow, _MEASURE, _measuring_only_for_what_stretches(getattr(Mrow, _MEASURE), fixed))
    setattr(styles, "asdict", vars)  # noqa: B010 - each node's style was copied deep, only to be read
    return zmath, (*_OF_LIBRARIES, *own)


def _measuring_only_for_what_stretches(measure: Any, fixed: frozenset[str]) -> Any:
    """Measure a row's height in advance only where something may have to grow to it; the operators in `fixed` never do.

    ziamath does so for each row, and sets all that is in it for that: twice at each level, so 2 ** depth times what is innermost.
    """

    @wraps(measure)
    def measured(row: Any, line: Any, **settings: Any) -> tuple[float, float]:
        # While an outer row is measured, nothing in it stretches yet.
        if not settings.get("nostretch") and any(_may_stretch(element, fixed) for child in line for element in child.iter()):
            bottom, top = measure(row, line, **settings)
            return bottom, top
        return 0.0, 0.0  # which nobody asks for

    return measured


def _may_stretch(element: Any, fixed: frozenset[str]) -> bool:
    """Return whether an element of MathML is drawn as high as its row."""
    if element.tag != "mo":
        return bool(element.tag == "mfenced")
    return (element.text or "").strip() not in fixed or element.get("stretchy", "false") != "false"


def _depth(tex: str) -> int:
    depth = most = 0
    for match in _NESTING.finditer(tex):
        if match[0] in (r"\{", r"\}"):
            continue
        depth += 1 if match[0] in ("{", r"\begin", r"\left") else -1
        most = max(most, depth)
    return most


def _drawn(tex: str, display: bool) -> Outline:
    zmath, raised = _library()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            formula = zmath.Latex(tex, size=EM, inline=not display)
            drawing = formula.svgxml()
        unknown = next((one for one in _texts(formula.mathmlstr()) if one.startswith("\\") and len(one) > 1), None)
        if unknown:
            raise CannotBeSet(f"the command {unknown[:40]} is not known")
        strange = next((one for text in _texts(formula.mathmlstr()) for one in text if _lacks(formula.font, one)), None)
        if strange:
            raise CannotBeSet(f"no font for formulas has {strange!r}")
    except CannotBeSet:
        raise
    except RecursionError:
        raise CannotBeSet("the formula nests too deep") from None
    except raised as error:
        raise CannotBeSet(f"the formula cannot be read: {tex[:60]}") from error
    shapes: list[tuple[Contour, ...]] = []
    for element in drawing.iter():
        shapes.extend(_shapes(element.tag.rpartition("}")[2], dict(element.attrib)))
    points = [point for shape in shapes for contour in shape for point in contour]
    if not points:
        return Outline((), 0.0, 0.0, 0.0)
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    if right - left > WIDTH_MAX:
        raise CannotBeSet("the formula is too long for one line")
    width = max(right, float(formula.getsize()[0]) - 2)
    return Outline(tuple(shapes), width, -min(y for _, y in points), max(y for _, y in points))


def _texts(mathml: str) -> list[str]:
    """Return the texts of MathML."""
    return [html.unescape(text).strip() for text in re.findall(r">([^<>]+)<", mathml) if text.strip()]


def _lacks(font: Any, character: str) -> bool:
    """Return whether the font has no glyph for a character that would be seen."""
    if character.isspace() or "\u2061" <= character <= "\u2064" or character in "\u200b\u2009\u200a\ufe00\u20d7":
        return False
    return not font.glyphindex(character)


def _shapes(tag: str, about: dict[str, str]) -> list[tuple[Contour, ...]]:
    """Return the shapes of one element of SVG: a glyph, a bar, a frame, or a line through something."""
    if tag == "rect":
        x, y, width, height = (float(about.get(name, 0)) for name in ("x", "y", "width", "height"))
        if about.get("fill") != "none":
            return [(_rectangle(x, y, width, height),)]
        stroke = float(about.get("stroke-width", 1))
        inner = _rectangle(x + stroke / 2, y + stroke / 2, width - stroke, height - stroke)
        return [(_rectangle(x - stroke / 2, y - stroke / 2, width + stroke, height + stroke), inner)]
    if tag != "path":
        return []
    contours = _contours(about.get("d", ""))
    if "stroke-width" in about and about.get("stroke", "none") != "none":
        stroke = float(about["stroke-width"])
        lines = [pair for contour in contours for pair in pairwise(contour)]
        return [(_thick(one, other, stroke),) for one, other in lines if one != other]
    return [tuple(contours)] if contours else []


def _rectangle(x: float, y: float, width: float, height: float) -> Contour:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def _thick(one: tuple[float, float], other: tuple[float, float], stroke: float) -> Contour:
    across, down = other[0] - one[0], other[1] - one[1]
    length = math.hypot(across, down)
    x, y = -down / length * stroke / 2, across / length * stroke / 2
    return ((one[0] + x, one[1] + y), (other[0] + x, other[1] + y), (other[0] - x, other[1] - y), (one[0] - x, one[1] - y))


def _contours(path: str) -> list[Contour]:
    """Return the contours of an SVG path of absolute commands, its curves as short lines."""
    result: list[Contour] = []
    current: list[tuple[float, float]] = []
    for command in _PATH.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(command)]
        points = list(zip(numbers[::2], numbers[1::2], strict=False))
        if command[0] == "M":
            if len(current) > 2 or (len(current) == 2 and current[0] != current[1]):
                result.append(tuple(current))
            current = points
        elif command[0] == "L":
            current += points
        elif command[0] == "H":
            current += [(number, current[-1][1]) for number in numbers]
        elif command[0] == "V":
            current += [(current[-1][0], number) for number in numbers]
        elif command[0] in "QC":
            size = 2 if command[0] == "Q" else 3
            for n in range(0, len(points) - size + 1, size):
                current += _curve([current[-1], *points[n : n + size]])
    if len(current) > 1:
        result.append(tuple(current))
    return result


def _weights(degree: int) -> tuple[tuple[float, ...], ...]:
    """Return the Bernstein weights of a curve's points, for each step after the first point."""
    steps = [step / _STEPS for step in range(1, _STEPS + 1)]
    return tuple(tuple(math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1)) for t in steps)


_QUADRATIC, _CUBIC = _weights(2), _weights(3)


def _curve(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points on a Bézier curve after its first one."""
    if len(points) == 3:
        (x0, y0), (x1, y1), (x2, y2) = points
        return [(a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2) for a, b, c in _QUADRATIC]
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    return [(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in _CUBIC]
