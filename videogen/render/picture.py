"""The picture that the encoder sees: RGB is drawn, YUV 4:2:0 of BT.709 goes out, and only the patch that changed is converted."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

from videogen.scenes.clip import Patch

BLOCK = 16  # pixels: chroma is shared by squares of four, and swscale dithers it in a pattern of eight rows


class Picture:
    """One picture of `width` x `height`, both even, drawn again and again on `rgb`, of shape (height, width, 3)."""

    def __init__(self, width: int, height: int) -> None:
        self.rgb = np.zeros((height, width, 3), np.uint8)
        self.frame = _yuv(width, height)
        self._reformatter = VideoReformatter()
        self._planes = [_rows(self.frame, index) for index in range(3)]

    def show(self, patch: Patch | None) -> bool:
        """Brings what was drawn within the patch into `frame`. False if that is nothing; outside of it `rgb` has to be as it was."""
        if patch is None:
            return False
        height, width = self.rgb.shape[:2]
        left, top, right, bottom = _widened(patch, width, height)
        # With a margin, which is then left out: at an edge the scaler has one pixel fewer to look at.
        margin = max(0, left - BLOCK), max(0, top - BLOCK), min(width, right + BLOCK), min(height, bottom + BLOCK)
        self._convert((left, top, right, bottom), margin)
        return True

    def _convert(self, patch: Patch, margin: Patch) -> None:
        left, top, right, bottom = patch
        seen = np.ascontiguousarray(self.rgb[margin[1] : margin[3], margin[0] : margin[2]])
        # Without a colour space it would be BT.601, and HD players take it for 709. AREA averages the four pixels of a
        # chroma sample, which is both the truest and the fastest here.
        yuv = self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(seen, format="rgb24"),
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            interpolation=Interpolation.AREA,
            threads=1,
        )
        for index, plane in enumerate(self._planes):
            half = 1 if index == 0 else 2
            rows = slice((top - margin[1]) // half, (bottom - margin[1]) // half)
            columns = slice((left - margin[0]) // half, (right - margin[0]) // half)
            plane[top // half : bottom // half, left // half : right // half] = _rows(yuv, index)[rows, columns]


def _widened(patch: Patch, width: int, height: int) -> Patch:
    """To whole blocks, as far as the picture goes."""
    left, top, right, bottom = patch
    return left // BLOCK * BLOCK, top // BLOCK * BLOCK, min(width, -(-right // BLOCK) * BLOCK), min(height, -(-bottom // BLOCK) * BLOCK)


def _yuv(width: int, height: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    frame.colorspace = Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    frame.color_primaries = ColorPrimaries.BT709
    frame.color_trc = ColorTrc.BT709
    return frame


def _rows(frame: av.VideoFrame, index: int) -> NDArray[np.uint8]:
    """A plane of a frame as rows, without the padding at their ends; a view, not a copy."""
    plane = frame.planes[index]
    padded = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return padded[: plane.height, : plane.width]
