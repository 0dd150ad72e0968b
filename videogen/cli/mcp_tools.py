"""The tools of `app.py mcp`, with which an assistant makes videos. Imported only where the SDK is installed."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from models import task
from models.database import Store
from models.errors import VideogenError
from models.event import EventType
from models.files import blob_store
from models.files.blob_store import Asset
from models.intake import TaskSpec, submit_all
from models.signals import event_appended
from models.task import Task
from videogen import __version__
from videogen.cli import script_assets
from videogen.cli.admission import admit
from videogen.cli.common import find
from videogen.cli.following import read_page
from videogen.cli.mcp_answers import READING, describe_set, describe_task, describe_warning, find_file, kinds_of_files, tool_error
from videogen.cli.mcp_version_tools import add_version_tools
from videogen.cli.set_specs import specs_of_rows
from videogen.config import Settings
from videogen.kinds.document_import import IMPORT
from videogen.kinds.kind import AdmissionContext
from videogen.kinds.video import AFTER_IMPORT, VIDEO
from videogen.kinds.video_set import specs_of_set
from videogen.pipeline.script_files import UploadedFiles
from videogen.pipeline.script_set import expand
from videogen.pipeline.set_titles import set_title, unused_warning

INSTRUCTIONS = """Turns scripts into narrated videos. A script is Markdown: each heading starts a scene, and the text below it is shown and
spoken. Make a video, follow it until it has ended, then get its file. A video that is made is changed by making a new version
(change_narration), which is compared with it (compare_videos)."""
MAX_WAIT_S = 300.0
MAX_VIDEOS = 50
EXPECTED = {"string": "a text", "int": "a whole number", "float": "a number", "dict": "an object", "finite": "a number"}
"""What an argument must be, by the first part of the SDK's error type."""


class Tools(MCPServer):
    """The SDK's server, with our own messages for wrong arguments and for errors of the application."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None) -> Any:
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            match error.__cause__:
                case VideogenError() as cause:
                    raise tool_error(cause) from cause
                case ValidationError() as cause:
                    raise ToolError(" ".join(_describe_wrong_argument(wrong) for wrong in cause.errors(include_url=False))) from error
            raise


def _describe_wrong_argument(wrong: Any) -> str:
    name = str(wrong["loc"][0]) if wrong["loc"] else "The argument"
    if wrong["type"] == "missing":
        return f"{name} is missing."
    if wrong["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"There is no argument {name[:40]!r}."
    return f"{name} has to be {EXPECTED.get(wrong['type'].partition('_')[0], 'something else')}."


def server(store: Store, settings: Settings) -> MCPServer:
    """Return the server with all tools, on this store."""
    tools = Tools("videogen", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")

    @tools.tool()
    def make_video(script: str, format: str | None = None, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """Submit a script (Markdown, YAML or JSON). Options are those of front matter: voice, theme, aspect and more."""
        return describe_task(store, settings, submit(store, settings, script, format, options or {}))

    @tools.tool()
    def import_document(path: str, slides: str = "rebuilt") -> dict[str, Any]:
        """Turn a document on this machine (.pptx, .odp, .pdf, .ipynb, .docx, .html) into a script, and make the video of it.

        slides: rebuilt or pictures. Follow the task, then get_file with kind script; the second task is the video of the script as it is.
        """
        try:
            imported, video = submit_import(store, settings, Path(path), slides)
            return {"import": describe_task(store, settings, imported), "video": describe_task(store, settings, video)}
        except OSError as error:
            raise ToolError(f"{path[:200]} cannot be read: {error.strerror}.") from error

    @tools.tool()
    def make_set(script: str, values: str, options: dict[str, Any] | None = None, title: str = "") -> dict[str, Any]:
        """Submit a video for each row of a table (CSV, its first line names the columns; or a list in YAML). All are submitted or none.

        The script has variables such as {{name}}, called like the columns. Follow the task of the set, then get_set.
        """
        return submit_set(store, settings, script, values, options or {}, title)

    @tools.tool()
    def get_set(task_id: str) -> dict[str, Any]:
        """Return a set's videos in the order of its rows: status of each, and the path of those that are completed on this machine."""
        return describe_set(store, settings, task_id)

    @tools.tool()
    async def follow_video(task_id: str, context: Context, wait_s: float = 60.0) -> dict[str, Any]:
        """Wait until a task is done, or wait_s seconds (300 at most). Return its status, progress, error, warnings and kinds of files."""
        if not 0 <= wait_s <= MAX_WAIT_S:
            raise ToolError(f"wait_s is {wait_s:g}; the range is 0 to {MAX_WAIT_S:g}. Call again to wait longer.")
        wakeup, after, deadline = threading.Event(), 0, time.monotonic() + wait_s
        warnings: list[str] = []

        def wake(_sender: object) -> None:
            wakeup.set()

        id = find(store, task_id).id
        with event_appended.connected_to(wake):
            while True:
                wakeup.clear()
                page, ended = await anyio.to_thread.run_sync(read_page, store, id, after)
                for event in page:
                    await context.report_progress(event.progress or 0.0, 1.0, event.message)
                    after = event.seq
                    if event.type == EventType.TASK_WARNING:
                        warnings.append(describe_warning(event.data))
                left_s = deadline - time.monotonic()
                if not page and (ended or left_s <= 0):
                    row = find(store, id)
                    return describe_task(store, settings, row) | {"warnings": warnings, "files": kinds_of_files(store, row)}
                if not page:
                    await anyio.to_thread.run_sync(wakeup.wait, min(left_s, 1.0))

    @tools.tool()
    def list_videos(status: str | None = None, words: str | None = None, limit: int = 10) -> dict[str, Any]:
        """List the newest videos (1 to 50), by status (queued, running, completed, failed, cancelled) or by words in title or script."""
        if status and status not in task.STATUSES:
            raise ToolError(f"There is no status {status[:40]!r}. Use one of: {', '.join(task.STATUSES)}.")
        if not 1 <= limit <= MAX_VIDEOS:
            raise ToolError(f"limit is {limit}; the range is 1 to {MAX_VIDEOS}.")
        with store.reading() as snapshot:
            tasks, _ = task.page(snapshot, limit=limit, status=status, kind=VIDEO.name, words=words)
        return {"videos": [describe_task(store, settings, row) for row in tasks]}

    @tools.tool()
    def get_file(task_id: str, kind: str | None = None) -> dict[str, Any]:
        """Return the path of a task's file on this machine; by default what it makes: video, script (of an import) or export.

        A video also has thumbnail, captions_vtt, captions_srt, transcript and metadata.
        """
        return find_file(store, find(store, task_id), kind)

    add_version_tools(tools, store, settings)
    return tools


def submit(store: Store, settings: Settings, script: str, format: str | None, options: dict[str, Any]) -> Task:
    """Check a script as the API does, and submit it."""
    with READING:
        admitted = admit(settings, script, format, options, script_assets.add_brands(store, script, options, UploadedFiles()))
    files = script_assets.keep_look(settings, admitted, (), store.files)
    return task.submit(
        store,
        source=script,
        format=admitted.format,
        title=admitted.title,
        options=options,
        attempts=settings.attempts,
        max_queued=settings.max_queued,
        assets=files,
    )


def submit_import(store: Store, settings: Settings, path: Path, slides: str) -> tuple[Task, Task]:
    """Submit the import of a document, and the video of its script. Raises BadPayload, OSError and what `submit_all` raises."""
    payload = {"document": path.name, "slides": slides}
    IMPORT.admission(IMPORT.check_payload(payload), AdmissionContext(store))
    with path.open("rb") as content, blob_store.staged(store.data, content, store.files) as staged:
        staged.keep()
    document = Asset(path.name, staged.id, "application/octet-stream", staged.bytes)
    specs = [
        TaskSpec(kind=IMPORT.name, payload=payload, title=path.name, attempts=settings.attempts, assets=[document]),
        TaskSpec(payload={"script_of": AFTER_IMPORT}, title=path.stem, attempts=settings.attempts, after=[0]),
    ]
    imported, video = submit_all(store, specs, max_queued=settings.max_queued)
    return imported.task, video.task


def submit_set(store: Store, settings: Settings, script: str, values: str, options: dict[str, Any], title: str) -> dict[str, Any]:
    """Check every row of a set as the API does, and submit all videos. Raises BadValues and BadScript with the rows that are at fault."""
    with READING:
        expanded = expand(script, None, values)
        specs = specs_of_rows(store, settings, expanded, options, UploadedFiles())
    name = set_title(title, [spec.title for spec in specs])
    tasks = [made.task for made in submit_all(store, specs_of_set(specs, name, settings.attempts), max_queued=settings.max_queued)]
    warning = unused_warning(expanded.unused)
    return describe_set(store, settings, tasks[-1].id) | ({"warnings": [warning]} if warning else {})
