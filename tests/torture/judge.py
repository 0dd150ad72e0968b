"""What must be true when the dust has settled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import av
from PIL import Image

from models import artifact, event, task
from models.database import Store
from models.event import Event, EventType
from models.verify import verify
from tests.torture.clients import Reading, Seen
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
            return [f"{each.id} is stuck: {each.status}, {each.stage}, {each.message}" for each in left]
        time.sleep(0.2)


def faults(store: Store, crowd: Iterable[Seen], history: History, kept: Counter[str]) -> list[str]:
    """Everything that is not as it was promised, as sentences. `kept` counts what the owner did: without that, nobody is ever reset."""
    allowed = {"pruned"} if kept["prune"] else set()
    allowed |= {"epoch"} if kept["restore"] or kept["restore, killed"] else set()
    return [
        *(f"verify: {finding}" for finding in verify(store)),
        *_integrity(store),
        *(fault for seen in crowd for fault in _reader(seen, store, history, allowed)),
        *_video_tasks(store),
        *_submitted_twice(store),
        *(fault for task_id, log in history.logs[history.epoch].items() for fault in _made_twice(task_id, log)),
    ]


def _integrity(store: Store) -> list[str]:
    answer = store.pragma("integrity_check")
    return [] if answer == "ok" else [f"integrity_check: {answer}"]


def _reader(seen: Seen, store: Store, history: History, allowed: set[str]) -> list[str]:
    """Each event exactly once and in order, up to where the reader stopped; it stopped where a run ended; and what it knows is so."""
    found = [fault for reading in seen.readings for fault in _reading(reading, seen.task_id, history)]
    found += [f"reset: {each.begun_by}" for each in seen.readings[1:] if each.begun_by not in allowed]
    if seen.ended == "404" and "epoch" not in allowed:
        found.append("was told that there is no such task")
    vanished = not seen.last.ids and seen.last.begun_by == "epoch"  # what was put back knows nothing of the task
    if seen.ended == "end" and seen.last.fold.row.get("status") not in task.FINISHED and not vanished:
        found.append(f"was told the end after {seen.last.types[-1:]}")
    return [f"a reader of {seen.task_id}: {each}" for each in found + _knows(seen.last, store, seen.task_id, history)]


def _reading(reading: Reading, task_id: str, history: History) -> list[str]:
    """The events of the task, without a hole and none twice; but of one that was removed meanwhile, the last word comes next."""
    if not reading.ids:
        return []
    epoch = reading.ids[0].partition("-")[0]
    expected, until = history.cursors(epoch, task_id), history.until.get(epoch, 0)
    # What came between a restore's copy of the old content and the new content is known to the reader alone.
    ids = [each for each in reading.ids if int(each.partition("-")[2]) <= until or each in expected]
    if ids[-1:] == expected[-1:] and reading.types[-1] == EventType.TASK_DELETED and len(ids) < len(expected):
        ids.pop()
    if ids == expected[: len(ids)]:
        return []
    wrong = next(place for place, id in enumerate(ids) if expected[place : place + 1] != [id])
    return [f"saw {ids[wrong]} as number {wrong + 1}, not {expected[wrong : wrong + 1]}"]


def _knows(reading: Reading, store: Store, task_id: str, history: History) -> list[str]:
    """Whoever saw the last event of a task that is there knows of it what its row says."""
    if not reading.ids or reading.ids[-1:] != history.cursors(history.epoch, task_id)[-1:]:
        return []
    with store.reading() as read:
        row = task.look_up(read, task_id)
    if row is None:
        return []
    found = [f"thinks that {each}" for each in reading.wrong]
    found += [
        f"knows {name} {said!r}, the row says {getattr(row, name)!r}"
        for name, said in reading.fold.row.items()
        if getattr(row, name) != said
    ]
    return found + ([] if reading.fold.stages == row.stages else [f"knows of stages {reading.fold.stages}, the row says {row.stages}"])


def _video_tasks(store: Store) -> list[str]:
    """Every completed task has a film that plays to its end, and each of its scenes a picture."""
    found = []
    with store.reading() as read:
        tasks, _ = task.page(read, limit=100_000, status="completed")
        files = {each.id: artifact.of_task(read, each.id) for each in tasks}
    for task_id, made in files.items():
        films = [each for each in made if each.kind == "video"]
        if not films:
            found.append(f"{task_id} is completed and has no video")
        found += [f"the video of {task_id}: {problem}" for film in films if (problem := _unplayable(store.data / film.key))]
        pictures = [each for each in made if each.kind == "scene_picture"]
        found += [f"{each.key}: {problem}" for each in pictures if (problem := _unseen(store.data / each.key))]
    return found


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
        titles = Counter(each.title for each in task.page(read, limit=100_000)[0])
    return [f"{title} is there {times} times" for title, times in titles.items() if times > 1]


def _made_twice(task_id: str, log: list[Event]) -> list[str]:
    """No scene is made twice within a task: once the log has it, its file is finished, and later attempts reuse it."""
    made: set[int] = set()
    found = []
    for each in log:
        if each.type == "scene.rendered" and not each.data.get("reused"):
            position = each.data["position"]
            if position in made:
                found.append(f"{task_id} made scene {position} again in attempt {each.attempt}")
            made.add(position)
    return found
