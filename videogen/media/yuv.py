"""RGB as the YUV that videos are made of."""

from __future__ import annotations

from functools import cache

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


def to_yuv(rgb: Plane) -> tuple[Plane, ...]:
    """Convert RGB of (height, width, 3), both even, to three planes of BT.709 4:2:0 in limited range."""
    # Without a colour space it would be BT.601, and HD players take it for 709. AREA averages the four pixels of a
    # chroma sample, which is both the truest and the fastest here.
    frame = _reformatter().reformat(
        av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(rgb), format="rgb24"),
        format="yuv420p",
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU709,
        interpolation=Interpolation.AREA,
        threads=1,
    )
    return planes_of(frame)


def planes_of(frame: av.VideoFrame) -> tuple[Plane, ...]:
    """Return the planes of a frame without the padding at the ends of rows, as views."""
    padded = [np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size) for plane in frame.planes]
    return tuple(rows[: plane.height, : plane.width] for rows, plane in zip(padded, frame.planes, strict=True))


@cache
def _reformatter() -> VideoReformatter:
    return VideoReformatter()
