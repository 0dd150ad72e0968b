"""Animated pictures (GIF, WebP, APNG, AVIF): the durations of their frames, and the frames in order."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate
from pathlib import Path

from PIL import Image

from videogen.errors.script import BadAsset
from videogen.media import images, sniff

KINDS = frozenset({"image/gif", "image/webp", "image/png", "image/avif"})
MAX_FRAMES = 3000
MAX_PIXELS = 3_000_000_000
"""Of all frames together that are decoded for one loop: half an hour of a small screen recording, some seconds of a large one."""
LEAST_MS, DEFAULT_MS = 10.0, 100.0
"""Browsers show a frame of 10 ms or less for 100 ms: old programs wrote 0 and meant as fast as it goes."""
CACHE_BYTES = 128_000_000


class Animation:
    """The frames of an animated picture by their time, over and over. Raises BadAsset for a picture that cannot be read."""

    def __init__(self, path: Path, durations_ms: list[float]) -> None:
        self.path = path
        self.ends_s = [ms / 1000 for ms in accumulate(durations_ms)]
        self._frames: OrderedDict[int, Image.Image] = OrderedDict()

    @property
    def seconds(self) -> float:
        """The length of one loop."""
        return self.ends_s[-1]

    def number_at(self, seconds: float) -> int:
        """Return the number of the frame that is shown at a time."""
        return min(len(self.ends_s) - 1, bisect_right(self.ends_s, seconds % self.seconds + 1e-6))

    def changes(self, seconds: float) -> list[float]:
        """Return the times within a length at which another frame is shown, in seconds."""
        times: list[float] = []
        start = 0.0
        while start < seconds:
            times += [start + end for end in self.ends_s if start + end < seconds]
            start += self.seconds
        return times

    def frame(self, number: int, size: tuple[int, int]) -> Image.Image:
        """Return a frame as RGBA at a size (width, height), as a browser shows it: drawn over those before it as they say."""
        if number not in self._frames:
            self._decode(number, size)
        return self._frames[number]

    def _decode(self, number: int, size: tuple[int, int]) -> None:
        most = max(1, CACHE_BYTES // (4 * size[0] * size[1]))
        with images.opened(self.path) as picture:
            picture.seek(number)
            drawn = picture.convert("RGBA")
        while len(self._frames) >= most:
            self._frames.popitem(last=False)
        self._frames[number] = drawn.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0) if drawn.size != size else drawn


def animation(path: Path) -> Animation | None:
    """Open an animated picture; None for a still one. Frames beyond MAX_FRAMES and MAX_PIXELS are not played.

    The file is read to its end once, to learn how long its frames stand.
    """
    if sniff.media_type(path) not in KINDS:
        return None
    durations: list[float] = []
    with images.opened(path) as picture:
        if not getattr(picture, "is_animated", False):
            return None
        most = max(1, min(MAX_FRAMES, MAX_PIXELS // (picture.width * picture.height)))
        try:
            while len(durations) < most:
                picture.seek(len(durations))
                picture.load()
                duration = float(picture.info.get("duration") or 0)
                durations.append(duration if duration > LEAST_MS else DEFAULT_MS)
        except EOFError:
            pass
        except (BadAsset, OSError, ValueError, SyntaxError):
            if not durations:  # what is whole of a file that ends too early is played
                raise
    return Animation(path, durations) if len(durations) > 1 else None
