"""Rows as the shapes of the API. Pages and streams show the same shapes."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from models import artifact, asset, clock, event, search, task, worker
from models.artifact import Artifact
from models.database import Read, Store
from models.driver import has_wal_reset_bug, sqlite_version
from models.errors import RowDamaged
from models.event import Cursor, Event
from models.files import walk
from models.milestones import cursor as milestones_cursor
from models.milestones import milestones as read_milestones
from models.replay import public
from models.task import Task
from videogen import PROGRAM, __version__
from videogen.config import Settings
from videogen.files import disk_space
from videogen.kinds import registry
from videogen.kinds.kind import Kind
from videogen.pipeline.stages import StageInfo
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
    """The task as `GET /api/tasks/<id>` gives it. Raises TaskNotFound or TaskGone."""
    with store.reading() as read:
        return describe(read, task.find(read, task_id))


def describe(read: Read, found: Task, prefix: str | None = None) -> dict[str, Any]:
    """The task's whole shape, as of this snapshot. The URLs of its files begin with `prefix`, by default with the current request's."""
    prefix = current_prefix() if prefix is None else prefix
    used = asset.of_task(read, found.id)
    shape = _fields(read, found) | {
        "stalled": found.status == "running" and event.is_stalled(read, found.id),
        "stages": _stages(found),
        "artifacts": [_file(each, found.kind, prefix) for each in artifact.of_task(read, found.id)],
        "warnings": [dict(each.data) | {"at": each.at} for each in event.warnings(read, found.id) if each.attempt == found.attempt],
        "payload": found.payload,
        "format": found.format,
        "options": found.options,
        "language": language_of(read, found),
        "assets": [{"name": each.name, "id": each.id, "media_type": each.media_type, "bytes": each.bytes} for each in used],
        "error": _damage(found) if found.damaged else _error(found, event.failure(read, found.id)) if found.error_code else None,
    }
    return shape | labels.described(shape) | {"trouble": labels.trouble(shape)}


LANGUAGE_KNOWN_AFTER = 3
"""Stages: parsing, which finds it out, is the second; once more where a first attempt ended between the two."""


def language_of(read: Read, found: Task) -> str | None:
    """Return the BCP 47 tag of what the video is in: as it was found out, else as it was asked for, else None."""
    for ended in event.first_stages_completed(read, found.id, LANGUAGE_KNOWN_AFTER):
        if isinstance(language := ended.data.get("language"), str):
            return language
    asked = (found.options or {}).get("language")
    return asked if isinstance(asked, str) and asked != AUTO else None


def summary(read: Read, found: Task) -> dict[str, Any]:
    """Return the task as a list shows it: without stages and files."""
    shape = _fields(read, found)
    return shape | labels.described(shape)


def _fields(read: Read, found: Task) -> dict[str, Any]:
    running = found.status == "running"
    return {
        "id": found.id,
        "kind": found.kind,
        "title": found.title,
        "status": found.status,
        "stage": found.stage,
        "progress": found.progress,
        "message": found.message,
        "attempt": found.attempt,
        "attempts_left": found.attempts_left,
        "priority": found.priority,
        "made_from_task_id": found.made_from_task_id,
        "created_at": found.created_at,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "elapsed_s": _seconds(found.started_at, found.finished_at),
        "remaining_s": found.stages.get(found.stage or "", {}).get("remaining_s") if running else None,
        "queue_position": task.queue_position(read, found),
        "not_before": found.not_before,
        "hold_reason": found.hold_reason,
        "retry_in_s": _until(found.not_before) if found.status == "queued" else None,
        "workers_alive": worker.count_alive(read),
        "last_sign_at": worker.seen_at(read, found.worker_id),
        "cancel_requested": found.cancel_requested_at is not None,
        "error": _damage(found) if found.damaged else _error(found) if found.error_code else None,
        "damaged": list(found.damaged),
        "cursor": str(Cursor(read.epoch, event.last_of_task(read, found.id))),
    }


def task_list(
    store: Store,
    settings: Settings,
    limit: int = 50,
    before: str | None = None,
    status: str | None = None,
    kind: str | None = None,
    words: str | None = None,
) -> dict[str, Any]:
    """A page of tasks, the newest first, and the cursor of the next one. With `words`: those that have them, and where in their scripts."""
    with store.reading() as read:
        tasks, following = task.page(read, limit=limit, before=before, status=status, kind=kind, words=words)
        found = search.excerpts(read, words, [each.id for each in tasks]) if words else {}
        return {
            "tasks": [
                summary(read, each)
                | {"thumbnail": artifact.one(read, each.id, "thumbnail") is not None}
                | ({"excerpt": [{"text": text, "hit": hit} for text, hit in found.get(each.id, ())]} if words else {})
                for each in tasks
            ],
            "next": following,
            "empty": labels.empty_list(status, words, kind),
        }


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
    """The task's events up to a cursor but the steps in between: what its timeline is drawn from."""
    return [public(each) for each in read_milestones(store, task_id, until)]


def attempts_view(store: Store, task_id: str) -> dict[str, Any]:
    """What became of each attempt. Raises TaskNotFound or TaskGone."""
    until = milestones_cursor(store, task_id)
    return {"attempts": [each | {"text": labels.attempt(each)} for each in attempts(read_milestones(store, task_id, until))]}


def status_view(store: Store, settings: Settings) -> dict[str, Any]:
    """How the whole server stands, for a person."""
    with store.reading() as read:
        workers = worker.alive(read)
        running = [each for each in task.unfinished(read) if each.status == "running"]
        view = {
            "now": clock.now(),
            "version": __version__,
            "python": platform.python_version(),
            "sqlite": ".".join(map(str, sqlite_version())),
            "epoch": read.epoch,
            "head": event.head(read),
            "floor": read.floor,
            "tasks": task.count_by_status(read),
            "stalled": [{"id": each.id, "title": each.title} for each in running if event.is_stalled(read, each.id)],
            "workers": [
                {"id": each.id, "pid": each.pid, "started_at": each.started_at, "seen_at": each.seen_at, "task_id": each.task_id}
                for each in workers
            ],
        }
    wal = settings.database.with_name(f"{settings.database.name}-wal")
    view |= {
        "listeners": listeners(settings.data / "listen"),
        "disk_free_bytes": disk_space.free_bytes(settings.data),
        "database_bytes": walk.size(settings.database),
        "wal_bytes": walk.size(wal),
        "cache_bytes": in_thread(_cache_bytes, settings.data / "cache", round(time.monotonic() / CACHE_MEASURED_S)),
        "data": str(settings.data.resolve()),
    }
    return view | {"warnings": _warnings(view, settings)}


@lru_cache(maxsize=4)
def _cache_bytes(cache: Path, _moment: int) -> int:
    """The size of the cache, measured once a moment: it may hold many files."""
    return sum(map(walk.size, walk.files(cache, depth=3)))


def _warnings(view: Mapping[str, Any], settings: Settings) -> list[dict[str, str]]:
    warnings = []
    if low := disk_space.shortage(settings):
        warnings.append({"code": low.code, "message": low.detail, "hint": low.hint})
    if not view["workers"]:
        waiting = view["tasks"]["queued"]
        wait = f" {waiting} video{' waits' if waiting == 1 else 's wait'} for one." if waiting else ""
        warnings.append({"code": "no_worker", "message": f"No worker is running.{wait}", "hint": f"Start one with: {PROGRAM} worker"})
    for each in view["stalled"]:
        warnings.append(
            {
                "code": "task_stalled",
                "message": f"Nothing new of “{each['title']}” for {settings.stall_s:g} s.",
                "hint": f"If its step hangs, it is stopped after {settings.stage_silence_s:g} s; or cancel it on its page.",
                "task_id": each["id"],
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
    if has_wal_reset_bug(sqlite_version()):
        warnings.append(
            {
                "code": "sqlite_wal_reset",
                "message": f"SQLite {view['sqlite']} can damage a database when its write-ahead log is reset.",
                "hint": "Install pysqlite3, or a Python with SQLite 3.51.3 or newer.",
            }
        )
    return warnings


def _stages(found: Task) -> list[dict[str, Any]]:
    table = []
    for stage in stages_of(found):
        known = found.stages.get(stage.name, {})
        status = known.get("status", "waiting")
        # A stage that ran when its attempt ended runs no more.
        if status == "running" and found.status != "running":
            status = "waiting" if found.status == "queued" else found.status
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


def stages_of(found: Task) -> Sequence[StageInfo]:
    """Return the stages of the task's kind; of one that is not installed those that it has had."""
    kind = registry.look_up(found.kind)
    return kind.stages if kind else tuple(StageInfo(name, name.capitalize(), 0.0) for name in found.stages)


def stage_labels(store: Store, task_id: str) -> dict[str, str]:
    """Return the labels of a task's stages by name, in order. Raises TaskNotFound or TaskGone."""
    return {stage.name: stage.label for stage in stages_of(task.get(store, task_id))}


def kind_view(kind: Kind) -> dict[str, Any]:
    """Return a kind as `GET /api/kinds` lists it."""
    stages = [{"name": stage.name, "label": stage.label, "weight": stage.weight} for stage in kind.stages]
    return {"name": kind.name, "label": kind.label, "stages": stages, "payload": kind.payload.model_json_schema()}


def _file(each: Artifact, kind: str, prefix: str) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "label": labels.artifact_of(kind, each.kind),
        "position": each.position,
        "name": each.key.rpartition("/")[2],
        "media_type": each.media_type,
        "bytes": each.bytes,
        "sha256": each.sha256,
        "url": prefix + address if (address := _address(each)) else None,
    }


def _address(each: Artifact) -> str | None:
    if each.kind in FILES:
        return f"/api/tasks/{each.task_id}/{FILES[each.kind]}"
    if ending := {"scene_picture": "png", "scene": "mp4"}.get(each.kind):
        return f"/api/tasks/{each.task_id}/scenes/{each.position}.{ending}"
    return f"/api/tasks/{each.task_id}/files/{quote(each.kind, safe='')}" + (f"/{each.position}" if each.position else "")


def _error(found: Task, failure: Event | None = None) -> dict[str, Any]:
    error = {"code": found.error_code, "message": found.error_message, "hint": found.error_hint, "stage": found.error_stage}
    if failure:
        error |= {"retryable": failure.data.get("retryable"), "faults": failure.data.get("faults", [])}
    return error


def _damage(found: Task) -> dict[str, Any]:
    """A row that could not be read whole, as an error of its task."""
    return {"code": RowDamaged.code, "message": f"Its row is damaged: {', '.join(found.damaged)}.", "hint": RowDamaged.hint, "stage": None}


def _until(at: str | None) -> float | None:
    """The seconds until a moment that is still to come."""
    left = (clock.parse(at) - clock.parse(clock.now())).total_seconds() if at else 0.0
    return round(left, 3) if left > 0 else None


def _seconds(start: str | None, end: str | None) -> float | None:
    if not start:
        return None
    return round(clock.seconds_between(start, end or clock.now()), 3)
