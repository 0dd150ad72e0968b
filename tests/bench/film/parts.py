"""Where the time of a video goes: seconds of processor by part, one scene after another in this process."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.film.running import script, timed
from tests.bench.film.spoken import SpokenScript, speak_script
from tests.bench.row import Row
from videogen.media import yuv
from videogen.render import encoder
from videogen.render.encoder import Segment, encode
from videogen.render.join import VideoLabels, join
from videogen.render.scene_sound import blocks
from videogen.render.video_check import check

IMPORTS = "import app, videogen.cli.cmd_render, videogen.cli.local_render"
RENDERER_IMPORTS = "import videogen.processes.renderer; videogen.processes.renderer.load_handlers(None)"


class Clock:
    """Seconds of processor by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def of(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **named)
            finally:
                self.spent[part] += time.process_time() - began

        return measured

    def each(self, part: str, generator: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """Counts what is spent between one value and the next, also by those whom the generator asks."""

        def measured(*args: Any) -> Iterator[Any]:
            inner = generator(*args)
            step = self.of(part, lambda: next(inner, None))
            while (value := step()) is not None:
                yield value

        return measured


def measure(*, quick: bool) -> list[Row]:
    height, voice = (240, "none") if quick else (1080, "hibari")
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="videogen-bench-") as name:
        directory = Path(name)
        spoken: SpokenScript = clock.of("planning and speaking", speak_script)(script("deck.md", directory), directory, height, voice)
        with _watched(clock):
            segments, written = _segments(spoken, directory, clock)
        clock.of("joining and checking", _finish)(spoken, segments, directory)
    spent = clock.spent
    spent["encoder"] = spent.pop("pictures") - spent["drawing"]
    spent["drawing"] -= spent["colour"]
    rows = [Row(f"in it: {part}", f"{seconds:.2f} s of processor", "", "") for part, seconds in spent.items()]
    rows.append(Row("in it: imports", f"{_imports():.2f} s of processor", "", "of the command and of the renderer"))
    milliseconds = f"{1000 * spent['encoder'] / written:.1f} ms each"
    how = f"x264 alone, {written} pictures of the deck's {spoken.seconds:.0f} s, one after another: {milliseconds}"
    return [*rows, Row("the encoder alone", f"{spoken.seconds / spent['encoder']:.1f} s of video a second", "", how)]


@contextmanager
def _watched(clock: Clock) -> Iterator[None]:
    originals = encoder.drawing, yuv.to_yuv, encoder._video_packets, encoder.encode_sound  # type: ignore[attr-defined]
    encoder.drawing = lambda clip: clock.of("drawing", originals[0](clip))  # type: ignore[attr-defined]
    yuv.to_yuv = clock.of("colour", originals[1])
    encoder._video_packets = clock.each("pictures", originals[2])
    encoder.encode_sound = clock.each("sound", originals[3])
    try:
        yield
    finally:
        encoder.drawing, yuv.to_yuv, encoder._video_packets, encoder.encode_sound = originals  # type: ignore[attr-defined]


def _segments(spoken: SpokenScript, directory: Path, clock: Clock) -> tuple[list[Segment], int]:
    pictures, segments = spoken.pictures, []
    for position, scene in enumerate(spoken.scenes):
        clip = clock.of("layout", pictures.clip)(position)
        sound = blocks(scene.chunks, spoken.encoding.grid.samples(scene.frames))
        segments.append(encode(clip, sound, scene.frames, directory / f"{position}.mp4", spoken.encoding))
    return segments, sum(segment.written for segment in segments)


def _finish(spoken: SpokenScript, segments: list[Segment], directory: Path) -> None:
    join(segments, spoken.encoding.fps, directory / "film.mp4", VideoLabels("A film"))
    check(directory / "film.mp4", spoken.seconds)


def _imports() -> float:
    return sum(timed([sys.executable, "-c", code])[2] for code in (IMPORTS, RENDERER_IMPORTS))
