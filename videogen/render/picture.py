"""The picture that the encoder sees: RGB comes in, YUV 4:2:0 of BT.709 goes out, and only the rows that changed are converted."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from numpy.typing import NDArray

RGB = NDArray[np.uint8]
BAND = 16  # rows: chroma is shared by pairs of rows, and swscale dithers it in a pattern of eight of those


class Picture:
    """One picture of `width` x `height`, both even, painted again and again."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.frame = _yuv(width, height)
        self._seen: RGB | None = None
        self._reformatter = VideoReformatter()
        self._planes = [_rows(self.frame, index) for index in range(3)]

    def paint(self, rgb: NDArray[np.generic]) -> bool:
        """Shows `rgb`, of shape (height, width, 3), values 0..255. False if it was there already, to the last pixel."""
        new = np.ascontiguousarray(rgb, np.uint8)
        if new.shape != (self.height, self.width, 3):
            raise ValueError(f"a frame of shape {new.shape} in a film of {(self.height, self.width, 3)}")
        if self._seen is None:
            top, bottom, self._seen = 0, self.height, np.empty_like(new)
        else:
            changed = np.flatnonzero((_words(new) != _words(self._seen)).any(axis=1))
            if not len(changed):
                return False
            top, bottom = int(changed[0]) // BAND * BAND, min(self.height, (int(changed[-1]) // BAND + 1) * BAND)
        # A copy, since whoever draws may paint the next picture into the same array.
        self._seen[top:bottom] = new[top:bottom]
        self._convert(top, bottom)
        return True

    def _convert(self, top: int, bottom: int) -> None:
        assert self._seen is not None
        # With a margin, which is then left out: at an edge the scaler has one row fewer to look at.
        above, below = max(0, top - BAND), min(self.height, bottom + BAND)
        band = av.VideoFrame.from_numpy_buffer(self._seen[above:below], format="rgb24")
        # Without a colour space it would be BT.601, and HD players take it for 709. AREA averages the four pixels of a
        # chroma sample, which is both the truest and the fastest here.
        yuv = self._reformatter.reformat(
            band,
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            dst_colorspace=Colorspace.ITU709,
            interpolation=Interpolation.AREA,
            threads=1,
        )
        for index, plane in enumerate(self._planes):
            half = 1 if index == 0 else 2
            plane[top // half : bottom // half] = _rows(yuv, index)[(top - above) // half : (bottom - above) // half]


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


def _words(rgb: RGB) -> NDArray[np.unsignedinteger]:
    """The same bytes, a row a row, in the widest words that divide it: comparing is several times faster so."""
    rows = rgb.reshape(rgb.shape[0], -1)
    size = next(size for size in (8, 4, 2) if rows.shape[1] % size == 0)
    return rows.view(f"u{size}")
