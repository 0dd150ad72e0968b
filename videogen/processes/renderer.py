"""The renderer, a process that does the heavy work for its owner: `python -m videogen.processes.renderer [VOICE]`.

It imports everything once, says that it is ready, and handles one request at a time. `renderer_client` is the other end of its pipes and
describes the protocol. It never opens the store: it reports to its owner. It ends when its owner closes the pipe.
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
Handler = Callable[[Json, Send], Json]
SendMessage = Callable[[str, Json], None]
NO_WINDOWS = {"MPLBACKEND": "Agg", "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
NO_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's threads spin while they wait for work, and nothing here multiplies matrices with them."""
WARM_UP_SCRIPT = "# Words\n\nA sentence.\n\n## A formula\n\n$$x = 1$$\n"


def main() -> None:
    process_group.die_with_owner()
    faulthandler.enable()
    with contextlib.suppress(OSError):  # when memory runs out, the kernel should kill this process and not the web process
        Path("/proc/self/oom_score_adj").write_text("500")
    serve(lambda: load_handlers(voice=sys.argv[1] if len(sys.argv) > 1 else None))


def load_handlers(voice: str | None) -> dict[str, Handler]:
    """Import what rendering needs and return the handlers by kind of request.

    With a voice everything is loaded in advance, so that no request waits. Without one each request loads what it needs, which is faster
    for a single video.
    """
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import render_video, warm_up

    def handle_video(content: Json, send: Send) -> Json:
        request = RenderRequest.from_json(content)
        confine(request.cache.parent)
        render_video(request, send)
        return {}

    if voice:
        with contextlib.suppress(VideogenError):  # a video that needs this voice will fail with the same error
            warm_up(voice)
    return {"video": handle_video}


def load_preview_handlers() -> dict[str, Callable[[Json, Callable[[Json], None]], Json]]:
    """Import all that previews need, except voices, and return the handlers of requests that a person waits for."""
    import tempfile

    from videogen.pipeline import timeline_picture
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import warm_up
    from videogen.pipeline.sample import sample
    from videogen.pipeline.storyboard import draw_storyboard

    def handle_storyboard(content: Json, send_partial: Callable[[Json], None]) -> Json:
        request = RenderRequest.from_json(content["request"])
        limits = {"within_s": content["within_s"], "at_most_s": content["at_most_s"]}
        return draw_storyboard(request, line=content["line"], **limits, send_partial=lambda board: send_partial(board.to_json())).to_json()

    warm_up("none")
    # Draw once. Otherwise each renderer spends 0.2 s of processor time on imports and compilation, and a second if there are formulas.
    with tempfile.TemporaryDirectory(prefix="warm-") as work:
        draw_storyboard(RenderRequest(source=WARM_UP_SCRIPT, format="markdown", work=Path(work, "work"), cache=Path(work, "cache")))
    return {
        "sketch": handle_storyboard,
        "sample": lambda content, _: sample(content),
        "timeline": lambda content, _: timeline_picture.timeline(content),
    }


def serve(load: Callable[[], Mapping[str, Handler]]) -> None:
    """Handle requests until the owner closes the pipe.

    An unforeseen error is reported and ends the process: its state cannot be trusted any more. The owner starts another renderer.
    """
    requests, send_message = _open_pipes()
    prepare()
    started = time.monotonic()
    gc.disable()  # imports create no garbage, and looking for it takes a tenth of their time
    handlers = load()
    gc.freeze()  # nor need it be looked through later, here or in forked processes
    gc.enable()
    send_message("ready", {"imports_s": round(time.monotonic() - started, 3)})
    for line in requests:
        ((kind, content),) = json.loads(line).items()
        _handle(handlers[kind], content, send_message)


def prepare() -> None:
    """Set the environment variables that libraries read when they are imported."""
    os.environ.update(NO_WINDOWS | NO_THREADS | NO_TELEMETRY)
    if program := _bundled_ffmpeg():
        os.environ.setdefault("IMAGEIO_FFMPEG_EXE", program)


def _bundled_ffmpeg() -> str | None:
    """Return the path of imageio-ffmpeg's program.

    moviepy looks for it when it is imported. Without this variable it runs the program to test it, which takes 10 to 70 ms, although only
    moviepy's own writer needs it.
    """
    package = importlib.util.find_spec("imageio_ffmpeg")
    if package is None or package.origin is None:
        return None
    return next(map(str, Path(package.origin).parent.glob("binaries/ffmpeg-*")), None)


def _handle(handler: Handler, content: Json, send_message: SendMessage) -> None:
    stage: str | None = None

    def send(report: Report) -> None:
        nonlocal stage
        stage = report.stage
        send_message("report", asdict(report))

    def fail(error: VideogenError, *, ends: bool) -> None:
        send_message("failed", error.as_dict() | {"stage": error.evidence.get("stage", stage), "ends": ends})

    try:
        send_message("done", handler(content, send))
    except VideogenError as error:
        unforeseen = type(error) is StageFailed
        fail(error, ends=unforeseen)
        if unforeseen:
            print(error.evidence.get("trace", ""), file=sys.stderr)  # from the child process in which it happened
            raise
    except MemoryError:
        fail(OutOfMemory("The machine has no more memory."), ends=True)
        raise
    except Exception as error:
        fail(StageFailed(f"{type(error).__name__}: {error}"), ends=True)
        raise


def _open_pipes() -> tuple[Iterator[bytes], SendMessage]:
    """Return the requests, and a function that sends messages from any thread.

    Both use new descriptors, close-on-exec. What libraries print goes to standard error, and a program that they start has an empty
    standard input: neither can break the protocol.
    """
    requests: BinaryIO = os.fdopen(os.dup(0), "rb")
    messages: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdout.flush()
    os.dup2(2, 1)
    lock = threading.Lock()

    def send_message(name: str, content: Json) -> None:
        line = json.dumps({name: content}, allow_nan=False).encode() + b"\n"
        with lock:
            while line:
                line = line[messages.write(line) :]

    return iter(requests.readline, b""), send_message


if __name__ == "__main__":
    main()
