"""What everything is called for people, and what each event changes, as the API sends it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from videogen.web.shapes import Shape


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
