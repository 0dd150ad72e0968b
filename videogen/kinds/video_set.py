"""The kind `set`: many videos of one script. The task comes after all of them, and completes when the last one has."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from videogen.errors.kinds import BadPayload
from videogen.kinds.job import Job
from videogen.kinds.kind import Kind, KindLabels
from videogen.pipeline.stages import StageInfo

if TYPE_CHECKING:
    from models.database import Read, Store
    from models.intake import TaskSpec
    from models.task import Task


class SetPayload(BaseModel):
    """How many videos a set has; which, its `after` says."""

    model_config = ConfigDict(extra="forbid")

    videos: int = Field(0, ge=0, description="How many videos it has.")


def complete_set(job: Job) -> None:
    """Complete: every video of the set is there."""
    with job.stage("complete"):
        pass


SET = Kind(
    name="set",
    label="Set of videos",
    payload=SetPayload,
    stages=(StageInfo("complete", "Completing the set", 1.0),),
    handler="videogen.kinds.video_set:complete_set",
    labels=KindLabels(running="Completing", completed="All videos of the set are ready", failed="The set is not complete"),
    quick=True,
    batch=20,
)


def specs_of_set(videos: Sequence[TaskSpec], title: str, attempts: int, key: str | None = None) -> list[TaskSpec]:
    """Return the tasks of a set in the order of submission: its videos, and the task that comes after all of them."""
    from models.intake import TaskSpec

    end = TaskSpec(
        kind=SET.name, payload={"videos": len(videos)}, title=title, attempts=attempts, idempotency_key=key, after=range(len(videos))
    )
    return [*videos, end]


def find_set(read: Read, task_id: str) -> Task:
    """Return the task of a set. Raises TaskNotFound, TaskGone, and BadPayload for a task of another kind."""
    from models import task

    found = task.find(read, task_id)
    if found.kind != SET.name:
        raise BadPayload(f"The task {found.id} is no set of videos.", hint="POST /api/sets makes one.")
    return found


def videos_of(read: Read, task_id: str) -> list[Task]:
    """Return the videos of a set in their order, without those that were deleted."""
    from models import dependency, task

    rows = [task.look_up(read, id) for id in dependency.of_task(read, task_id)]
    return sorted((row for row in rows if row is not None and not row.deleted_at), key=lambda row: (row.created_at, row.id))


def cancel_set(store: Store, task_id: str) -> None:
    """Cancel what has not ended of a set: the set itself first, then its videos."""
    _apply("cancel", store, task_id, ("queued", "running"), set_first=True)


def retry_set(store: Store, task_id: str) -> None:
    """Try the failed and cancelled videos of a set again, and then the set."""
    _apply("retry", store, task_id, ("failed", "cancelled"), set_first=False)


def _apply(verb: str, store: Store, task_id: str, statuses: Sequence[str], *, set_first: bool) -> None:
    from models import task
    from models.errors import TaskGone, TaskNotFound, WrongState

    with store.reading() as read:
        end = find_set(read, task_id)
        videos = [row.id for row in videos_of(read, end.id) if row.status in statuses]
    verbs: dict[str, Any] = {"cancel": task.cancel, "retry": task.retry}
    for other in [end.id, *videos] if set_first else [*videos, end.id]:
        with contextlib.suppress(WrongState, TaskGone, TaskNotFound):  # it has changed meanwhile
            verbs[verb](store, other)
