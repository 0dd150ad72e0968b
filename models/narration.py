"""What videos say that their scripts do not: words of generated narration, by which the index of words finds them, too."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Column, ForeignKeyConstraint, Table, Text, bindparam, select, text

from models.database import Write, metadata
from models.task_table import tasks
from models.text_values import clean

TRANSCRIPT = "transcript"
"""The kind of the file that has what is said."""
MAX_BYTES = 500_000
SENTENCE_END = re.compile(r"(?<=[.!?\u3002\uff01\uff1f])\s+|\n+")

narrations = Table(
    "narrations",
    metadata,
    Column("task_id", Text, primary_key=True, nullable=False),
    Column("words", Text, nullable=False),
    ForeignKeyConstraint(["task_id"], ["tasks.id"], ondelete="CASCADE"),
    sqlite_strict=True,
)

# Where rows are locked one by one, the task stays until its narration is there.
SOURCE = select(tasks.c.source).where(tasks.c.id == bindparam("task_id")).with_for_update(read=True, key_share=True)
PUT = text("INSERT INTO narrations (task_id, words) VALUES (:task_id, :words) ON CONFLICT (task_id) DO UPDATE SET words = excluded.words")


def read_transcript(path: Path) -> str:
    """Return the beginning of a transcript; empty if there is none any more."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode("utf-8", "ignore")
    except OSError:
        return ""


def put(write: Write, task_id: str, transcript: str, *, mark: bool = False) -> None:
    """Keep the sentences of a transcript that have a word which the task's script has not. With `mark` a row says so if none has."""
    source = write.connection.execute(SOURCE, {"task_id": task_id}).scalar()
    if source is None:  # it was purged
        return
    written = {word.lower() for word in re.findall(r"\w+", source)}
    sentences = (sentence.strip("# ") for sentence in SENTENCE_END.split(transcript))
    spoken = [sentence for sentence in sentences if any(word.lower() not in written for word in re.findall(r"\w+", sentence))]
    if spoken or mark:
        write.connection.execute(PUT, {"task_id": task_id, "words": clean("\n".join(spoken))})
