"""The preview service: where the web process has sketches and timelines drawn, and voices heard, in processes that can be killed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from models.errors import VideogenError
from videogen.config import Settings
from videogen.errors import from_dict
from videogen.errors.rendering import PreviewFailed, StageFailed
from videogen.errors.request import NotFound
from videogen.pipeline.render_request import RenderRequest
from videogen.processes.pool_client import PoolClient, RequestEnded, refusal
from videogen.web.path_prefix import current_prefix
from videogen.web.problems import problem

SKETCH_S = 5.0
LIMITS_S = {"sketch": 3 * SKETCH_S, "timeline": 10.0, "sample": 30.0, "scene": 60.0, "narration": 20.0, "comparison": 30.0}
"""How long each may take; a voice has to be loaded first."""
AT_MOST_S = 0.8 * LIMITS_S["sketch"]
"""When this is over, a sketch is answered with the pictures that there are; only one that is not even planned by its limit is refused."""
FOLLOWING_S = 0.3
"""How long pictures are drawn for a page, which asks again for those that are missing: its next version has to wait for it."""
HINTS = {
    "sketch": "Make the video: it has no such limit.",
    "timeline": "Load it again when the machine is less busy.",
    "scene": "Make the video: it has no such limit.",
    "narration": "Change the script in the editor.",
    "comparison": "Compare their scripts in another program.",
    "sample": "Ask again when the machine is less busy, or choose another voice.",
}
UNFINISHED = {
    "drawing": "Not all pictures are drawn yet.",
    "too_long": "The preview takes too long; the video itself is not affected.",
    "too_large": "The preview takes too much memory.",
    "lost": "The process that drew the preview ended.",
}
TIMELINES = 64
SAMPLES = 64
PICTURE = re.compile(r"[0-9a-f]{16,64}\.(?:jpg|png)")
CLIP = re.compile(r"[0-9a-f]{16,64}\.mp4")


class ScriptToRead(NamedTuple):
    """A script with its options, and where its files are by their names."""

    source: str
    format: str
    options: Mapping[str, Any]
    assets: Mapping[str, Path]


class Superseded(VideogenError):
    """A newer request of the same page has taken this one's place."""

    code = "superseded"
    status = 409
    hint = "Nothing is to be done: the newer request has the answer."


class PreviewService:
    """Sketches, timelines and samples, several at a time, and while every worker is busy. One that is slow delays nobody else's."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache = settings.data.resolve() / "cache"
        self.cache.mkdir(exist_ok=True)
        size = {"renderers": settings.preview_processes, "memory_mb": settings.preview_memory_mb}
        self.pool = PoolClient("preview", settings.data, **size, limits=settings.limits | {"memory_bytes": 0})
        self._turns: dict[tuple[str, ...], _Turn] = {}
        self._timelines: dict[str, tuple[str, str]] = {}
        self._samples: dict[tuple[str, str], Path] = {}

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
        """Return the storyboard of a script.

        Of the requests of one page only the newest is answered: the others get Superseded.

        The scenes nearest to `line` are drawn first; what is not drawn `within_s` has no picture yet. Under `problem` is why the script as
        it stands would be refused, None when it would not. Under `unfinished` is why pictures are missing: {reason, message}, None when
        none is. Raises ServerBusy, DiskFull, and PreviewFailed if not even the scenes could be read.
        """
        with self._turn("page", page):
            render_request = self._render_request(source, format, options, assets).to_json()
            asked = {"request": render_request, "line": line, "within_s": within_s, "at_most_s": AT_MOST_S}
            try:
                board = self._ask("sketch", asked, f"page {page}")
            except PreviewFailed as failed:
                if not isinstance(ended := failed.__cause__, RequestEnded) or ended.partial is None:
                    raise
                board = {**ended.partial, "unfinished": ended.reason}
        reason = board["unfinished"]
        board["unfinished"] = reason and {"reason": reason, "message": UNFINISHED[reason]}
        refused = board["problem"] and from_dict(board["problem"])
        board["problem"] = refused and problem(refused, refused.status)
        for scene in board["scenes"]:
            scene["picture"] = scene["picture"] and f"{current_prefix()}/api/sketches/{scene['picture']}"
        return board

    def picture(self, name: str) -> Path:
        """Return the file of a sketch's picture. Raises NotFound."""
        path = self.cache / "sketch" / name[:2] / name
        if not PICTURE.fullmatch(name) or not path.is_file():
            raise NotFound("There is no such picture; ask for the preview again.")
        return path

    def scene(self, source: str, format: str, options: Mapping[str, Any], assets: Mapping[str, Path], position: int, *, page: str) -> str:
        """Return the name of a file with one scene, with sound and motion; `clip` finds it. The video takes the scene from the cache.

        Raises what reading the script and choosing a voice raise, ServerBusy, PreviewFailed.
        """
        with self._turn("scene", page):
            content = {"request": self._render_request(source, format, options, assets).to_json(), "scene": position}
            return Path(self._ask("scene", content, f"scene {page}")["file"]).name

    def narration(self, script: ScriptToRead, changes: Mapping[int, str], *, client: str) -> dict[str, Any]:
        """Return what each scene says, and the script with the changes, as `edit_narration` does. `client` is who asks, an address.

        Raises what reading the script raises, BadScript, ServerBusy, PreviewFailed.
        """
        content = {"request": self._render_request(*script).to_json(), "changes": {str(key): text for key, text in changes.items()}}
        return self._ask("narration", content, f"narration {client}")

    def comparison(self, before: ScriptToRead, after: ScriptToRead, *, client: str) -> dict[str, Any]:
        """Return what differs between two scripts, as `compare` does. Raises what `narration` raises."""
        content = {"before": self._render_request(*before).to_json(), "after": self._render_request(*after).to_json()}
        return self._ask("comparison", content, f"comparison {client}")

    def clip(self, name: str) -> Path:
        """Return the file of a scene. Raises NotFound."""
        path = self.cache / "segment" / name[:2] / name
        if not CLIP.fullmatch(name) or not path.is_file():
            raise NotFound("There is no such scene; ask for it again.")
        return path

    def timeline(self, task_id: str, cursor: str, events: Callable[[], Sequence[Mapping[str, Any]]], stages: Mapping[str, str]) -> str:
        """Return the life of a task up to a cursor as SVG, from its `events`; those are only asked for when it was not drawn yet.

        `stages` are the labels of the task's stages by name.
        """
        with self._turn("timeline", task_id, newest_wins=False):
            at, svg = self._timelines.pop(task_id, ("", ""))
            if at != cursor:
                svg = str(self._ask("timeline", {"events": events(), "stages": dict(stages)}, "timeline")["svg"])
            self._timelines[task_id] = cursor, svg  # the last one used comes last
            while len(self._timelines) > TIMELINES:
                del self._timelines[next(iter(self._timelines))]
        return svg

    def sample(self, voice: str, language: str) -> Path:
        """Return a file with some words by a voice, spoken once. Raises what choosing a voice raises."""
        with self._turn("sample", voice, language, newest_wins=False):
            known = self._samples.get((voice, language))
            if known is None or not known.is_file():  # the cache may have given it up
                render_request = {
                    "voice": voice,
                    "language": language,
                    "cache": str(self.cache),
                    "piper": str(self.settings.piper_directory),
                }
                known = Path(self._ask("sample", render_request, "sample")["file"])
                if not known.resolve().is_relative_to(self.cache):
                    raise PreviewFailed("The renderer named a file outside of the cache.")
                self._samples[voice, language] = known
                while len(self._samples) > SAMPLES:
                    del self._samples[next(iter(self._samples))]
        return known

    def close(self) -> None:
        self.pool.close()

    def _render_request(self, source: str, format: str, options: Mapping[str, Any], assets: Mapping[str, Path]) -> RenderRequest:
        work = self.cache.parent / "tmp"  # below which the renderer makes a directory of its own
        return RenderRequest(
            source=source, format=format, options=options, assets=assets, work=work, cache=self.cache, **self.settings.rendering
        )

    def _ask(self, kind: str, render_request: Mapping[str, Any], key: str) -> dict[str, Any]:
        try:
            return self.pool.call(kind, render_request, key=key, timeout_s=LIMITS_S[kind])
        except RequestEnded as ended:
            raise refusal(
                ended,
                PreviewFailed,
                too_long=f"The {kind} took longer than {LIMITS_S[kind]:g} s.",
                too_large=f"The {kind} took more than {self.settings.preview_memory_mb} MiB of memory.",
                lost=f"The process that made the {kind} ended.",
                hint=HINTS[kind],
            ) from ended
        except StageFailed as error:
            if type(error) is not StageFailed:
                raise
            # Nobody foresaw it; the server's log has the rest.
            raise PreviewFailed(f"The {kind} could not be made: {error.detail}", hint=HINTS[kind]) from error

    @contextmanager
    def _turn(self, *name: str, newest_wins: bool = True) -> Iterator[None]:
        """Run one block of this name at a time. If `newest_wins`, all who wait but the newest get Superseded."""
        turn = self._turns.setdefault(name, _Turn())
        request = object()
        if newest_wins:
            turn.newest = request
        turn.wanted += 1
        try:
            with turn.lock:
                if newest_wins and turn.newest is not request:
                    raise Superseded("A newer request came from this page.")
                yield
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[name]


class _Turn:
    """Who works under a name, and who waits to."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.newest: object = None
        self.wanted = 0
