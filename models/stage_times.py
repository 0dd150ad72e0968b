"""How long tasks of a kind and their stages took, from those that are completed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, select

from models import clock
from models.database import Read
from models.row_sanitizer import is_moment, json_object
from models.task import tasks


def stage_seconds(read: Read, kind: str, of: int = 50) -> dict[str, list[float]]:
    """Return how many seconds each stage took in the newest completed tasks of a kind, at most `of` of them."""
    seconds: dict[str, list[float]] = {}
    query = select(tasks.c.stages).where(_completed(kind)).order_by(tasks.c.created_at.desc()).limit(of)
    for stages in read.connection.execute(query).scalars():
        for name, stage in (json_object(stages) or {}).items():
            if isinstance(stage, dict) and is_moment(stage.get("started_at")) and is_moment(stage.get("finished_at")):
                seconds.setdefault(name, []).append(clock.seconds_between(stage["started_at"], stage["finished_at"]))
    return seconds


def seconds_a_part(read: Read, kind: str, stage: str, options: Mapping[str, Any], same: Collection[str], of: int = 20) -> float | None:
    """Return the seconds that a part of a stage took: the median of the newest completed tasks whose options `same` equal these.

    None if there are none to go by: a task some of whose parts were ready already says nothing about it.
    """
    paces = []
    query = select(tasks.c.stages, tasks.c.options).where(_completed(kind)).order_by(tasks.c.created_at.desc()).limit(of)
    for stages, asked in read.connection.execute(query):
        times, others = _stage(stages, stage), json_object(asked) or {}
        began, ended = str(times.get("started_at")), str(times.get("finished_at"))
        if any(others.get(name) != options.get(name) for name in same):
            continue
        if (parts := _made_anew(times)) and is_moment(began) and is_moment(ended):
            paces.append(clock.seconds_between(began, ended) / parts)
    return median(paces) if paces else None


def past_stages(read: Read, kind: str, of: int = 20) -> list[tuple[Mapping[str, Any], float]]:
    """Return the stages of the newest completed tasks, the newest first, and how many seconds each took in all."""
    columns = select(tasks.c.stages, tasks.c.started_at, tasks.c.finished_at).where(_completed(kind))
    rows = read.connection.execute(columns.order_by(tasks.c.created_at.desc()).limit(of))
    return [
        (json_object(stages) or {}, clock.seconds_between(began, ended))
        for stages, began, ended in rows
        if is_moment(began) and is_moment(ended)
    ]


def task_seconds_a_part(read: Read, kind: str, stage: str, of: int = 10) -> float | None:
    """Return the seconds that a whole task took for each part of a stage: the median of the newest completed tasks.

    None if there are none to go by: a task some of whose parts were ready already says nothing about it.
    """
    columns = select(tasks.c.stages, tasks.c.started_at, tasks.c.finished_at)
    paces = []
    for stages, began, ended in read.connection.execute(columns.where(_completed(kind)).order_by(tasks.c.created_at.desc()).limit(of)):
        if (parts := _made_anew(_stage(stages, stage))) and is_moment(began) and is_moment(ended):
            paces.append(clock.seconds_between(began, ended) / parts)
    return median(paces) if paces else None


def _completed(kind: str) -> ColumnElement[bool]:
    return (tasks.c.kind == kind) & (tasks.c.status == "completed") & tasks.c.deleted_at.is_(None)


def _stage(stages: str, name: str) -> Mapping[str, Any]:
    """Return a stage of a task's column `stages`; empty if it is missing or damaged."""
    stage = (json_object(stages) or {}).get(name)
    return stage if isinstance(stage, dict) else {}


def _made_anew(stage: Mapping[str, Any]) -> int:
    """Return how many parts a stage made; 0 if some of them were there already."""
    parts = stage.get("made")
    return parts if isinstance(parts, int) and parts > 0 and not stage.get("reused") else 0
