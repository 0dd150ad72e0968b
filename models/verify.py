"""Whether the store keeps its word: each task's row, its log and its files are held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, func, select

from models import artifact, asset, dependency, event, tag, task
from models.database import Read, Store
from models.event import EventType, events
from models.files.storage import StoredFile
from models.log import log
from models.projection import TaskProjection
from models.registered_file import Registered, holds
from models.task import Task, tasks

PAGE = 500

HAS_ROW = exists().where(tasks.c.id == events.c.task_id)
ABOVE_WITHOUT_ROW = select(events.c.seq, events.c.task_id, events.c.type).where(
    events.c.seq > bindparam("floor"), events.c.task_id.is_not(None), ~HAS_ROW
)
last_words = events.alias("last_words")
IS_DELETED = exists().where(last_words.c.task_id == events.c.task_id, last_words.c.type == EventType.TASK_DELETED.value)
ORPHANS = ABOVE_WITHOUT_ROW.where(~IS_DELETED).order_by(events.c.seq)
PURGED = ABOVE_WITHOUT_ROW.where(IS_DELETED).limit(1)


@dataclass(frozen=True)
class Finding:
    """Something that does not agree. `seq` is the event at which it shows, `task_id` None says it of the store as a whole."""

    message: str
    task_id: str | None = None
    seq: int | None = None


def verify(store: Store, *, deep: bool = False) -> list[Finding]:
    """List what is inconsistent in the store. `deep` also reads each file and compares its hash.

    Each task is looked at in a snapshot of its own, so nothing is held up, and a store that is in use is not found at fault. What was
    pruned is taken as right.
    """
    with store.reading() as read:
        findings = list(_log(read))
        names = list(read.connection.execute(select(tasks.c.id).order_by(tasks.c.created_at, tasks.c.id)).scalars())
    # A storage that is far away is asked once for all files.
    files = {} if store.files.is_local else {stored.key: stored for stored in store.files.list("")}
    for task_id in names:
        findings += _one(store, task_id, files, deep=deep)
    return findings


def _one(store: Store, task_id: str, stored_files: Mapping[str, StoredFile], *, deep: bool) -> list[Finding]:
    """Return one task, with its log and its files."""
    with store.reading() as read:
        row = task.look_up(read, task_id)
        if not row:
            return []
        findings = list(_task(read, row))
        files = _files_of(read, task_id)
    broken = [(file, finding) for file in files for finding in _stored(store, task_id, file, stored_files, deep=deep)]
    if broken:
        with store.reading() as read:
            still = _files_of(read, task_id)  # what was removed or made anew since the snapshot is not at fault
        findings += [finding for file, finding in broken if file in still]
    return findings


def _log(read: Read) -> Iterator[Finding]:
    """Yield the log as a whole: its one row, its seqs without holes, no events of tasks that never were."""
    rows = read.connection.execute(select(func.count()).select_from(log)).scalar_one()
    if rows != 1:
        yield Finding(f"The table log has {rows} rows, not one.")
    above = events.c.seq > read.floor
    first, last, count = read.connection.execute(select(func.min(events.c.seq), func.max(events.c.seq), func.count()).where(above)).one()
    last_given = read.dialect.last_given(read)
    for row in read.connection.execute(ORPHANS, {"floor": read.floor}):
        yield Finding(f"{row.type} is of a task that has no row and was not deleted.", row.task_id, row.seq)
    # A purged task leaves holes, and its last word declares them; without one, nothing may be missing between the floor and the last seq.
    if read.connection.execute(PURGED, {"floor": read.floor}).first():
        return
    if count and count != last - first + 1:
        yield Finding(f"Events are missing between {first} and {last}: {last - first + 1 - count}.")
    if count and first > read.floor + 1:
        yield Finding(f"The events from {read.floor + 1} to {first - 1} are missing.")
    if last_given > max(last or 0, read.floor):
        yield Finding(f"The events after {max(last or 0, read.floor)} are missing: the last one given was {last_given}.")


def _task(read: Read, row: Task) -> Iterator[Finding]:
    """Yield one task: its log is folded, and the row and the files compared with it."""
    if row.damaged:
        yield Finding(f"Its row is damaged: {', '.join(row.damaged)}.", row.id)
    projection = TaskProjection(begun=read.floor == 0)
    seq = read.floor
    while page := event.after(read, seq, task_ids={row.id}, limit=PAGE):
        for entry in page:
            if entry.damaged:
                yield Finding(f"The event is damaged: {', '.join(entry.damaged)}.", row.id, entry.seq)
            for complaint in projection.take(entry):
                yield Finding(f"{complaint[0].upper()}{complaint[1:]}.", row.id, entry.seq)
        seq = page[-1].seq
    if projection.last is None:
        if projection.begun:
            yield Finding("It has a row, and no event in the log.", row.id)
        return
    for name, column_value in projection.row.items():
        if getattr(row, name) != column_value and name not in row.damaged:
            yield Finding(f"Its row says {name} {getattr(row, name)!r}, the log {column_value!r}.", row.id, projection.last.seq)
    if projection.stages is not None and dict(row.stages) != projection.stages and "stages" not in row.damaged:
        for name in sorted(row.stages.keys() | projection.stages.keys()):
            if row.stages.get(name) != projection.stages.get(name):
                yield Finding(
                    f"Its row says {row.stages.get(name)!r} of the stage {name}, the log {projection.stages.get(name)!r}.", row.id
                )
    yield from _files(read, row, projection)
    if projection.begun and (used := dict(asset.by_name(asset.of_task(read, row.id)))) != projection.assets:
        yield Finding(f"It uses the files {used!r}, the log says {dict(projection.assets)!r}.", row.id)
    if projection.begun and (after := dependency.of_task(read, row.id)) != sorted(projection.after):
        yield Finding(f"It starts after {after!r}, the log says {sorted(projection.after)!r}.", row.id)
    if projection.tags is not None and (tags := tag.of_task(read, row.id)) != list(projection.tags):
        yield Finding(f"It has the tags {tags!r}, the log says {list(projection.tags)!r}.", row.id)


def _files(read: Read, checked: Task, projection: TaskProjection) -> Iterator[Finding]:
    """Yield the files that events say were made, against those that are registered."""
    registered = {(entry.kind, entry.position): entry for entry in artifact.of_task(read, checked.id)}
    for where, file in projection.files.items():
        named = f"{where[0]} {where[1]}" if where[1] else where[0]
        row = registered.pop(where, None)
        if row is None:
            yield Finding(f"The log says that its {named} was made, and no such file is registered.", checked.id)
            continue
        for name in ("key", "media_type", "bytes", "sha256"):
            if getattr(row, name) != file[name]:
                yield Finding(f"Its {named} is registered with {name} {getattr(row, name)!r}, the log says {file[name]!r}.", checked.id)
    if projection.begun:
        for kind, position in registered:
            yield Finding(f"The file {kind} {position} is registered, and no event says that it was made.", checked.id)


def _files_of(read: Read, task_id: str) -> list[Registered]:
    """List the files that a task has made or uses."""
    files = [Registered(file.key, file.bytes, file.sha256) for file in artifact.of_task(read, task_id)]
    return files + [Registered(used.key, used.bytes, used.id) for used in asset.of_task(read, task_id)]


def _stored(store: Store, task_id: str, file: Registered, stored_files: Mapping[str, StoredFile], *, deep: bool) -> Iterator[Finding]:
    stored = stored_files.get(file.key) or store.files.stat(file.key)
    if stored is None:
        yield Finding(f"The file {file.key} is not there.", task_id)
    elif stored.bytes != file.bytes:
        yield Finding(f"The file {file.key} has {stored.bytes} bytes, and should have {file.bytes}.", task_id)
    elif deep and not holds(file, store.files):
        yield Finding(f"The file {file.key} is not what it was when it was made.", task_id)
