"""How long films and their stages took, from what was made before."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from sqlalchemy import select

from models import clock
from models.database import Read
from models.row_sanitizer import is_moment, json_object
from models.task import tasks


def stage_seconds(read: Read, of: int = 50) -> dict[str, list[float]]:
    """How long each stage took in the newest completed tasks, at most `of` of them."""
    seconds: dict[str, list[float]] = {}
    finished = (tasks.c.status == "completed") & tasks.c.deleted_at.is_(None)
    query = select(tasks.c.stages).where(finished).order_by(tasks.c.created_at.desc()).limit(of)
    for stages in read.connection.execute(query).scalars():
        for name, stage in (json_object(stages) or {}).items():
            if isinstance(stage, dict) and is_moment(stage.get("started_at")) and is_moment(stage.get("finished_at")):
                seconds.setdefault(name, []).append(clock.seconds_between(stage["started_at"], stage["finished_at"]))
    return seconds


SIZE = ("height", "aspect", "fps", "cfr", "writer")
"""The options that say how much work a scene of the same kind is."""


def drawing_seconds_a_scene(read: Read, options: Mapping[str, Any], of: int = 20) -> float | None:
    """How many seconds a scene took to draw, in the middle of the newest completed tasks that were asked for in the same size.

    None if there are none to go by: a task some of whose scenes were ready already says nothing about it.
    """
    finished = (tasks.c.status == "completed") & tasks.c.deleted_at.is_(None)
    paces = []
    query = select(tasks.c.stages, tasks.c.options).where(finished).order_by(tasks.c.created_at.desc()).limit(of)
    for stages, asked in read.connection.execute(query):
        drawing, others = (json_object(stages) or {}).get("video"), json_object(asked) or {}
        if not isinstance(drawing, dict) or any(others.get(name) != options.get(name) for name in SIZE):
            continue
        made, began, ended = drawing.get("made"), str(drawing.get("started_at")), str(drawing.get("finished_at"))
        if isinstance(made, int) and made > 0 and not drawing.get("reused") and is_moment(began) and is_moment(ended):
            paces.append(clock.seconds_between(began, ended) / made)
    return median(paces) if paces else None


def seconds_a_scene(read: Read, of: int = 10) -> float | None:
    """How many seconds a scene took to make, with its part of all else, in the middle of the newest completed tasks.

    None if there are none to go by: a task some of whose scenes were ready already says nothing about it.
    """
    finished = (tasks.c.status == "completed") & tasks.c.deleted_at.is_(None)
    columns = select(tasks.c.stages, tasks.c.started_at, tasks.c.finished_at)
    paces = []
    for stages, began, ended in read.connection.execute(columns.where(finished).order_by(tasks.c.created_at.desc()).limit(of)):
        drawing = (json_object(stages) or {}).get("video")
        made, reused = (drawing.get("made"), drawing.get("reused")) if isinstance(drawing, dict) else (0, 0)
        if isinstance(made, int) and made > 0 and not reused and is_moment(began) and is_moment(ended):
            paces.append(clock.seconds_between(began, ended) / made)
    return median(paces) if paces else None
