"""A part of a plane at another size, by fractions of pixels: rounded to pixels a slow movement would tremble."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from videogen.scenes.drawing.surface import Plane, rows

Index = NDArray[np.intp] | slice
Weight = NDArray[np.uint16] | np.uint16
Tap = tuple[Index, Weight]
"""For each row (or column) of the result one of the source, and its weight in 256ths; by itself where that is the same for all."""
Box = tuple[float, float, float, float]


def resample(plane: Plane, box: Box, onto: Plane) -> None:
    """Resample a box of the plane, (left, top, right, bottom) in its pixels, into `onto`.

    By a triangle filter, as wide as its pixels are apart.
    """
    height, width = onto.shape[:2]
    left, right = max(0, int(box[0]) - 2), min(plane.shape[1], ceil(box[2]) + 2)
    seen = plane[:, left:right]
    down = _taps(box[1], box[3], height, plane.shape[0])
    across = _taps(box[0] - left, box[2] - left, width, right - left)
    channels = (1,) * (plane.ndim - 2)
    for some in rows(height):  # both ways at once, while what is in between is in the processor's cache
        lines = _weighted([(seen[_few(index, some)], _per_row(weight, some, (-1, 1, *channels))) for index, weight in down])
        onto[some] = _weighted([(_columns(lines, index), _per_row(weight, slice(None), (-1, *channels))) for index, weight in across])


def _taps(start: float, end: float, count: int, length: int) -> list[Tap]:
    scale = (end - start) / count
    first = floor(start + 1e-6)
    share = round((start - first) * 256)
    if abs(scale - 1) < 1e-9 and 0 <= first <= length - count - (share > 0):  # only moved: the same for all
        taps = (slice(first, first + count), 256 - share), (slice(first + 1, first + 1 + count), share)
        return [(index, np.uint16(weight)) for index, weight in taps if weight > 0]
    reach = max(1.0, scale)
    middle = start + (np.arange(count) + 0.5) * scale - 0.5
    index = np.ceil(middle - reach - 1e-6) + np.arange(ceil(2 * reach - 1e-6) + 1)[:, None]
    weights = np.maximum(0.0, 1 - np.abs(index - middle) / reach)
    whole = np.rint(weights * (256 / weights.sum(axis=0))).astype(np.int64)
    # What rounding took or gave is made good where it is least seen: in the largest.
    whole[whole.argmax(axis=0), np.arange(count)] += 256 - whole.sum(axis=0)
    index = np.clip(index, 0, length - 1).astype(np.intp)
    return [(_slice(one), weight.astype(np.uint16)) for one, weight in zip(index, whole, strict=True) if weight.any()]


def _slice(index: NDArray[np.intp]) -> Index:
    """Return adjacent pixels as a slice, which needs no copy."""
    first = int(index[0])
    return slice(first, first + len(index)) if (np.diff(index) == 1).all() else index


def _per_row(weight: Weight, some: slice, shape: tuple[int, ...]) -> Weight:
    return weight[some].reshape(shape) if isinstance(weight, np.ndarray) else weight


def _few(index: Index, some: slice) -> Index:
    return slice(index.start + some.start, index.start + some.stop) if isinstance(index, slice) else index[some]


def _columns(lines: Plane, index: Index) -> Plane:
    return lines[:, index] if isinstance(index, slice) else lines.take(index, axis=1)


def _weighted(seen: list[tuple[Plane, Weight]]) -> Plane:
    (plane, weight), *others = seen
    if not others:
        return plane
    sum_ = plane * weight
    for plane, weight in others:
        sum_ += plane * weight
    sum_ += 128
    sum_ >>= 8
    return sum_.astype(np.uint8)
