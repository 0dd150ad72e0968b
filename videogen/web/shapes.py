"""The shapes of the API, each as a pydantic model: what the document at /api/openapi.json says, and what every answer is tested against.

`views` makes the answers as plain dicts, since streams send thousands of them; a field that is not named here fails the tests.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.json_schema import SkipJsonSchema

from videogen.script import brand_names
from videogen.script.models import Options

Status = Literal["queued", "running", "completed", "failed", "cancelled"]
Fraction = Annotated[float, Field(ge=0, le=1)]
Moment = Annotated[str, Field(description="UTC, ISO-8601.", json_schema_extra={"format": "date-time"})]
CursorText = Annotated[str, Field(description="A place in the log: `<epoch>-<seq>`.", examples=["7c1e0a52-1042"])]
IdOfTask = Annotated[str, Field(pattern="^[0-9a-z]{1,64}$")]
Priority = Annotated[int, Field(ge=-100, le=100, description="Higher ones are made first.")]
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


class Assets(Shape):
    """Files that were uploaded."""

    assets: tuple[AssetJson, ...]


class NewAssets(BaseModel):
    """Files for scripts, in fields of any name."""

    file: tuple[bytes, ...] = Field(min_length=1)


class NewImport(BaseModel):
    """A document to be imported, in a field of any name."""

    file: bytes
    slides: Literal["rebuilt", "pictures"] = Field("rebuilt", description="Whether slides are rebuilt in layouts or shown as pictures.")
    pages: str = Field("", description="Slides or pages to take, such as `1-5, 8`; by default all.")
    video: Literal["", "yes"] = Field("", description="`yes`: a video is made of the script as it is, once it is there.")
    options: dict[str, Any] | SkipJsonSchema[None] = Field(None, description="Options of that video; JSON.", examples=[{"voice": "none"}])


class ImportWarningJson(Shape):
    """Something in a document that its script does not show as it was."""

    code: str
    message: str
    place: str | None = Field(description="Where it is, such as `Slide 3`, for people; null for the whole document.")


class ImportedScriptJson(Shape):
    """A script made from a document, and its files."""

    script: str
    format: str
    title: str
    assets: tuple[AssetJson, ...]
    warnings: tuple[ImportWarningJson, ...]


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


class ImportTasks(Shape):
    """The task of an import, and that of the video that comes after it."""

    task: TaskJson
    video: TaskJson | None


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


class StateLabels(Shape):
    """How a task of one status is shown. Phrases have gaps: see docs/api.md."""

    label: str
    allowed: tuple[str, ...] = Field(description="Actions that it allows.")
    finished: bool
    progress: bool = Field(description="Whether progress and stages are shown.")
    summary: str | None = Field(description="What is happening; null: the task's `message` says it.")
    suggested: str | None
    row: tuple[str, ...] = Field(description="Phrases for a row of a list.")
    times: tuple[str, ...] = Field(description="Phrases for the times below a progress bar.")


class EventLabels(Shape):
    """What a log says of an event."""

    text: tuple[str, ...] = Field(description="Phrases: the first that can be filled counts.")
    details: tuple[str, ...] = Field(description="Phrases: all that can be filled count.")


class EventRule(EventLabels):
    """What a log says of an event, and what the event changes in its task. `{at}` and `{data}` stand for those of the event."""

    task: dict[str, Any] = Field(description="Fields of the task.")
    stage: dict[str, Any] = Field(description="Fields of the event's stage.")
    copies: tuple[str, ...] = Field(description="Fields of the event's data that replace the task's.")
    stage_copies: tuple[str, ...] = Field(description="Fields of the event's data that replace the stage's.")
    resets_stages: bool = Field(description="Whether all stages wait again.")
    refresh: bool = Field(description="Whether the task has to be fetched to know what has changed.")


class StageLabel(Shape):
    name: str
    label: str
    weight: float = Field(description="Its share of the task's progress.")


class Trouble(Shape):
    """What is wrong with a running task once a field of its heartbeat has grown beyond a limit."""

    field: Literal["since_worker_s", "since_event_s"]
    over_s: float
    text: str


class KindLabelsJson(Shape):
    """What differs for tasks of a kind: states that replace those of the same status, and messages that do."""

    label: str
    states: dict[str, StateLabels]
    empty_messages: dict[str, str]
    stages: tuple[StageLabel, ...]
    artifacts: dict[str, str]


class Labels(Shape):
    """What everything is called for people, and what each event changes: all that a page needs to follow a task by its events."""

    states: dict[str, StateLabels] = Field(description="By status, and `cancelling` for a running task with `cancel_requested`.")
    empty_messages: dict[str, str] = Field(description="What a status says whose message is empty.")
    kinds: dict[str, KindLabelsJson] = Field(description="By kind of task.")
    stages: tuple[StageLabel, ...] = Field(description="Those of videos; `kinds` has them for every kind.")
    actions: dict[str, str]
    artifacts: dict[str, str] = Field(description="By kind.")
    events: dict[str, EventRule] = Field(description="By type.")
    other_event: EventLabels
    damaged_event: EventLabels
    waiting_stage: dict[str, Any] = Field(description="Fields of a stage that has not started.")
    troubles: tuple[Trouble, ...] = Field(description="The first that applies is the one to show.")


class RetryPolicyJson(Shape):
    """When a task is tried again."""

    attempts: int | None = Field(description="Its budget of attempts; null: the setting VIDEOGEN_ATTEMPTS.")
    wait_s: float = Field(description="Seconds before the second attempt.")
    factor: float = Field(description="Each later wait is so many times the one before.")
    max_wait_s: float
    failures: bool = Field(description="Whether an error costs an attempt, too, and does not end the task.")


class TaskKindJson(Shape):
    """A kind of task."""

    name: str
    label: str
    limit: int | None = Field(description="How many of its tasks may run at once; null: any number.")
    retry: RetryPolicyJson
    stages: tuple[StageLabel, ...]
    payload: dict[str, Any] = Field(description="What a payload of this kind is, as JSON Schema.")


class TaskKinds(Shape):
    kinds: tuple[TaskKindJson, ...]


class UniqueKeyJson(BaseModel):
    """A key that one task of its kind has at a time."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")
    scope: Literal["queued", "unfinished", "successful"] = Field(
        "unfinished", description="As long as that task is queued; queued or running; or completed, too."
    )
    refuse: bool = Field(False, description="Refuse another task with `duplicate_task`, and do not answer with the one that is there.")


class QueueFields(BaseModel):
    """When a task starts."""

    priority: Priority = 0
    run_at: datetime | None = Field(None, description="It does not start before. ISO-8601 with a time zone.")
    after: Annotated[tuple[IdOfTask | int, ...], Field(max_length=100)] | None = Field(
        None, description="Tasks that have to complete before it starts; in a list of tasks also numbers of earlier ones, from 0."
    )
    lock: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] | None = Field(
        None, description="Of tasks with the same lock one runs at a time."
    )
    unique: UniqueKeyJson | Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")] | None = Field(
        None, description="Another task of its kind with this key is answered with, as long as there is one."
    )


class NewKindTask(QueueFields):
    """A task of any kind."""

    kind: str = Field(description="One of GET /api/kinds.", examples=["video"])
    payload: dict[str, Any] = Field(description="What it is to do, as its kind describes it.", examples=[{"script": "# Hello"}])
    assets: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] | None = Field(None, description="Files for it, as in a script's.")


class NewTask(QueueFields):
    """A script to make a video of."""

    script: str = Field(description="Markdown, YAML or JSON.", examples=["# Hello\n\nThe first sentence."])
    format: Literal["markdown", "yaml", "json"] | None = Field(None, description="Found out from the script when it is not said.")
    options: dict[str, Any] | None = Field(None, description="Options of the video. They override those of the script.")
    made_from: IdOfTask | None = Field(None, description="The task whose script this one began with; its files are taken along.")
    assets: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] | None = Field(
        None,
        description="The files that the script uses: what it calls them, and their ids as POST /api/assets answered them.",
        json_schema_extra={"propertyNames": {"pattern": r"^[^\x00-\x1f\x7f]{1,200}$"}},
    )


class AnyNewTask(RootModel[NewTask | NewKindTask]):
    """A script to make a video of, or a task of any kind."""


class TaskBatch(BaseModel):
    """Tasks that are submitted together."""

    tasks: tuple[NewTask | NewKindTask, ...] = Field(min_length=1, max_length=500)


class SubmittedTasks(Shape):
    """The tasks of a list, in its order."""

    tasks: tuple[TaskJson, ...]


class NewSet(NewTask):
    """A script with variables, and the values of each video."""

    values: str | list[dict[str, str | int | float | bool | None]] = Field(
        description="A table in CSV, whose first line names the columns, a list in YAML, or a list of objects.",
        examples=["name,city\nAnna,Berlin\nBo,Oslo"],
    )
    values_format: Literal["csv", "yaml"] | None = Field(None, description="Found out from the values when it is not said.")
    title: str = Field("", description="What the set is called.")


class SetRow(Shape):
    """A row of a set, and the title of its video."""

    number: int = Field(ge=1, description="From 1, without the line of names.")
    title: str
    values: dict[str, str]


class CheckedSetJson(Shape):
    """What would become of a set."""

    title: str
    columns: tuple[str, ...]
    variables: tuple[str, ...] = Field(description="The variables of the script.")
    unused: tuple[str, ...] = Field(description="Columns that the script does not use.")
    warnings: tuple[str, ...] = Field(description="The same, for people.")
    rows: tuple[SetRow, ...]
    problem: Problem | None = Field(description="Why it would be refused; null when it would not.")


class SetJson(Shape):
    """A set of videos. Its id is that of the task of the kind `set`, which completes after the last video."""

    id: TaskId
    title: str
    task: TaskJson
    videos: tuple[ListedTask, ...] = Field(description="In the order of the rows, without deleted ones.")
    counts: dict[Status, int] = Field(description="How many videos are of each status.")
    progress: Fraction = Field(description="Of all videos together.")
    stream: str = Field(description="The stream of all its tasks.")


class QueueChange(BaseModel):
    """What is changed of a queued task."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    priority: Priority | SkipJsonSchema[None] = None
    run_at: datetime | None = Field(None, description="When it starts; null: at once.")


class BrandFileJson(Shape):
    """A file of a brand kit."""

    name: str
    media_type: str
    bytes: int


class BrandJson(Shape):
    """A brand kit."""

    name: str
    description: str
    kit: dict[str, Any] = Field(description="What it says: theme, colours, fonts, logo, footer, intro, outro.")
    files: tuple[BrandFileJson, ...]
    picture: str = Field(description="Address of a picture of its colours.")
    created_at: Moment
    updated_at: Moment
    adjusted: tuple[str, ...] = Field(description="Colours that could not be read, and what is drawn; only when it was just saved.")


class Brands(Shape):
    brands: tuple[BrandJson, ...]


class RemovedBrand(Shape):
    name: str
    removed: bool


class NewBrand(BaseModel):
    """A brand kit, as a form. Its files are uploaded under the names that the kit has for them."""

    name: str = Field(pattern=brand_names.PATTERN)
    kit: str = Field("{}", description="The kit as a JSON object.")
    file: list[bytes] = Field([], description="Its files: logo, fonts, pictures and videos.")


class ScheduledTask(Shape):
    """What a schedule submits."""

    kind: str
    title: str
    made_from: str | None = Field(description="The task that it repeats.")
    priority: int


class ScheduleJson(Shape):
    """A task that is submitted again and again."""

    id: str
    name: str
    cron: str
    timezone: str
    text: str = Field(description="What `cron` says, for people.")
    task: ScheduledTask
    overlap: bool = Field(description="Whether it is also fired while its task before has not ended.")
    catch_up: bool = Field(description="Whether a time that was missed is made up for, once.")
    paused: bool
    created_at: Moment
    next_at: Moment | None
    last_at: Moment | None = Field(description="When it submitted a task last.")
    last_task_id: str | None
    skip_reason: str | None = Field(description="Why its last time gave no task: `still_unfinished`, `missed`, or the code of an error.")


class Schedules(Shape):
    schedules: tuple[ScheduleJson, ...]


class NewSchedule(BaseModel):
    """A schedule. It has either `task` or `repeat`."""

    name: str = Field(min_length=1, max_length=200, examples=["News"])
    cron: str = Field(description="Minute, hour, day, month, weekday.", examples=["0 9 * * MON"])
    timezone: str = Field("UTC", examples=["Europe/Berlin"])
    task: NewTask | NewKindTask | SkipJsonSchema[None] = Field(None, description="A task, as in POST /api/tasks.")
    repeat: IdOfTask | SkipJsonSchema[None] = Field(None, description="A task that is repeated, with its files.")
    overlap: bool = False
    catch_up: bool = True


class ScheduleChange(BaseModel):
    """What is changed of a schedule."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    paused: bool | SkipJsonSchema[None] = None
    cron: str | SkipJsonSchema[None] = None
    timezone: str | SkipJsonSchema[None] = None


class NewTaskForm(BaseModel):
    """The same as a form: `script` as text or as a file, whose name then tells the format; files in other fields are those it uses."""

    script: str = Field(description="Text or a file.")
    format: Literal["markdown", "yaml", "json"] | SkipJsonSchema[None] = None
    options: dict[str, Any] | SkipJsonSchema[None] = Field(None, description="JSON.", examples=[{"voice": "none"}])
    priority: Priority = 0
    made_from: IdOfTask | SkipJsonSchema[None] = None


class PreviewOf(NewTask):
    """A script to be sketched."""

    line: int = Field(1, description="The scenes nearest to this line of the script are drawn first.")
    page: str | None = Field(None, description="Who asks: of the requests of one page only the newest is answered.")


class SketchedScene(Shape):
    """A scene as it will be."""

    position: int
    kind: str
    title: str
    line: int | None = Field(description="Line of the script at which it begins.")
    narration: str
    seconds: float = Field(description="About how long it will last.")
    picture: str | None = Field(description="Where its picture is; null when it is not drawn yet: ask again.")


class Unfinished(Shape):
    """Why pictures of a preview are missing."""

    reason: Literal["drawing", "too_long", "too_large", "lost"] = Field(
        description="`drawing`: ask again. `too_long`, `too_large`: it was stopped at a limit of the server. `lost`: its process ended."
    )
    message: str


class StoryboardJson(Shape):
    """A video before it is rendered."""

    problem: Problem | None = Field(
        description="Why the script would be refused as it stands, and where; `scenes` are then those that can be read. Else null."
    )
    unfinished: Unfinished | None = Field(description="Why scenes have no picture; null when each has one.")
    title: str
    seconds: float = Field(description="About how long it will be.")
    making_s: float | None = Field(description="Estimated time to render it, in seconds; null until videos have been rendered here.")
    options: Options
    warnings: tuple[dict[str, Any], ...]
    scenes: tuple[SketchedScene, ...]


class VoiceJson(Shape):
    """A voice, and whether it can be used here."""

    name: str
    languages: tuple[str, ...] = Field(description="BCP 47 tags; `*` is any.")
    why_not: str | None = Field(description="Why it does not work here; null when it does.")
    online: bool = Field(description="Whether what is spoken leaves this machine.")
    voices: tuple[str, ...] = Field(description="Full names of those that can be asked for one by one.")


class Voices(Shape):
    voices: tuple[VoiceJson, ...]


class SceneKind(Shape):
    """A kind of scene, and the schema of what it may say."""

    kind: str
    description: str
    fields: dict[str, Any] = Field(description="Its own fields, as JSON Schema.")


class SampleJson(Shape):
    """A scene to start from: Markdown that makes one wherever it stands, and the same as an item of `scenes` in YAML."""

    kind: str
    label: str
    markdown: str
    yaml: str


class Samples(Shape):
    samples: tuple[SampleJson, ...]


class SceneKinds(Shape):
    scenes: tuple[SceneKind, ...]


class ThemeProblem(Shape):
    """Why a theme of one's own cannot be used."""

    message: str
    line: int | None = Field(description="The line of its file.")
    hint: str


class ThemeJson(Shape):
    """A theme: one that comes with videogen, or one of one's own."""

    name: str
    default: bool = Field(description="Whether it is taken where none is named.")
    own: bool = Field(description="Whether it is a file of one's own.")
    description: str
    mode: Literal["light", "dark"] | None = Field(description="null for one that cannot be used.")
    picture: str | None = Field(description="Where a picture of it is.")
    problem: ThemeProblem | None = Field(description="Why it cannot be used; null when it can.")


class RemovedTheme(Shape):
    """A theme that is gone."""

    name: str
    removed: Literal[True]


class NewTheme(BaseModel):
    """A theme's file, in a field of any name. The file's name is that of the theme, with .yaml after it."""

    file: bytes


class Themes(Shape):
    themes: tuple[ThemeJson, ...]


class Health(Shape):
    status: Literal["ok"]


class Reader(Shape):
    """A stream that is open."""

    client: str
    tasks: tuple[str, ...] | None = Field(description="The tasks it watches; null for all.")
    since: Moment
    cursor: CursorText | None
    lag: int | None = Field(description="Events that it is behind.")
    bytes: int


class Readers(Shape):
    streams: tuple[Reader, ...]


class WorkerJson(Shape):
    id: str
    pid: int
    started_at: Moment
    seen_at: Moment
    task_id: str | None


class StalledTask(Shape):
    id: TaskId
    title: str


class ServerWarning(Shape):
    """Something to be looked after."""

    code: str
    message: str
    hint: str
    task_id: str | None = None


class ServerStatus(Shape):
    """How the server stands."""

    now: Moment
    version: str
    python: str
    sqlite: str
    database: str
    epoch: str
    head: int
    floor: int
    tasks: dict[Status, int]
    stalled: tuple[StalledTask, ...]
    workers: tuple[WorkerJson, ...]
    listeners: int | tuple[Any, ...]
    disk_free_bytes: int
    database_bytes: int
    wal_bytes: int
    cache_bytes: int
    data: str
    files: str
    warnings: tuple[ServerWarning, ...]
