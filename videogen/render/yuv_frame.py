"""The frame that scenes are drawn on and that the encoder reads."""

from __future__ import annotations

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation

from videogen.media.yuv import planes_of
from videogen.scenes.drawing.surface import Frame, Surface


class YuvFrame:
    """One picture of `width` x `height`, both even, in YUV 4:2:0 of BT.709: drawn again and again on `surface`, encoded from `frame`."""

    def __init__(self, width: int, height: int) -> None:
        self.frame = av.VideoFrame(width, height, "yuv420p")
        self.frame.colorspace = Colorspace.ITU709
        self.frame.color_range = ColorRange.MPEG
        self.frame.color_primaries = ColorPrimaries.BT709
        self.frame.color_trc = ColorTrc.BT709
        self.surface = Surface(planes_of(self.frame))


def scaled_down(frame: av.VideoFrame, most: int) -> Frame:
    """Return a frame of the video in RGB, at most `width` pixels wide."""
    width = min(most, frame.width)
    rgb = frame.reformat(
        width,
        max(1, round(frame.height * width / frame.width)),
        "rgb24",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.AREA,
        threads=1,
    )
    return np.ascontiguousarray(rgb.to_ndarray(), np.uint8)
