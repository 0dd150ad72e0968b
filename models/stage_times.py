"""How long the stages of films took, from the rows of the tasks that were made."""

from __future__ import annotations

from sqlalchemy import select

from models import clock
from models.damage import is_moment, json_object
from models.database import Read
from models.task import tasks


def stage_seconds(read: Read, of: int = 50) -> dict[str, list[float]]:
    """How long each stage took in the newest completed tasks, at most `of` of them."""
    seconds: dict[str, list[float]] = {}
    finished = (tasks.c.status == "completed") & tasks.c.deleted_at.is_(None)
    query = select(tasks.c.stages).where(finished).order_by(tasks.c.created_at.desc()).limit(of)
    for stages in read.connection.execute(query).scalars():
        for name, stage in (json_object(stages) or {}).items():
            if isinstance(stage, dict) and is_moment(stage.get("started_at")) and is_moment(stage.get("finished_at")):
                took = clock.parse(stage["finished_at"]) - clock.parse(stage["started_at"])
                seconds.setdefault(name, []).append(took.total_seconds())
    return seconds
