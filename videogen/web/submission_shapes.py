"""What is sent to the API to have something made, now, later or again, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.json_schema import SkipJsonSchema

from videogen.script.languages import LANGUAGES
from videogen.web.label_shapes import StageLabel
from videogen.web.shapes import AssetIds, Fraction, IdOfTask, ListedTask, Moment, Priority, Problem, Shape, Status, TaskId, TaskJson


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


class ImportTasks(Shape):
    """The task of an import, and that of the video that comes after it."""

    task: TaskJson
    video: TaskJson | None


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
    batch: int = Field(description="How many of its tasks a worker claims together at most, if they are the next ones in the queue.")
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
    assets: AssetIds | None = Field(None, description="Files for it, as in a script's.")


class NewTask(QueueFields):
    """A script to make a video of."""

    script: str = Field(description="Markdown, YAML or JSON.", examples=["# Hello\n\nThe first sentence."])
    format: Literal["markdown", "yaml", "json"] | None = Field(None, description="Found out from the script when it is not said.")
    options: dict[str, Any] | None = Field(None, description="Options of the video. They override those of the script.")
    made_from: IdOfTask | None = Field(None, description="The task whose script this one began with; its files are taken along.")
    assets: AssetIds | None = Field(
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


class LanguagesJson(SetJson):
    """A set of videos of one script in several languages."""

    warnings: tuple[str, ...] = Field(
        description="Sections that have no text of their own in a language: there its video has the script's."
    )


class TaskChange(BaseModel):
    """What is changed of a task: its tags; of a queued one also its turn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})

    priority: Priority | SkipJsonSchema[None] = None
    run_at: datetime | None = Field(None, description="When it starts; null: at once.")
    tags: tuple[Annotated[str, Field(max_length=40)], ...] | SkipJsonSchema[None] = Field(
        None, max_length=20, description="Its tags from now on; none takes them all away."
    )


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


class SceneOf(PreviewOf):
    """A script, and one of its scenes."""

    scene: int = Field(ge=1, le=10_000, description="The number of the scene in the storyboard, from 1.")


SceneTexts = Annotated[
    dict[str, Annotated[str, Field(max_length=20_000)]],
    Field(
        min_length=1,
        max_length=2000,
        description="What scenes say from now on, by their positions; an empty text is silence.",
        json_schema_extra={"propertyNames": {"pattern": "^[1-9][0-9]{0,4}$"}},
    ),
]


class NewNarration(BaseModel):
    """Other words for some scenes."""

    scenes: SceneTexts


class OtherOptions(BaseModel):
    """Other options for a video."""

    options: dict[str, Any] = Field(min_length=1, description="Options that override those of the video.", examples=[{"aspect": "9:16"}])


class NarrationOf(NewTask):
    """A script, and other words for some of its scenes."""

    scenes: SceneTexts | SkipJsonSchema[None] = None


class AssistantRequest(NewTask):
    """What the assistant is to do with a script."""

    action: Literal["draft", "shorten", "translate", "narrate"] = Field(
        description="`draft` makes a script of any document, `narrate` writes what each scene says."
    )
    language: str | SkipJsonSchema[None] = Field(None, description="Language to translate into: a BCP 47 tag or a name.", examples=["de"])
    wishes: str = Field("", max_length=2000, description="What else it should mind.")


class NewLanguages(NewTask):
    """A script in several languages: `script` in its own, `language`, and the others in `languages`."""

    language: str | SkipJsonSchema[None] = Field(
        None,
        description="Language of `script`: a BCP 47 tag or a name; by default as the options, the front matter or the text itself say.",
        examples=["en"],
        json_schema_extra={"enum": [*sorted(LANGUAGES)]},
    )
    languages: dict[str, str] = Field(
        min_length=1,
        max_length=40,
        description="The script in each other language, by its tag.",
        examples=[{"de": "# Hallo\n\nDer erste Satz."}],
        json_schema_extra={"propertyNames": {"enum": [*sorted(LANGUAGES)]}},
    )
    title: str = Field("", description="What the set is called.")
