"""The process that does the heavy work for whoever started it: `python -m videogen.processes.renderer [VOICE]`.

It imports once, says that it is ready, and takes one request at a time; `videogen.processes.renderer_client` is the other end of its pipes,
and says what goes through them. It never opens the store: what it has to say, it says to its owner. It ends when its owner closes the pipe.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib.util
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from models.errors import VideogenError
from videogen.errors.rendering import OutOfMemory, StageFailed
from videogen.files.confine import NO_TELEMETRY, confine
from videogen.pipeline.report import Report, Send
from videogen.processes import process_group

Json = Mapping[str, Any]
Craft = Callable[[Json, Send], Json]
Say = Callable[[str, Json], None]
NO_WINDOWS = {"MPLBACKEND": "Agg", "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
NO_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's, which spin while they wait for work that never comes: nothing here is multiplied by them."""
WARMING = "# Words\n\nA sentence.\n\n## A formula\n\n$$x = 1$$\n"


def main() -> None:
    process_group.die_with_owner()
    faulthandler.enable()
    with contextlib.suppress(OSError):  # when memory runs out the system is to take this process, and not the one that serves the pages
        Path("/proc/self/oom_score_adj").write_text("500")
    serve(lambda: load(voice=sys.argv[1] if len(sys.argv) > 1 else None))


def load(voice: str | None) -> dict[str, Craft]:
    """What this renderer can make. With a voice that is loaded, and all else that requests may need, so that none waits for it; without, an
    request waits for what it needs itself, and for nothing else: whoever makes one film and no more is the sooner done."""
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import render_video, warm_up

    def film(request: Json, send: Send) -> Json:
        render_request = RenderRequest.from_json(request)
        confine(render_request.cache.parent)
        render_video(render_request, send)
        return {}

    if voice:
        with contextlib.suppress(VideogenError):  # a film that needs this voice will say so
            warm_up(voice)
    return {"film": film}


def previews() -> dict[str, Callable[[Json, Callable[[Json], None]], Json]]:
    """What is drawn and spoken beside videos, for somebody who waits. All that it needs is loaded, but for voices."""
    import tempfile

    from videogen.pipeline import timeline_picture
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import warm_up
    from videogen.pipeline.sample import sample
    from videogen.pipeline.storyboard import draw_storyboard

    def sketched(asked: Json, send_partial: Callable[[Json], None]) -> Json:
        limits = {"within_s": asked["within_s"], "at_most_s": asked["at_most_s"]}
        request = RenderRequest.from_json(asked["request"])
        return draw_storyboard(request, line=asked["line"], **limits, send_partial=lambda board: send_partial(board.to_json())).to_json()

    warm_up("none")
    # Draw once: what that imports, compiles and loads takes 0.2 s of processor, and a second with formulas, in each renderer otherwise.
    with tempfile.TemporaryDirectory(prefix="warm-") as place:
        draw_storyboard(RenderRequest(source=WARMING, format="markdown", work=Path(place, "work"), cache=Path(place, "cache")))
    return {
        "sketch": sketched,
        "sample": lambda asked, _: sample(asked),
        "timeline": lambda asked, _: timeline_picture.timeline(asked),
    }


def serve(load: Callable[[], Mapping[str, Craft]]) -> None:
    """Takes requests until the owner closes the pipe. An error that nobody foresaw is reported and ends the process: what state it left
    behind is anyone's guess, and the owner starts another."""
    requests, say = _take_the_pipes()
    prepare()
    began = time.monotonic()
    gc.disable()  # of what imports make nothing is garbage: looking for it takes a tenth of their time
    crafts = load()
    gc.freeze()  # and need not be looked through again, here or in the processes that are forked from this one
    gc.enable()
    say("ready", {"imports_s": round(time.monotonic() - began, 3)})
    for line in requests:
        ((kind, content),) = json.loads(line).items()
        _fulfil(crafts[kind], content, say)


def prepare() -> None:
    """Tell the libraries what they need to know before they are imported."""
    os.environ.update(NO_WINDOWS | NO_THREADS | NO_TELEMETRY)
    if program := _carried_ffmpeg():
        os.environ.setdefault("IMAGEIO_FFMPEG_EXE", program)


def _carried_ffmpeg() -> str | None:
    """The ffmpeg that imageio-ffmpeg carries. moviepy wants to know it as soon as it is imported, and untold it would run it to see that it
    runs, which takes 10 to 70 ms of a renderer's start, for a program that only moviepy's own writer needs."""
    package = importlib.util.find_spec("imageio_ffmpeg")
    if package is None or package.origin is None:
        return None
    return next(map(str, Path(package.origin).parent.glob("binaries/ffmpeg-*")), None)


def _fulfil(craft: Craft, request: Json, say: Say) -> None:
    stage: str | None = None

    def send(report: Report) -> None:
        nonlocal stage
        stage = report.stage
        say("report", asdict(report))

    def fail(error: VideogenError, *, ends: bool) -> None:
        say("failed", error.as_dict() | {"stage": error.evidence.get("stage", stage), "ends": ends})

    try:
        say("done", craft(request, send))
    except VideogenError as error:
        unforeseen = type(error) is StageFailed
        fail(error, ends=unforeseen)
        if unforeseen:
            print(error.evidence.get("trace", ""), file=sys.stderr)  # of the process below in which it happened
            raise
    except MemoryError:
        fail(OutOfMemory("The machine has no more memory to give."), ends=True)
        raise
    except Exception as error:
        fail(StageFailed(f"{type(error).__name__}: {error}"), ends=True)
        raise


def _take_the_pipes() -> tuple[Iterator[bytes], Say]:
    """The requests, and a way to answer that any thread may use.

    Both get descriptors of their own, close-on-exec. What the libraries print goes to standard error, and a program that they start finds
    an empty standard input: neither can break the protocol.
    """
    requests: BinaryIO = os.fdopen(os.dup(0), "rb")
    answers: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout.flush()
    os.dup2(2, 1)
    lock = threading.Lock()

    def say(name: str, content: Json) -> None:
        line = json.dumps({name: content}, allow_nan=False).encode() + b"\n"
        with lock:
            while line:
                line = line[answers.write(line) :]

    return iter(requests.readline, b""), say


if __name__ == "__main__":
    main()
