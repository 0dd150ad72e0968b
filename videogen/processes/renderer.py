"""The renderer, a process that does the heavy work for its owner: `python -m videogen.processes.renderer [VOICE | --jobs-only]`.

It imports everything once, says that it is ready, and handles one request at a time. `renderer_client` is the other end of its pipes and
describes the protocol. It never opens the store: it reports to its owner. It ends when its owner closes the pipe.

It looks into no file itself: each task runs in a process forked for it, which is confined to the files of its request (`sandbox`).
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from models.errors import VideogenError
from videogen.errors.rendering import OutOfMemory, StageFailed
from videogen.files.confine import NO_TELEMETRY, confine
from videogen.pipeline.report import Report, Send
from videogen.processes import process_group, sandbox
from videogen.processes.sandbox import Limits, Policy

if TYPE_CHECKING:
    from videogen.kinds.job import JobRequest
    from videogen.pipeline.render_request import RenderRequest

Json = Mapping[str, Any]
Handler = Callable[[Json, Send], Json]
SendMessage = Callable[[str, Json], None]
Handle = Callable[[str, Handler, Json, SendMessage], None]
NO_WINDOWS = {"MPLBACKEND": "Agg", "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
NO_THREADS = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's threads spin while they wait for work, and nothing here multiplies matrices with them."""
WARM_UP_SCRIPT = "# Words\n\nA sentence.\n\n## A formula\n\n$$x = 1$$\n"


def main() -> None:
    process_group.die_with_owner()
    faulthandler.enable()
    with contextlib.suppress(OSError):  # when memory runs out, the kernel should kill this process and not the web process
        Path("/proc/self/oom_score_adj").write_text("500")
    sandbox.prepare()
    process_group.adopt_orphans()
    argument = sys.argv[1] if len(sys.argv) > 1 else None
    serve(load_job_handlers if argument == "--jobs-only" else lambda: load_handlers(voice=argument), handle=_handle_confined)


def load_handlers(voice: str | None) -> dict[str, Handler]:
    """Import what rendering needs and return the handlers by kind of request.

    With a voice everything is loaded in advance, so that no request waits. Without one each request loads what it needs, which is faster
    for a single video.
    """
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import render_video, warm_up

    def handle_video(content: Json, send: Send) -> Json:
        render_video(RenderRequest.from_json(content), send)
        return {}

    if voice:
        with contextlib.suppress(VideogenError):  # a video that needs this voice will fail with the same error
            warm_up(voice)
        _draw_once()
    return {"video": handle_video, "job": handle_job}


def load_job_handlers() -> dict[str, Handler]:
    """Return the handler of jobs alone, with what every job needs imported."""
    from videogen.kinds import registry

    registry.installed()
    return {"job": handle_job}


def handle_job(content: Json, send: Send) -> Json:
    """Run the handler of a task's kind."""
    from videogen.kinds import registry
    from videogen.kinds.job import JobRequest, run_job

    request = JobRequest.from_json(content)
    run_job(registry.find(request.kind), request, send)
    return {}


def load_preview_handlers() -> dict[str, Callable[[Json, Callable[[Json], None]], Json]]:
    """Import all that previews need, except voices, and return the handlers of requests that a person waits for."""
    import tempfile

    from videogen.pipeline import timeline_picture
    from videogen.pipeline.comparison import compare
    from videogen.pipeline.narration_edit import edit_narration
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import warm_up
    from videogen.pipeline.sample import sample
    from videogen.pipeline.scene_preview import render_scene
    from videogen.pipeline.storyboard import draw_storyboard

    def handle_storyboard(content: Json, send_partial: Callable[[Json], None]) -> Json:
        limits = {"within_s": content["within_s"], "at_most_s": content["at_most_s"]}
        with tempfile.TemporaryDirectory(prefix="sketch-") as work:  # below the renderer's own directory, which others cannot read
            request = RenderRequest.from_json(content["request"] | {"work": work})
            return draw_storyboard(
                request, line=content["line"], **limits, send_partial=lambda board: send_partial(board.to_json())
            ).to_json()

    def handle_scene(content: Json, _send: Callable[[Json], None]) -> Json:
        with tempfile.TemporaryDirectory(prefix="scene-") as work:
            request = RenderRequest.from_json(content["request"] | {"work": work})
            return {"file": str(render_scene(request, content["scene"]))}

    def handle_narration(content: Json, _send: Callable[[Json], None]) -> Json:
        with tempfile.TemporaryDirectory(prefix="narration-") as work:
            request = RenderRequest.from_json(content["request"] | {"work": work})
            return edit_narration(request, {int(position): text for position, text in content["changes"].items()})

    def handle_comparison(content: Json, _send: Callable[[Json], None]) -> Json:
        with tempfile.TemporaryDirectory(prefix="comparison-") as work:
            before, after = (RenderRequest.from_json(content[side] | {"work": work}) for side in ("before", "after"))
            return compare(before, after)

    warm_up("none")
    _draw_once()
    return {
        "comparison": handle_comparison,
        "narration": handle_narration,
        "scene": handle_scene,
        "sketch": handle_storyboard,
        "sample": lambda content, _: sample(content),
        "timeline": lambda content, _: timeline_picture.timeline(content),
    }


def _draw_once() -> None:
    """Draw a small storyboard, for what that imports, compiles and caches: forked processes would each spend up to a second on it."""
    import tempfile

    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.storyboard import draw_storyboard

    with tempfile.TemporaryDirectory(prefix="warm-") as work:
        draw_storyboard(RenderRequest(source=WARM_UP_SCRIPT, format="markdown", work=Path(work, "work"), cache=Path(work, "cache")))


def serve(load: Callable[[], Mapping[str, Handler]], handle: Handle | None = None) -> None:
    """Handle requests until the owner closes the pipe; `handle` does it, or else this process.

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
        (handle or _handle)(kind, handlers[kind], content, send_message)


def prepare() -> None:
    """Set the environment variables that libraries read when they are imported."""
    os.environ.update(NO_WINDOWS | NO_THREADS | NO_TELEMETRY)


def _handle(_kind: str, handler: Handler, content: Json, send_message: SendMessage) -> None:
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


def _handle_confined(kind: str, handler: Handler, content: Json, send_message: SendMessage) -> None:
    """Handle a request for a task in a process forked for it. If that ends with an error, so does this process, in the same way.

    The two share the owner's pipe. This process reads nothing that the other one has written, except for its exit code.
    """
    from videogen.kinds.job import JobRequest
    from videogen.pipeline.render_request import RenderRequest
    from videogen.pipeline.runner import shrink_cache
    from videogen.voices import edge, engines, relay

    request = JobRequest.from_json(content) if kind == "job" else RenderRequest.from_json(content)
    data, limits = request.cache.parent, Limits(**request.limits)
    confine(data)
    if isinstance(request, RenderRequest) and engines.ENGINES["edge"].available() is None:
        relay.start(edge.speak_online, lambda: sandbox.enter(Policy(network=True), limits, protected=[data]))
    parent, policy = os.getpid(), policy_of(request)

    def handle_here(content: Json, send: Send) -> Json:
        sandbox.enter(policy, limits, protected=[data])
        process_group.die_with_parent(parent)  # after that: a change of privileges makes the kernel forget it
        return handler(content, send)

    if not (pid := os.fork()):
        _run_forked(lambda: _handle(kind, handle_here, content, send_message))
    relay.disconnect()
    _, status = os.waitpid(pid, 0)
    process_group.end_children()
    exit_code = os.waitstatus_to_exitcode(status)
    if exit_code < 0:
        os.kill(parent, -exit_code)
    if exit_code:
        sys.exit(exit_code)
    shrink_cache(request.cache, request.cache_max_bytes)


def policy_of(request: RenderRequest | JobRequest) -> Policy:
    """Return what the renderer of a task may reach: the task's files, its work directory, and what all renderers share."""
    from videogen.kinds.job import JobRequest

    shared = request.cache / "libraries"
    if isinstance(request, JobRequest):
        return Policy(read=tuple(request.inputs.values()), write=(shared,), use=(request.cache,), private=request.work)
    assets = request.assets.values()
    return Policy(
        read=(*assets, *(path for path in (request.piper, request.themes) if path)),
        write=(shared,),
        use=(request.cache, *([request.slots] if request.slots else [])),
        private=request.work,
    )


def _run_forked(run: Callable[[], None]) -> NoReturn:
    """Run in the forked process; leave by `os._exit`."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        run()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing may leave this function but the process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


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
