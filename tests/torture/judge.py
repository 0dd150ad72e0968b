"""What must be true when the dust has settled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import av
from PIL import Image

from models import artifact, event, stray_files, task
from models.database import Store
from models.event import Event, EventType
from models.files.storage import RemoteFiles
from models.registered_file import registered
from models.sqlite.dialect import SQLite
from models.verify import verify
from tests.torture.clients import Crowd, Reading, Seen
from tests.torture.database import Promotion
from tests.torture.history import History

SETTLED_S = 120.0


def stuck(store: Store) -> list[str]:
    """No task is stuck: each comes to an end, unless for so long nothing at all happens. As sentences."""
    head, deadline = 0, time.monotonic() + SETTLED_S
    while True:
        with store.reading() as read:
            left = task.unfinished(read)
            before, head = head, event.head(read)
        if head != before:
            deadline = time.monotonic() + SETTLED_S
        if not left or time.monotonic() > deadline:
            return [f"{row.id} is stuck: {row.status}, {row.stage}, {row.message}" for row in left]
        time.sleep(0.2)


def faults(
    store: Store, crowd: Crowd, history: History, kept: Counter[str], promotions: Sequence[Promotion] = (), hosts: int = 1
) -> list[str]:
    """Everything that is not as it was promised, as sentences. `kept` counts what the owner did: without that, nobody is ever reset.

    But by `promotions`: what the standby did not have, since it lagged, may be lost, and each reader of it is reset.
    Of several hosts each has a cache of its own, so an attempt on another one draws scenes again.
    """
    allowed = {"pruned"} if kept["prune"] else set()
    restored = bool(kept["restore"] or kept["restore, killed"])
    allowed |= {"epoch"} if restored else set()
    allowed |= {"epoch", "ahead"} if promotions else set()
    lost = lost_by(promotions, history)
    return [
        *(f"verify: {finding}" for finding in verify(store)),
        *_integrity(store),
        *_strays(store),
        *(fault for seen in crowd.seen for fault in _reader(seen, store, history, allowed, restored or seen.task_id in lost)),
        *([] if kept["prune"] or restored else _lost(crowd, history, lost)),
        *(fault for promotion in promotions if not promotion.lagged for fault in _seen_too_early(promotion, crowd)),
        *_video_tasks(store),
        *_submitted_twice(store),
        *(fault for task_id, log in history.logs[history.epoch].items() if hosts == 1 for fault in _made_twice(task_id, log)),
    ]


def _integrity(store: Store) -> list[str]:
    if not isinstance(store.dialect, SQLite):
        return []
    answer = SQLite.of(store).pragma("integrity_check")
    return [] if answer == "ok" else [f"integrity_check: {answer}"]


def lost_by(promotions: Sequence[Promotion], history: History) -> set[str]:
    """Return the tasks whose submission no standby had that took over although it lagged."""
    return {
        task_id
        for promotion in promotions
        if promotion.lagged
        for task_id, log in history.logs.get(promotion.epoch, {}).items()
        if task_id and log and log[0].seq > promotion.until
    }


def _seen_too_early(promotion: Promotion, crowd: Crowd) -> list[str]:
    """Nobody saw an event that the synchronous standby did not have."""
    ids = {id for seen in crowd.seen for reading in seen.readings for id in reading.ids if id.startswith(f"{promotion.epoch}-")}
    return [f"a reader saw {id}, which the synchronous standby did not have" for id in ids if int(id.partition("-")[2]) > promotion.until]


def _lost(crowd: Crowd, history: History, lost: Collection[str]) -> list[str]:
    """Each task whose submission was answered is there, unless it may be `lost`, and the log gave its numbers without a gap."""
    logs = history.logs[history.epoch]
    seqs = sorted(entry.seq for log in logs.values() for entry in log)
    gaps = [f"the log has no event {before + 1}" for before, seq in zip([0, *seqs], seqs, strict=False) if seq != before + 1]
    missing = [task_id for task_id in crowd.tasks if not logs.get(task_id) and task_id not in lost]
    return gaps + [f"{task_id} was acknowledged, and the log knows nothing of it" for task_id in missing]


def _strays(store: Store) -> list[str]:
    """In a bucket nothing is left without a row once the grace period is over. That no row is without its file, `verify` says."""
    if not isinstance(store.files, RemoteFiles):
        return []
    stray_files.sweep(store, store.files, grace_s=0, unknown_s=0)
    with store.reading() as read:
        known = {file.key for file in registered(read)}
    return [f"{stored.key} is in the bucket, and no row knows of it" for stored in store.files.list("") if stored.key not in known]


def _reader(seen: Seen, store: Store, history: History, allowed: set[str], may_be_gone: bool) -> list[str]:
    """Each event exactly once and in order, up to where the reader stopped; it stopped where a run ended; and what it knows is so."""
    problems = [fault for reading in seen.readings for fault in _reading(reading, seen.task_id, history)]
    problems += [f"reset: {reading_after.begun_by}" for reading_after in seen.readings[1:] if reading_after.begun_by not in allowed]
    if seen.ended == "404" and not may_be_gone:
        problems.append("was told that there is no such task")
    vanished = may_be_gone and not seen.last.ids and seen.last.begun_by in ("epoch", "ahead")  # nobody knows of the task any more
    if seen.ended == "end" and seen.last.fold.row.get("status") not in task.FINISHED and not vanished:
        problems.append(f"was told the end after {seen.last.types[-1:]}")
    return [f"a reader of {seen.task_id}: {problem}" for problem in problems + _knows(seen.last, store, seen.task_id, history)]


def _reading(reading: Reading, task_id: str, history: History) -> list[str]:
    """The events of the task, without a hole and none twice; but of one that was removed meanwhile, the last word comes next."""
    if not reading.ids:
        return []
    epoch = reading.ids[0].partition("-")[0]
    expected, until = history.cursors(epoch, task_id), history.until.get(epoch, 0)
    # What came between a restore's copy of the old content and the new content is known to the reader alone.
    ids = [wanted_id for wanted_id in reading.ids if int(wanted_id.partition("-")[2]) <= until or wanted_id in expected]
    if ids[-1:] == expected[-1:] and reading.types[-1] == EventType.TASK_DELETED and len(ids) < len(expected):
        ids.pop()
    if ids == expected[: len(ids)]:
        return []
    wrong = next(index for index, id in enumerate(ids) if expected[index : index + 1] != [id])
    return [f"saw {ids[wrong]} as number {wrong + 1}, not {expected[wrong : wrong + 1]}"]


def _knows(reading: Reading, store: Store, task_id: str, history: History) -> list[str]:
    """Whoever saw the last event of a task that is there knows of it what its row says."""
    if not reading.ids or reading.ids[-1:] != history.cursors(history.epoch, task_id)[-1:]:
        return []
    with store.reading() as read:
        row = task.look_up(read, task_id)
    if row is None:
        return []
    problems = [f"thinks that {problem}" for problem in reading.wrong]
    problems += [
        f"knows {name} {value!r}, the row says {getattr(row, name)!r}"
        for name, value in reading.fold.row.items()
        if getattr(row, name) != value
    ]
    return problems + ([] if reading.fold.stages == row.stages else [f"knows of stages {reading.fold.stages}, the row says {row.stages}"])


def _video_tasks(store: Store) -> list[str]:
    """Every completed task has a video that plays to its end, and each of its scenes a picture."""
    problems = []
    with store.reading() as read:
        tasks, _ = task.page(read, limit=100_000, status="completed")
        files = {row.id: artifact.of_task(read, row.id) for row in tasks}
    for task_id, made in files.items():
        videos = [file for file in made if file.kind == "video"]
        if not videos:
            problems.append(f"{task_id} is completed and has no video")
        paths = {file.key: store.files.fetch(file.key) for file in made}
        problems += [f"the video of {task_id}: {problem}" for file in videos if (problem := _unplayable(paths[file.key]))]
        pictures = [file for file in made if file.kind == "scene_picture"]
        problems += [f"{file.key}: {problem}" for file in pictures if (problem := _unseen(paths[file.key]))]
    return problems


def _unplayable(path: Path) -> str | None:
    try:
        with av.open(str(path)) as container:
            frames = sum(1 for _ in container.decode(video=0))
        with av.open(str(path)) as container:
            sound = sum(1 for _ in container.decode(audio=0))
    except (av.FFmpegError, OSError) as error:
        return str(error)
    return None if frames and sound else f"{frames} pictures, {sound} pieces of sound"


def _unseen(path: Path) -> str | None:
    try:
        Image.open(path, formats=["PNG"]).load()
    except (OSError, SyntaxError) as error:
        return str(error)
    return None


def _submitted_twice(store: Store) -> list[str]:
    """Whoever got no answer has submitted again, with the same key: one task came of it. Each has a title of its own."""
    with store.reading() as read:
        titles = Counter(row.title for row in task.page(read, limit=100_000)[0])
    return [f"{title} is there {times} times" for title, times in titles.items() if times > 1]


def _made_twice(task_id: str, log: list[Event]) -> list[str]:
    """No scene is made twice within a task: once the log has it, its file is finished, and later attempts reuse it."""
    made: set[int] = set()
    problems = []
    for entry in log:
        if entry.type == "scene.rendered" and not entry.data.get("reused"):
            position = entry.data["position"]
            if position in made:
                problems.append(f"{task_id} made scene {position} again in attempt {entry.attempt}")
            made.add(position)
    return problems
