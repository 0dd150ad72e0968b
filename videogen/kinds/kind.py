"""A kind of task, as a declaration. Light: every process imports it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ValidationError

from models.errors import Diagnostic
from models.retry_policy import DEFAULT, RetryPolicy
from videogen.errors.kinds import BadPayload
from videogen.errors.validation import in_words
from videogen.pipeline.stages import StageInfo

if TYPE_CHECKING:
    from models.database import Store
    from models.task import Task
    from videogen.config import Settings

PROGRESS_EVENTS = ("stage.completed", "item.completed")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
MAX_BATCH = 100
HANDLER = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True)
class KindLabels:
    """How tasks of a kind are shown where it differs from other kinds. `took` is a phrase with gaps (docs/api.md)."""

    running: str = "Running"
    completed: str = "The result is ready"
    failed: str = "The task failed"
    took: str = "Took {elapsed_s|duration}"


@dataclass(frozen=True)
class AdmissionContext:
    """What a kind may look at before it admits a task. It is called in a web process: nothing in it may take long."""

    store: Store


@dataclass(frozen=True)
class Admission:
    """An admitted task: its title, the task that it was made from, and what its row says of options."""

    title: str
    made_from: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RequestContext:
    """What a worker knows when it sends a task to its renderer. `assets` are the task's files, `work` is the attempt's directory."""

    store: Store
    settings: Settings
    work: Path
    assets: Mapping[str, Path]


class RendererRequest(NamedTuple):
    """A request to a renderer: its name in the renderer's protocol, and its content as JSON."""

    name: str
    content: Mapping[str, Any]


Admit = Callable[[Any, AdmissionContext], Admission]
Inputs = Callable[[Any, RequestContext], Mapping[str, Path]]
MakeRequest = Callable[["Task", RequestContext], RendererRequest]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of task.

    `handler` is the dotted name of a function, `package.module:function`, which is called with a `Job` in a confined renderer. `payload`
    validates what a task is to do. `admit` looks at a payload when it is submitted; it raises BadPayload or another error to refuse it.
    `inputs` returns the files that the handler may read, by name, in addition to the task's assets. `artifacts` are the labels of the files
    that it makes, by their kind. After an event of the types `progress_events` the loss of an attempt costs nothing: what was done is
    saved. At most `limit` tasks run at once, None for any number. `retry` says when a task is tried again. `make_request` replaces
    the request for `handler`. People wait for tasks of a `quick` kind:
    `serve` runs a worker for such kinds alone, so that no video is in the way. A worker claims up to `batch` tasks in one transaction, and
    completes them in one: for tasks that take a few milliseconds.
    """

    name: str
    label: str
    payload: type[BaseModel]
    stages: tuple[StageInfo, ...]
    handler: str
    artifacts: Mapping[str, str] = field(default_factory=dict)
    progress_events: Collection[str] = PROGRESS_EVENTS
    limit: int | None = None
    quick: bool = False
    batch: int = 1
    retry: RetryPolicy = DEFAULT
    labels: KindLabels = KindLabels()
    admit: Admit | None = None
    inputs: Inputs | None = None
    make_request: MakeRequest | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is not a name for a kind: use lower-case letters, digits, - and _.")
        if not self.label.strip() or {"{", "}"} & set(self.label):
            raise ValueError(f"The label of {self.name} is {self.label!r}; it has to be a text without braces.")
        if not HANDLER.fullmatch(self.handler):
            raise ValueError(f"The handler of {self.name} is {self.handler!r}; it has to be package.module:function.")
        if not self.stages or not math.isclose(sum(stage.weight for stage in self.stages), 1.0, abs_tol=0.001):
            raise ValueError(f"The weights of the stages of {self.name} have to add up to 1.")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"The limit of {self.name} is {self.limit}; it has to be at least 1.")
        if not 1 <= self.batch <= MAX_BATCH:
            raise ValueError(f"The batch of {self.name} is {self.batch}; it has to be from 1 to {MAX_BATCH}.")

    def check_payload(self, content: Mapping[str, Any]) -> BaseModel:
        """Return the payload as the kind's model. Raises BadPayload, with a diagnostic for each field that cannot be used."""
        try:
            return self.payload.model_validate(content)
        except ValidationError as error:
            wrongs = error.errors(include_url=False)
            diagnostics = [Diagnostic(in_words(wrong), path=".".join(map(str, ("payload", *wrong["loc"])))) for wrong in wrongs]
            detail = f"{diagnostics[0].path}: {diagnostics[0].message}." if len(diagnostics) == 1 else "Some fields cannot be used."
            hint = f"The fields of a task of the kind “{self.name}” are: {', '.join(self.payload.model_fields) or 'none'}."
            raise BadPayload(detail, hint=f"{hint} GET /api/kinds describes them.", diagnostics=diagnostics) from error

    def admission(self, payload: BaseModel, context: AdmissionContext) -> Admission:
        """Return how a task with this payload is admitted. Raises what `admit` raises."""
        return self.admit(payload, context) if self.admit else Admission(self.label)
