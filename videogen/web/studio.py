"""Where the web process has sketches and timelines drawn, and voices heard: a maker of its own."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from videogen.config import Settings
from videogen.errors import MakerLost, NotFound, StageTooLong, VideogenError, from_dict
from videogen.orders import MAKER, Maker
from videogen.pipeline.order import Order
from videogen.web.errors import problem

SKETCH_S = 5.0
FOLLOWING_S = 0.3
"""How long pictures are drawn for a page, which asks again for those that are missing: its next version has to wait for it."""
NICE = 2  # less than that of the workers' makers: somebody is waiting for this one with every key
WARM_MAKER = (*MAKER, "none")  # which says that it is ready when it is for every kind of scene; a voice is rarely asked of it
WARM_UP_S = 30.0
HINTS = {
    "sketch": "Make the film: it has no such limit.",
    "timeline": "Load it again when the machine is less busy.",
    "sample": "Ask again when the machine is less busy, or choose another voice.",
}
TIMELINES = 64
SAMPLES = 64
PICTURE = re.compile(r"[0-9a-f]{16,64}\.(?:jpg|png)")


class Superseded(VideogenError):
    """A newer request of the same page has taken this one's place."""

    code = "superseded"
    status = 409
    hint = "Nothing is to be done: the newer request has the answer."


class Studio:
    """A maker for sketches, timelines and samples, so that they work while every worker is busy. Killed and replaced when it hangs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache = settings.data.resolve() / "cache"
        self.cache.mkdir(exist_ok=True)
        self.passing = settings.data.resolve() / "tmp"  # which the janitor clears
        self.passing.mkdir(exist_ok=True)
        self._maker: Maker | None = None
        self._turn = threading.Lock()
        self._newest: dict[str, object] = {}
        self._timelines: dict[str, tuple[str, str]] = {}
        self._samples: dict[tuple[str, str], Path] = {}

    def warm_up(self) -> None:
        """Start the maker, so that the first sketch need not wait for its imports."""
        with self._turn:
            self._maker = self._maker or Maker(WARM_MAKER, nice=NICE)

    def sketch(
        self,
        source: str,
        format: str,
        options: Mapping[str, Any],
        assets: Mapping[str, Path],
        *,
        page: str,
        line: int = 1,
        within_s: float = SKETCH_S - 1,
    ) -> dict[str, Any]:
        """The storyboard of a script. Of the requests of one page only the newest is answered: the others get Superseded.

        The scenes nearest to `line` are drawn first; what is not drawn `within_s` has no picture yet. Under `problem` is why the script as
        it stands would be refused, None when it would not.
        """
        request = self._newest[page] = object()
        with self._turn:
            if self._newest.get(page) is not request:
                raise Superseded("A newer request came from this page.")
            try:
                with tempfile.TemporaryDirectory(dir=self.passing, prefix="preview-") as work:
                    order = self._order(source, format, options, assets, Path(work)).to_json()
                    board = self._ask("sketch", {"order": order, "line": line, "within_s": within_s})
            finally:
                if self._newest.get(page) is request:
                    del self._newest[page]
        refused = board["problem"] and from_dict(board["problem"])
        board["problem"] = refused and problem(refused, refused.status)
        for scene in board["scenes"]:
            scene["picture"] = scene["picture"] and f"/api/sketches/{scene['picture']}"
        return board

    def picture(self, name: str) -> Path:
        """The file of a sketch's picture. Raises NotFound."""
        path = self.cache / "sketch" / name[:2] / name
        if not PICTURE.fullmatch(name) or not path.is_file():
            raise NotFound("There is no such picture; ask for the preview again.")
        return path

    def timeline(self, task_id: str, cursor: str, events: Callable[[], Sequence[Mapping[str, Any]]]) -> str:
        """The life of a task up to a cursor as SVG, from its `events`; those are only asked for when it was not drawn yet."""
        with self._turn:
            at, svg = self._timelines.pop(task_id, ("", ""))
            if at != cursor:
                svg = str(self._ask("timeline", {"events": events()})["svg"])
            self._timelines[task_id] = cursor, svg  # the last one used comes last
            while len(self._timelines) > TIMELINES:
                del self._timelines[next(iter(self._timelines))]
        return svg

    def sample(self, voice: str, language: str) -> Path:
        """A file with some words by a voice, spoken once. Raises what choosing a voice raises."""
        with self._turn:
            known = self._samples.get((voice, language))
            if known is None or not known.is_file():  # the cache may have given it up
                order = {"voice": voice, "language": language, "cache": str(self.cache), "piper": str(self.settings.piper_directory)}
                known = self._samples[voice, language] = Path(self._ask("sample", order)["file"])
                while len(self._samples) > SAMPLES:
                    del self._samples[next(iter(self._samples))]
        return known

    def close(self) -> None:
        if self._maker:
            self._maker.kill()

    def _order(self, source: str, format: str, options: Mapping[str, Any], assets: Mapping[str, Path], work: Path) -> Order:
        return Order(source=source, format=format, options=options, assets=assets, work=work, cache=self.cache, **self.settings.film)

    def _ask(self, kind: str, order: Mapping[str, Any]) -> dict[str, Any]:
        if self._maker and not self._maker.alive():
            self._maker.kill()
            self._maker = None
        maker = self._maker = self._maker or Maker(WARM_MAKER, nice=NICE)
        try:
            return dict(maker.ask(kind, order, timeout_s=SKETCH_S if maker.ready else WARM_UP_S))
        except (VideogenError, TimeoutError) as error:
            if isinstance(error, TimeoutError | MakerLost):
                maker.kill()
                self._maker = Maker(WARM_MAKER, nice=NICE)
            if isinstance(error, TimeoutError):
                raise StageTooLong(f"The {kind} took longer than {SKETCH_S:g} s.", hint=HINTS[kind]) from error
            raise
