"""What the tools of `app.py mcp` answer: tasks, sets and files as JSON, and errors as sentences."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver.exceptions import ToolError

from models import artifact, worker
from models.database import Store
from models.errors import VideogenError
from models.task import Task
from videogen import PROGRAM
from videogen.cli.common import find, task_url
from videogen.config import Settings
from videogen.errors.request import NotFound
from videogen.kinds.video_set import find_set, videos_of

TEXTS = ("captions_vtt", "captions_srt", "transcript", "metadata", "script")
FILES = ("video", "thumbnail", *TEXTS, "export")
MADE = {"import": "script", "export": "export"}
"""The file that tasks of a kind are for; of the others it is the video."""
TEXT_TYPES = ("text/", "application/x-subrip")
"""Of exports."""
READING = threading.Lock()
"""Tools may run in threads, and the formula library is not thread-safe."""


def tool_error(error: VideogenError) -> ToolError:
    """Return an error for an assistant, with the places and what to do."""
    where = [
        f"Line {diagnostic.line}: {diagnostic.message}."
        for diagnostic in error.diagnostics
        if diagnostic.line and diagnostic.message not in error.detail
    ]
    return ToolError(" ".join([error.detail, *where, error.hint]))


def describe_set(store: Store, settings: Settings, task_id: str) -> dict[str, Any]:
    """Return a set and its videos for an assistant. Raises BadPayload for a task of another kind, TaskNotFound and TaskGone."""
    with store.reading() as snapshot:
        end = find_set(snapshot, find(store, task_id).id)
        rows = videos_of(snapshot, end.id)
        files = {row.id: artifact.one(snapshot, row.id, "video") for row in rows}
    videos = []
    for row in rows:
        file = files[row.id]
        path = store.files.fetch(file.key) if file and row.status == "completed" else None
        videos.append({"task_id": row.id, "title": row.title, "status": row.status} | ({"path": str(path)} if path else {}))
    return describe_task(store, settings, end) | {"videos": videos}


def describe_task(store: Store, settings: Settings, row: Task) -> dict[str, Any]:
    """Return a task's state for an assistant."""
    with store.reading() as snapshot:
        alive = worker.count_alive(snapshot)
    result: dict[str, Any] = {
        "task_id": row.id,
        "title": row.title,
        "status": row.status,
        "progress": row.progress,
        "message": row.message,
        "page": task_url(settings, row.id),
    }
    if row.error_code:
        result["error"] = {"code": row.error_code, "message": row.error_message, "hint": row.error_hint, "stage": row.error_stage}
    if not row.finished and not alive:
        result["note"] = f"No worker is running. The user has to start one: {PROGRAM} serve or {PROGRAM} worker."
    return result


def describe_warning(data: Mapping[str, Any]) -> str:
    """Return a warning as sentences."""
    where = f"Line {data['line']}: " if data.get("line") else ""
    return where + " ".join(filter(None, (str(data.get("message") or ""), str(data.get("hint") or ""))))


def kinds_of_files(store: Store, row: Task) -> list[str]:
    """Return the kinds of files that a task has."""
    with store.reading() as snapshot:
        own = {file.kind for file in artifact.of_task(snapshot, row.id) if not file.position}
    return [kind for kind in FILES if kind in own]


def find_file(store: Store, row: Task, kind: str | None) -> dict[str, Any]:
    """Return the path, type and size of a task's file, by default of what it makes; for text also its content. Raises NotFound."""
    kind = kind or MADE.get(row.kind, "video")
    if kind not in FILES:
        raise NotFound(f"There is no kind of file called {kind[:40]!r}.", hint=f"Use one of: {', '.join(FILES)}.")
    with store.reading() as snapshot:
        file = artifact.one(snapshot, row.id, kind)
    path = store.files.fetch(file.key) if file else None
    if file is None or path is None or not path.is_file():
        existing = kinds_of_files(store, row)
        hint = (
            f"It has: {', '.join(existing)}."
            if existing
            else f"It is {row.status} and has no files."
            if row.finished
            else "Follow it until it is completed."
        )
        raise NotFound(f"The task has no {kind}{'' if row.finished else ' yet'}.", hint=hint)
    result: dict[str, Any] = {"path": str(path), "media_type": file.media_type, "bytes": file.bytes}
    is_text = kind in TEXTS or file.media_type.startswith(TEXT_TYPES)
    return result | ({"text": path.read_text(encoding="utf-8")} if is_text else {})
