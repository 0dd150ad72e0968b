"""What must be true when the dust has settled."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import av

from models import Store, artifact, event, task
from models.event import Cursor, Event
from models.verify import verify
from tests.torture.people import Seen

SETTLED_S = 120.0


def wait_until_settled(store: Store) -> None:
    """No task is stuck: each comes to an end."""
    deadline = time.monotonic() + SETTLED_S
    while True:
        with store.reading() as read:
            left = task.unfinished(read)
        if not left:
            return
        assert time.monotonic() < deadline, f"stuck: {[(each.id, each.status, each.stage, each.message) for each in left]}"
        time.sleep(0.2)


def faults(store: Store, crowd: Iterable[Seen]) -> list[str]:
    """Everything that is not as it was promised, as sentences."""
    logs, epoch = _logs(store)
    return [
        *(f"verify: {finding}" for finding in verify(store)),
        *_integrity(store),
        *(fault for seen in crowd for fault in _reader(seen, logs, epoch)),
        *_films(store),
        *(fault for task_id, log in logs.items() for fault in _made_twice(task_id, log)),
    ]


def _logs(store: Store) -> tuple[dict[str, list[Event]], str]:
    logs: dict[str, list[Event]] = defaultdict(list)
    seq = 0
    while True:
        with store.reading() as read:
            page = event.after(read, seq, limit=5000)
            epoch = read.epoch
        for each in page:
            logs[each.task_id or ""].append(each)
            seq = each.seq
        if len(page) < 5000:
            return logs, epoch


def _integrity(store: Store) -> list[str]:
    answer = store.pragma("integrity_check")
    return [] if answer == "ok" else [f"integrity_check: {answer}"]


def _reader(seen: Seen, logs: dict[str, list[Event]], epoch: str) -> list[str]:
    """Each event exactly once, in order, from the first to where the reader stopped; and it stopped where a run ended."""
    log = logs.get(seen.task_id, [])
    expected = [str(Cursor(epoch, each.seq)) for each in log]
    found = []
    if seen.ids != expected[: len(seen.ids)]:
        wrong = next(
            place for place, (saw, was) in enumerate(zip(seen.ids, [*expected, *[""] * len(seen.ids)], strict=False)) if saw != was
        )
        found.append(f"a reader of {seen.task_id} saw {seen.ids[wrong]} as number {wrong + 1}, not {expected[wrong : wrong + 1]}")
    elif seen.ended == "end" and (not seen.ids or log[len(seen.ids) - 1].status not in task.FINISHED):
        found.append(f"a reader of {seen.task_id} was told the end after {seen.types[-1:]}")
    if seen.resets:
        found.append(f"a reader of {seen.task_id} was reset: {seen.resets}")
    return found


def _films(store: Store) -> list[str]:
    """Every completed task has a film that plays to its end."""
    found = []
    with store.reading() as read:
        tasks, _ = task.page(read, limit=100_000, status="completed")
        films = {each.id: artifact.one(read, each.id, "video") for each in tasks}
    for task_id, film in films.items():
        if film is None:
            found.append(f"{task_id} is completed and has no video")
            continue
        if problem := _unplayable(store.data / film.key):
            found.append(f"the video of {task_id}: {problem}")
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
