"""Tags: words by which people find tasks again. They and the event that records them commit together."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from models.database import Read, Store, Write, metadata
from models.errors import BadTags, Diagnostic
from models.event import EventType
from models.task import find
from models.task_table import Task, append, tasks
from models.text_values import clean

MOST = 20
LONGEST = 40
COUNTED_TASKS = 2000
"""Tags are counted among the newest tasks, so that a page of a large store stays quick."""

task_tags = Table(
    "task_tags",
    metadata,
    Column("task_id", Text, nullable=False),
    Column("tag", Text, nullable=False),
    PrimaryKeyConstraint("task_id", "tag"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"], ondelete="CASCADE"),
    Index("task_tags_by_tag", "tag", "task_id"),
    sqlite_strict=True,
)

OF_TASK = select(task_tags.c.tag).where(task_tags.c.task_id == bindparam("of_id")).order_by(task_tags.c.tag)
REMOVE = delete(task_tags).where(task_tags.c.task_id == bindparam("of_id"))
NEWEST = (
    select(tasks.c.id).where(tasks.c.deleted_at.is_(None)).order_by(tasks.c.created_at.desc(), tasks.c.id.desc()).limit(COUNTED_TASKS)
).subquery("subquery_of_newest")
COUNTED = (
    select(task_tags.c.tag, func.count().label("tasks"))
    .join_from(NEWEST, task_tags, task_tags.c.task_id == NEWEST.c.id)
    .group_by(task_tags.c.tag)
    .order_by(func.count().desc(), task_tags.c.tag)
    .limit(bindparam("most"))
)


def normalize(tags: Sequence[str]) -> list[str]:
    """Return the tags as they are stored: in lower case, with single spaces, each once, in order of the alphabet.

    Raises BadTags for one that is too long, and for too many.
    """
    words = sorted({" ".join(unicodedata.normalize("NFC", clean(tag)).lower().replace(",", " ").split()) for tag in tags} - {""})
    for tag in words:
        if len(tag) > LONGEST or not tag.isprintable():
            diagnostic = Diagnostic(f"Must be printable, of at most {LONGEST} characters.", path="tags")
            raise BadTags(f"The tag {tag[:LONGEST]!r} cannot be stored.", diagnostics=[diagnostic])
    if len(words) > MOST:
        raise BadTags(f"There are {len(words)} tags; a task has at most {MOST}.", diagnostics=[Diagnostic("Too many.", path="tags")])
    return words


def put(store: Store, task_id: str, tags: Sequence[str]) -> Task:
    """Give the task these tags and no others. Raises BadTags, TaskNotFound, TaskGone."""
    words = normalize(tags)
    with store.writing() as write:
        write.lock("queue")
        row = find(write, task_id)
        before = of_task(write, task_id)
        if words != before:
            write.connection.execute(REMOVE, {"of_id": task_id})
            if words:
                write.connection.execute(insert(task_tags), [{"task_id": task_id, "tag": tag} for tag in words])
            append(write, EventType.TASK_TAGGED, row, data={"tags": words, "before": before})
    return row


def of_task(read: Read | Write, task_id: str) -> list[str]:
    """Return the tags of a task, in order of the alphabet."""
    return list(read.connection.execute(OF_TASK, {"of_id": task_id}).scalars())


def of_tasks(read: Read, task_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """Return {task: tags} for the tasks that have any."""
    query = select(task_tags.c.task_id, task_tags.c.tag).where(task_tags.c.task_id.in_(task_ids)).order_by(task_tags.c.tag)
    tags: dict[str, list[str]] = {}
    for task_id, tag in read.connection.execute(query) if task_ids else ():
        tags.setdefault(task_id, []).append(tag)
    return tags


def ids_of(tag: str) -> Select[tuple[str]]:
    """Select the ids of the tasks that have a tag."""
    return select(task_tags.c.task_id).where(task_tags.c.tag == tag)


def counted(read: Read, most: int = 1000) -> list[tuple[str, int]]:
    """Return the tags of the newest tasks and how many of these have each, the most frequent first."""
    return [(tag, count) for tag, count in read.connection.execute(COUNTED, {"most": most})]
