"""The tools of `app.py mcp`: what an assistant needs to make videos. Imported only where the SDK is installed."""

from __future__ import annotations

import threading
import time
from typing import Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from models import artifact, task, worker
from models.database import Store
from models.errors import VideogenError
from models.signals import event_appended
from models.task import Task
from videogen import PROGRAM, __version__
from videogen.cli.common import address, find
from videogen.cli.following import read
from videogen.config import Settings
from videogen.errors.request import NotFound
from videogen.errors.script import ScriptTooLarge
from videogen.files.confine import confine
from videogen.pipeline.script_check import check_script

ABOUT = """Makes narrated videos of scripts. A script is Markdown: each heading begins a scene, and what stands under it is shown and
spoken. Make a video, follow it until it has ended, then get its file."""
LONGEST_WAIT_S = 300.0
MOST = 50
TEXTS = ("captions_vtt", "captions_srt", "transcript", "metadata")
FILES = ("video", "thumbnail", *TEXTS)
WANTED = {"string": "a text", "int": "a whole number", "float": "a number", "dict": "an object", "finite": "a number"}
"""What an argument has to be, by the beginning of the SDK's name for the error."""


class Tools(MCPServer):
    """The SDK's server, which says in our words what is wrong with an argument."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None) -> Any:
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(" ".join(_argument(each) for each in error.__cause__.errors(include_url=False))) from error
            raise


def _argument(wrong: Any) -> str:
    name = str(wrong["loc"][0]) if wrong["loc"] else "The argument"
    if wrong["type"] == "missing":
        return f"{name} is missing."
    if wrong["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"There is no argument {name[:40]!r}."
    return f"{name} has to be {WANTED.get(wrong['type'].partition('_')[0], 'something else')}."


def server(store: Store, settings: Settings) -> MCPServer:
    """The tools, on this store."""
    tools = Tools("videogen", instructions=ABOUT, version=__version__, log_level="WARNING")

    def told(error: VideogenError) -> ToolError:
        where = [
            f"Line {diagnostic.line}: {diagnostic.message}."
            for diagnostic in error.diagnostics
            if diagnostic.line and diagnostic.message not in error.detail
        ]
        return ToolError(" ".join([error.detail, *where, error.hint]))

    @tools.tool()
    def make_video(script: str, format: str | None = None, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """Put a script (Markdown, YAML or JSON) into the queue. Options are those of front matter: voice, theme, aspect and more."""
        try:
            return state(store, settings, submit(store, settings, script, format, options or {}))
        except VideogenError as error:
            raise told(error) from error

    @tools.tool()
    async def follow_video(task_id: str, context: Context, wait_s: float = 60.0) -> dict[str, Any]:
        """Wait until a video is made, or wait_s seconds (300 at most), and tell how it stands: status, progress, and what went wrong."""
        if not 0 <= wait_s <= LONGEST_WAIT_S:
            raise ToolError(f"wait_s is {wait_s:g}; it has to be from 0 to {LONGEST_WAIT_S:g}. Call again to wait longer.")
        wakeup, after, until = threading.Event(), 0, time.monotonic() + wait_s

        def notify(_sender: object) -> None:
            wakeup.set()

        try:
            id = find(store, task_id).id
            with event_appended.connected_to(notify):
                while True:
                    wakeup.clear()
                    page, ended = await anyio.to_thread.run_sync(read, store, id, after)
                    for each in page:
                        await context.report_progress(each.progress or 0.0, 1.0, each.message)
                        after = each.seq
                    left_s = until - time.monotonic()
                    if not page and (ended or left_s <= 0):
                        return state(store, settings, find(store, id))
                    if not page:
                        await anyio.to_thread.run_sync(wakeup.wait, min(left_s, 1.0))
        except VideogenError as error:
            raise told(error) from error

    @tools.tool()
    def list_videos(status: str | None = None, words: str | None = None, limit: int = 10) -> dict[str, Any]:
        """The newest videos (1 to 50): of a status (queued, running, completed, failed, cancelled), or with words in title or script."""
        if status and status not in task.STATUSES:
            raise ToolError(f"There is no status {status[:40]!r}. Use one of: {', '.join(task.STATUSES)}.")
        if not 1 <= limit <= MOST:
            raise ToolError(f"limit is {limit}; it has to be from 1 to {MOST}.")
        try:
            with store.reading() as snapshot:
                found, _ = task.page(snapshot, limit=limit, status=status, words=words)
            return {"videos": [state(store, settings, each) for each in found]}
        except VideogenError as error:
            raise told(error) from error

    @tools.tool()
    def get_file(task_id: str, kind: str = "video") -> dict[str, Any]:
        """Where a file of a video is on this machine: video, thumbnail, captions_vtt, captions_srt, transcript or metadata."""
        try:
            return file_of(store, find(store, task_id), kind)
        except VideogenError as error:
            raise told(error) from error

    return tools


READING = threading.Lock()
"""Tools may run in threads, and what reads formulas is not made for several."""


def submit(store: Store, settings: Settings, script: str, format: str | None, options: dict[str, Any]) -> Task:
    """Check a script as every door does, and put it into the queue."""
    size = len(script.encode("utf-8", "surrogatepass"))
    if size > settings.script_max_bytes:
        raise ScriptTooLarge(f"The script has {size} bytes, and {settings.script_max_bytes} may be.")
    with READING:
        confine(settings.data)
        admitted = check_script(script, format, options, voice=settings.voice, theme=settings.theme)
    return task.submit(
        store,
        source=script,
        format=admitted.format,
        title=admitted.title,
        options=options,
        attempts=settings.attempts,
        max_queued=settings.max_queued,
    )


def state(store: Store, settings: Settings, found: Task) -> dict[str, Any]:
    """A task as an assistant needs it."""
    with store.reading() as snapshot:
        alive = worker.count_alive(snapshot)
    said: dict[str, Any] = {
        "task_id": found.id,
        "title": found.title,
        "status": found.status,
        "progress": found.progress,
        "message": found.message,
        "page": address(settings, found.id),
    }
    if found.error_code:
        said["error"] = {"code": found.error_code, "message": found.error_message, "hint": found.error_hint, "stage": found.error_stage}
    if not found.finished and not alive:
        said["note"] = f"No worker is running: the person has to start one with {PROGRAM} serve or {PROGRAM} worker."
    return said


def file_of(store: Store, found: Task, kind: str) -> dict[str, Any]:
    """Where the task's file of this kind is. Raises NotFound."""
    if kind not in FILES:
        raise NotFound(f"There is no kind of file called {kind[:40]!r}.", hint=f"Use one of: {', '.join(FILES)}.")
    with store.reading() as snapshot:
        file = artifact.one(snapshot, found.id, kind)
    path = store.data.resolve() / file.key if file else None
    if file is None or path is None or not path.is_file():
        with store.reading() as snapshot:
            there = [each for each in FILES if artifact.one(snapshot, found.id, each)]
        hint = (
            f"It has: {', '.join(there)}."
            if there
            else f"It is {found.status} and has no files."
            if found.finished
            else "Follow it until it is completed."
        )
        raise NotFound(f"The task has no {kind}{'' if found.finished else ' yet'}.", hint=hint)
    said: dict[str, Any] = {"path": str(path), "media_type": file.media_type, "bytes": file.bytes}
    return said | ({"text": path.read_text(encoding="utf-8")} if kind in TEXTS else {})
