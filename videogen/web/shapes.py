"""The shapes of tasks and of their log in the API, each as a pydantic model; those of other areas are in the modules called *_shapes.

The document at /api/openapi.json says them, and the tests hold every answer against them.

`views` makes the answers as plain dicts, since streams send thousands of them; a field that is not named here fails the tests.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["queued", "running", "completed", "failed", "cancelled"]
Fraction = Annotated[float, Field(ge=0, le=1)]
Moment = Annotated[str, Field(description="UTC, ISO-8601.", json_schema_extra={"format": "date-time"})]
CursorText = Annotated[str, Field(description="A place in the log: `<epoch>-<seq>`.", examples=["7c1e0a52-1042"])]
IdOfTask = Annotated[str, Field(pattern="^[0-9a-z]{1,64}$")]
Priority = Annotated[int, Field(ge=-100, le=100, description="Higher ones are made first.")]
AssetIds = dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]
"""Files of a script: the name of each there, and its id."""
TaskId = Annotated[str, Field(description="A task's id.", examples=["5f0c1a2b3c4d5e6f"])]


def schema_name(model: type) -> str:
    """Return the name of a shape in the OpenAPI document: that of its class, without the ending that tells it from the class of a row."""
    return model.__name__.removesuffix("Json")


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, model_title_generator=schema_name)


class DiagnosticJson(Shape):
    """One place in what was sent that is wrong."""

    message: str
    line: int | None = Field(description="Line of the script, from 1.")
    column: int | None = Field(description="Column, from 1.")
    path: str | None = Field(description="Name of the field, such as `scenes.2.title`.")


class Problem(Shape):
    """Why a request was refused (RFC 9457). `code` is for programs, `detail` and `hint` are for people."""

    type: str = Field(description="Where the code is explained.", json_schema_extra={"format": "uri-reference"})
    title: str = Field(description="What the code means.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="What happened this time.")
    code: str
    hint: str = Field(description="What to do.")
    faults: tuple[DiagnosticJson, ...] = Field(description="The places that are wrong, where there are such.")


class TaskError(Shape):
    """Why a task failed."""

    code: str
    message: str | None
    hint: str | None
    stage: str | None = Field(description="The stage that failed.")
    retryable: bool | None = Field(None, description="Whether trying again may help.")
    faults: tuple[dict[str, Any], ...] = Field((), description="The places of the script that are wrong.")


class TaskState(Shape):
    """A task as of now."""

    id: TaskId
    kind: str = Field(description="What it makes: `video`, or another kind of GET /api/kinds.")
    title: str
    status: Status
    label: str = Field(description="The status as people are shown it.")
    finished: bool = Field(description="Whether the status is a final one.")
    allowed: tuple[Literal["cancel", "retry", "delete"], ...] = Field(description="Actions that the task allows now.")
    suggested: Literal["retry", "edit"] | None = Field(description="The most useful next action; `edit` is a new task from its script.")
    summary: str = Field(description="What is happening, in one sentence, for people; code stands between backticks.")
    stage: str | None = Field(description="The stage that was heard of last.")
    progress: Fraction = Field(description="Only a completed task says 1.")
    message: str | None = Field(description="What is being done, for people.")
    attempt: int = Field(description="Which attempt, from 1; 0 before the first.")
    attempts_left: int
    priority: int
    made_from_task_id: str | None = Field(description="The task whose script this one began with.")
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    length_s: float | None = Field(description="Seconds that the finished video lasts.")
    elapsed_s: float | None
    remaining_s: float | None = Field(description="About how many seconds are left; null until there is something to go by.")
    queue_position: int | None = Field(description="Its place in the queue, from 1; null when it does not wait.")
    not_before: Moment | None = Field(description="When it is tried again, after a lost attempt.")
    hold_reason: str | None = Field(
        description="Why no worker starts it, as a code: `disk_low`, `kind_missing`, `waiting_for_tasks`. Null when nothing holds it."
    )
    retry_in_s: float | None
    run_at: Moment | None = Field(description="It does not start before, as it was asked for.")
    starts_in_s: float | None = Field(description="Seconds until `run_at`; null when it has come.")
    lock: str | None = Field(description="Of tasks with the same lock one runs at a time.")
    schedule_id: str | None = Field(description="The schedule that submitted it.")
    workers_alive: int
    last_sign_at: Moment | None = Field(description="When its worker last gave a sign.")
    cancel_requested: bool
    error: TaskError | None
    damaged: tuple[str, ...] = Field(description="Columns of its row that could not be read.")
    tags: tuple[str, ...] = Field((), description="Words by which people find it again, in order of the alphabet.")
    cursor: CursorText = Field(description="The task's last event: go on from here.")


class Predecessor(Shape):
    """A task that another one starts after."""

    id: TaskId
    title: str
    status: Status | Literal["deleted"]


class Words(Shape):
    """Some words of a script."""

    text: str
    hit: bool = Field(description="Whether they are what was sought.")


class ListedTask(TaskState):
    """A task as a list shows it."""

    thumbnail: bool = Field(description="Whether there is a thumbnail.")
    excerpt: tuple[Words, ...] | None = Field(None, description="Where its script has what was sought; only with `q`.")


class StageJson(Shape):
    """A stage of a task; its kind says which there are."""

    name: str
    label: str
    weight: float = Field(description="Its share of the task's progress.")
    status: Literal["waiting", "running", "completed", "failed", "cancelled"]
    progress: Fraction
    started_at: Moment | None
    finished_at: Moment | None
    remaining_s: float | None = Field(description="About how many seconds of it were left when it last said so.")
    made: int | None = Field(description="How many parts it made.")
    reused: int | None = Field(description="How many parts were there already.")


class FileJson(Shape):
    """A file that a task has made."""

    kind: str
    label: str = Field(description="What people are told that it is.")
    position: int = Field(description="Its scene or item, from 1; 0 for a file of the whole task.")
    name: str
    media_type: str
    bytes: int
    sha256: str
    url: str | None = Field(description="Where it is.")


class AssetJson(Shape):
    """A file that a script uses."""

    name: str = Field(description="What the script calls it.")
    id: str = Field(description="The SHA-256 of its content.", json_schema_extra={"pattern": "^[0-9a-f]{64}$"})
    media_type: str
    bytes: int


class TaskWarning(Shape):
    """Something that is not as it was asked for."""

    model_config = ConfigDict(extra="allow", frozen=True)

    at: Moment
    code: str
    message: str
    hint: str | None = None
    line: int | None = None


class TaskJson(TaskState):
    """A task with its stages and files."""

    after: tuple[Predecessor, ...] = Field(description="The tasks that it starts after.")
    unique_key: str | None
    stalled: bool = Field(description="Whether nothing has been heard of its renderer for a while.")
    trouble: str | None = Field(description="What is wrong though nothing has failed, for people.")
    stages: tuple[StageJson, ...]
    artifacts: tuple[FileJson, ...]
    warnings: tuple[TaskWarning, ...]
    payload: dict[str, Any] = Field(description="What it is to do. A video's is empty: its script, `format` and `options` say it.")
    format: str = Field(description="The format of its script; empty for kinds without one.")
    options: dict[str, Any] = Field(description="The options that it was submitted with.")
    language: str | None = Field(description="BCP 47 tag of its language: null until it is found out or if nobody named it.")
    assets: tuple[AssetJson, ...] = Field(description="The files that its script uses.")


class TaskList(Shape):
    """A page of tasks, the newest first."""

    tasks: tuple[ListedTask, ...]
    next: str | None = Field(description="Cursor of the next page, for `before`; null at the end.")
    empty: str = Field(description="What to tell people where there is no task.")


class Deleted(Shape):
    """A task that has just been deleted."""

    id: TaskId
    deleted: Literal[True]
    undo_s: float = Field(description="For how many seconds it can be brought back.")


class NewShare(BaseModel):
    """How a video is shared."""

    days: float = Field(30.0, gt=0, le=3650, description="Days until the link expires.")


class ShareJson(Shape):
    """A link that opens one video, and nothing else, to whoever has it."""

    id: str = Field(pattern="^[0-9a-f]{16}$")
    url: str = Field(description="The page of the video, for people without a login.")
    embed_url: str = Field(description="The player alone, for a frame in another page.")
    created_at: Moment
    expires_at: Moment
    used_at: Moment | None = Field(description="When it was last opened, to the minute.")


class Shares(Shape):
    """The share links of a video, the oldest first."""

    shares: tuple[ShareJson, ...]


class RevokedShares(Shape):
    """How many share links were revoked."""

    revoked: int


class EventJson(Shape):
    """A fact of the log. What `data` holds depends on the type: see docs/events.md."""

    id: CursorText = Field(description="The cursor after this event.")
    type: str
    task_id: str | None = Field(description="Null for what is about the log itself.")
    attempt: int
    status: Status | None
    stage: str | None
    stage_progress: Fraction | None
    progress: Fraction | None
    message: str | None
    at: Moment
    data: dict[str, Any]


class EventPage(Shape):
    """A page of the log."""

    events: tuple[EventJson, ...]
    cursor: CursorText = Field(description="Ask again with `after` this.")
    ended: bool = Field(description="Whether the task is finished and nothing comes after `cursor`.")
    reset: Literal["malformed", "epoch", "ahead", "pruned"] | None = Field(
        None, description="Why the cursor could not be gone on from. It is only there then, and the page begins anew."
    )


class AttemptJson(Shape):
    """An attempt at a task."""

    attempt: int
    started_at: Moment
    ended_at: Moment | None
    outcome: Literal["running", "completed", "failed", "cancelled", "lost", "requeued"]
    reason: str | None
    progress: Fraction = Field(description="How far it came.")
    made: int
    reused: int
    text: str = Field(description="How it went, for people.")


class Attempts(Shape):
    """What became of each attempt, the first one first."""

    attempts: tuple[AttemptJson, ...]


class TagJson(Shape):
    """A tag."""

    tag: str
    tasks: int = Field(description="How many of the newest 2000 tasks have it.")


class Tags(Shape):
    """The tags of the newest tasks, the most frequent first."""

    tags: tuple[TagJson, ...]
