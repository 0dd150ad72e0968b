"""Rows as the shapes of the API. Pages and streams show the same shapes."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from models import artifact, asset, clock, dependency, event, search, tag, task, worker
from models.artifact import Artifact
from models.database import Read, Store
from models.errors import RowDamaged
from models.event import Cursor, Event
from models.files import walk
from models.milestones import cursor as milestones_cursor
from models.milestones import milestones as read_milestones
from models.replay import public
from models.sqlite.driver import has_wal_reset_bug, sqlite_version
from models.task import Task
from videogen import PROGRAM, __version__
from videogen.config import Settings
from videogen.files import disk_space
from videogen.kinds import registry
from videogen.kinds.export import EXPORT
from videogen.kinds.video import VIDEO
from videogen.pipeline.stages import StageInfo
from videogen.processes.liveness import starts_workers
from videogen.script.languages import AUTO
from videogen.streams.listener import listeners
from videogen.web import labels
from videogen.web.attempts import attempts
from videogen.web.native_thread import in_thread
from videogen.web.path_prefix import current_prefix

CACHE_MEASURED_S = 60
FILES = {
    "video": "video",
    "thumbnail": "thumbnail",
    "captions_vtt": "captions.vtt",
    "captions_srt": "captions.srt",
    "transcript": "transcript",
    "metadata": "metadata",
}
"""What of a video has an address of its own, by the artifact's kind. Other files are at `/files/<kind>`."""


def task_view(store: Store, settings: Settings, task_id: str) -> dict[str, Any]:
    """Return the task as `GET /api/tasks/<id>` gives it. Raises TaskNotFound or TaskGone."""
    with store.reading() as read:
        return describe(read, task.find(read, task_id))


def describe(read: Read, row: Task, prefix: str | None = None) -> dict[str, Any]:
    """Return the task's whole shape, as of this snapshot.

    The URLs of its files begin with `prefix`, by default with the current request's.
    """
    prefix = current_prefix() if prefix is None else prefix
    used = asset.of_task(read, row.id)
    shape = _fields(read, row) | {
        "stalled": row.status == "running" and event.is_stalled(read, row.id),
        "stages": _stages(row),
        "artifacts": [_file(file, row.kind, prefix) for file in artifact.of_task(read, row.id)],
        "warnings": [dict(warning.data) | {"at": warning.at} for warning in event.warnings(read, row.id) if warning.attempt == row.attempt],
        "after": [{"id": id, "title": title, "status": status} for id, title, status in dependency.predecessors(read, row.id)],
        "tags": tag.of_task(read, row.id),
        "unique_key": row.unique_key,
        "payload": row.payload,
        "format": row.format,
        "options": row.options,
        "language": language_of(read, row),
        "assets": [
            {"name": used_file.name, "id": used_file.id, "media_type": used_file.media_type, "bytes": used_file.bytes} for used_file in used
        ],
        "error": _damage(row) if row.damaged else _error(row, event.failure(read, row.id)) if row.error_code else None,
    }
    return shape | labels.described(shape) | {"trouble": labels.trouble(shape)}


LANGUAGE_KNOWN_AFTER = 3
"""Stages: parsing, which finds it out, is the second; once more where a first attempt ended between the two."""


def language_of(read: Read, row: Task) -> str | None:
    """Return the BCP 47 tag of what the video is in: as it was found out, else as it was asked for, else None."""
    for ended in event.first_stages_completed(read, row.id, LANGUAGE_KNOWN_AFTER):
        if isinstance(language := ended.data.get("language"), str):
            return language
    asked = (row.options or {}).get("language")
    return asked if isinstance(asked, str) and asked != AUTO else None


def summary(read: Read, row: Task) -> dict[str, Any]:
    """Return the task as a list shows it: without stages and files."""
    shape = _fields(read, row)
    return shape | labels.described(shape)


def _fields(read: Read, row: Task) -> dict[str, Any]:
    running = row.status == "running"
    return {
        "id": row.id,
        "kind": row.kind,
        "title": row.title,
        "status": row.status,
        "stage": row.stage,
        "progress": row.progress,
        "message": row.message,
        "attempt": row.attempt,
        "attempts_left": row.attempts_left,
        "priority": row.priority,
        "made_from_task_id": row.made_from_task_id,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "length_s": length_of(row),
        "elapsed_s": _seconds(row.started_at, row.finished_at),
        "remaining_s": row.stages.get(row.stage or "", {}).get("remaining_s") if running else None,
        "queue_position": task.queue_position(read, row),
        "not_before": row.not_before,
        "hold_reason": row.hold_reason,
        "retry_in_s": _until(row.not_before) if row.status == "queued" else None,
        "run_at": row.run_at,
        "starts_in_s": _until(row.run_at) if row.status == "queued" else None,
        "lock": row.lock,
        "schedule_id": row.schedule_id,
        "workers_alive": worker.count_alive(read),
        "last_sign_at": worker.seen_at(read, row.worker_id),
        "cancel_requested": row.cancel_requested_at is not None,
        "error": _damage(row) if row.damaged else _error(row) if row.error_code else None,
        "damaged": list(row.damaged),
        "cursor": str(Cursor(read.epoch, event.last_of_task(read, row.id))),
    }


def task_list(
    store: Store,
    settings: Settings,
    limit: int = 50,
    before: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    words: str | None = None,
    tagged: str | None = None,
) -> dict[str, Any]:
    """Return a page of tasks, the newest first, and the cursor of the next one.

    With `words`: those that have them, and where in their scripts. With `tagged`: those that have that tag.
    """
    with store.reading() as read:
        tasks, following = task.page(
            read, limit=limit, before=before, status=status, kind=kind, words=words, among=tag.ids_of(tagged) if tagged else None
        )
        tags = tag.of_tasks(read, [row.id for row in tasks])
        excerpts = search.excerpts(read, words, [row.id for row in tasks]) if words else {}
        return {
            "tasks": [
                summary(read, row)
                | {"thumbnail": artifact.one(read, row.id, "thumbnail") is not None, "tags": tags.get(row.id, [])}
                | ({"excerpt": [{"text": text, "hit": hit} for text, hit in excerpts.get(row.id, ())]} if words else {})
                for row in tasks
            ],
            "next": following,
            "empty": labels.empty_list(status, words, kind, tagged),
        }


ROW_DEFAULTS: Mapping[str, Any] = {"attempts_left": 3, "workers_alive": 1, "kind": VIDEO.name}
FROM_ROW = ("title", "created_at", "excerpt", "label", "allowed", "suggested", "finished", "error")
"""What a page need not repeat: the row shows it, or the status decides it, or no row shows it."""


def compact(tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return listed tasks as a page carries them beside their rows: without what static/js/task-rows.js takes from those."""
    return [
        {name: value for name, value in task.items() if name not in FROM_ROW and value not in (None, False, [], ROW_DEFAULTS.get(name))}
        for task in tasks
    ]


def events_page(store: Store, task_id: str, after: str | None = None, limit: int = 200) -> dict[str, Any]:
    """Return a page of the task's log after a cursor. If it cannot be resumed: the beginning, with the reason as `reset`."""
    with store.reading() as read:
        row = task.find(read, task_id)
        cursor = Cursor.parse(after) if after else None
        reason = event.reset_reason(read, cursor) if after else None
        start = cursor.seq if cursor and not reason else read.floor
        page = event.after(read, start, task_ids={task_id}, limit=limit + 1)
        events = page[:limit]
        last = events[-1].seq if events else start
        return {
            "events": [{"id": str(Cursor(read.epoch, entry.seq))} | public(entry) for entry in events],
            "cursor": str(Cursor(read.epoch, last)),
            "ended": row.finished and len(page) <= limit,
        } | ({"reset": reason} if reason else {})


def log_page(store: Store, after: str | None = None, limit: int = 200) -> dict[str, Any]:
    """Return a page of the log of all tasks after a cursor. Without one, or if it cannot be resumed: an empty page at the log's end."""
    with store.reading() as read:
        cursor = Cursor.parse(after) if after else None
        reason = event.reset_reason(read, cursor) if after else None
        start = cursor.seq if cursor and not reason else event.head(read)
        page = event.after(read, start, limit=limit)
        return {
            "events": [{"id": str(Cursor(read.epoch, entry.seq))} | public(entry) for entry in page],
            "cursor": str(Cursor(read.epoch, page[-1].seq if page else start)),
            "ended": False,
        } | ({"reset": reason} if reason else {})


def milestones(store: Store, task_id: str, until: Cursor) -> list[dict[str, Any]]:
    """Return the task's events up to a cursor but the steps in between: what its timeline is drawn from."""
    return [public(event) for event in read_milestones(store, task_id, until)]


def attempts_view(store: Store, task_id: str) -> dict[str, Any]:
    """List the attempts. Raises TaskNotFound or TaskGone."""
    until = milestones_cursor(store, task_id)
    return {"attempts": [attempt | {"text": labels.attempt(attempt)} for attempt in attempts(read_milestones(store, task_id, until))]}


def exports(store: Store, task_id: str) -> list[Task]:
    """Return the exports of a video, newest first."""
    with store.reading() as read:
        return task.made_from(read, task_id, EXPORT.name)


def status_view(store: Store, settings: Settings) -> dict[str, Any]:
    """Return how the whole server stands, for a person."""
    with store.reading() as read:
        workers = worker.alive(read)
        running = [row for row in task.unfinished(read) if row.status == "running"]
        view = {
            "now": clock.now(),
            "version": __version__,
            "python": platform.python_version(),
            "sqlite": ".".join(map(str, sqlite_version())),
            "database": store.dialect.version(),
            "epoch": read.epoch,
            "head": event.head(read),
            "floor": read.floor,
            "tasks": task.count_by_status(read),
            "stalled": [{"id": row.id, "title": row.title} for row in running if event.is_stalled(read, row.id)],
            "workers": [
                {"id": row.id, "pid": row.pid, "started_at": row.started_at, "seen_at": row.seen_at, "task_id": row.task_id}
                for row in workers
            ],
        }
    view |= {
        "listeners": listeners(settings.data / "listen"),
        "disk_free_bytes": disk_space.free_bytes(settings.data),
        "database_bytes": store.dialect.database_bytes(),
        "wal_bytes": store.wal_bytes(),
        "cache_bytes": in_thread(_cache_bytes, settings.data / "cache", round(time.monotonic() / CACHE_MEASURED_S)),
        "data": str(settings.data.resolve()),
        "files": store.files.location if settings.files_url else str(settings.data.resolve()),
    }
    return view | {"warnings": _warnings(view, settings)}


@lru_cache(maxsize=4)
def _cache_bytes(cache: Path, _moment: int) -> int:
    """Return the size of the cache, measured once a moment: it may hold many files."""
    return sum(map(walk.size, walk.files(cache, depth=3)))


def _warnings(view: Mapping[str, Any], settings: Settings) -> list[dict[str, str]]:
    warnings = []
    if low := disk_space.shortage(settings):
        warnings.append({"code": low.code, "message": low.detail, "hint": low.hint})
    if not view["workers"]:
        waiting = view["tasks"]["queued"]
        wait = f" {waiting} video{' waits' if waiting == 1 else 's wait'} for one." if waiting else ""
        hint = (
            "The server starts one by itself. If none comes, its log says why." if starts_workers() else f"Start one with: {PROGRAM} worker"
        )
        warnings.append({"code": "no_worker", "message": f"No worker is running.{wait}", "hint": hint})
    for row in view["stalled"]:
        warnings.append(
            {
                "code": "task_stalled",
                "message": f"Nothing new of “{row['title']}” for {settings.stall_s:g} s.",
                "hint": f"If its step hangs, it is stopped after {settings.stage_silence_s:g} s; or cancel it on its page.",
                "task_id": row["id"],
            }
        )
    for name, reason in registry.installed().broken.items():
        warnings.append(
            {
                "code": "kind_broken",
                "message": f"The kind of task “{name}” cannot be used: {reason}.",
                "hint": "Repair or remove the package that brings it, and restart the server and its workers.",
            }
        )
    if not settings.server and has_wal_reset_bug(sqlite_version()):
        warnings.append(
            {
                "code": "sqlite_wal_reset",
                "message": f"SQLite {view['sqlite']} can damage a database when its write-ahead log is reset.",
                "hint": "Install pysqlite3, or a Python with SQLite 3.51.3 or newer.",
            }
        )
    return warnings


def _stages(row: Task) -> list[dict[str, Any]]:
    table = []
    for stage in stages_of(row):
        known = row.stages.get(stage.name, {})
        status = known.get("status", "waiting")
        # A stage that ran when its attempt ended runs no more.
        if status == "running" and row.status != "running":
            status = "waiting" if row.status == "queued" else row.status
        table.append(
            {
                "name": stage.name,
                "label": stage.label,
                "weight": stage.weight,
                "status": status,
                "progress": known.get("progress", 0.0),
                "started_at": known.get("started_at"),
                "finished_at": known.get("finished_at"),
                "remaining_s": known.get("remaining_s"),
                "made": known.get("made"),
                "reused": known.get("reused"),
            }
        )
    return table


def length_of(row: Task) -> float | None:
    """Return the seconds that a finished video lasts; None of one that is not finished, or is older than the field."""
    lengths = (stage.get("length_s") for stage in row.stages.values())
    return next((float(length) for length in lengths if isinstance(length, int | float)), None)


def stages_of(row: Task) -> Sequence[StageInfo]:
    """Return the stages of the task's kind; of one that is not installed those that it has had."""
    kind = registry.look_up(row.kind)
    return kind.stages if kind else tuple(StageInfo(name, name.capitalize(), 0.0) for name in row.stages)


def stage_labels(store: Store, task_id: str) -> dict[str, str]:
    """Return the labels of a task's stages by name, in order. Raises TaskNotFound or TaskGone."""
    return {stage.name: stage.label for stage in stages_of(task.get(store, task_id))}


def _file(file: Artifact, kind: str, prefix: str) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "label": labels.artifact_of(kind, file.kind),
        "position": file.position,
        "name": file.key.rpartition("/")[2],
        "media_type": file.media_type,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "url": prefix + address if (address := _address(file)) else None,
    }


def _address(file: Artifact) -> str | None:
    if file.kind in FILES:
        return f"/api/tasks/{file.task_id}/{FILES[file.kind]}"
    if ending := {"scene_picture": "png", "scene": "mp4"}.get(file.kind):
        return f"/api/tasks/{file.task_id}/scenes/{file.position}.{ending}"
    return f"/api/tasks/{file.task_id}/files/{quote(file.kind, safe='')}" + (f"/{file.position}" if file.position else "")


def _error(row: Task, failure: Event | None = None) -> dict[str, Any]:
    error = {"code": row.error_code, "message": row.error_message, "hint": row.error_hint, "stage": row.error_stage}
    if failure:
        error |= {"retryable": failure.data.get("retryable"), "faults": failure.data.get("faults", [])}
    return error


def _damage(row: Task) -> dict[str, Any]:
    """Return a row that could not be read whole, as an error of its task."""
    return {"code": RowDamaged.code, "message": f"Its row is damaged: {', '.join(row.damaged)}.", "hint": RowDamaged.hint, "stage": None}


def _until(at: str | None) -> float | None:
    """Return the seconds until a moment that is still to come."""
    left = (clock.parse(at) - clock.parse(clock.now())).total_seconds() if at else 0.0
    return round(left, 3) if left > 0 else None


def _seconds(start: str | None, end: str | None) -> float | None:
    if not start:
        return None
    return round(clock.seconds_between(start, end or clock.now()), 3)
