"""SQLite's index of words (FTS5). `schema_objects` has the triggers that keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, column, func, literal_column, select, table

from models.database import Read
from models.search import BEGIN, END, EXCERPT_WORDS

task_search = table("task_search", column("task_id"), column("title"), column("source"))
MATCHES = literal_column("task_search").op("MATCH")
EXCERPT = func.snippet(literal_column("task_search"), 2, BEGIN, END, "…", EXCERPT_WORDS)


def matching_ids(words: Sequence[str]) -> Select[tuple[str]]:
    """Select the ids of tasks whose title or script has each word, or a word that begins so."""
    return select(task_search.c.task_id).where(MATCHES(_of_words(words)))


def excerpts(read: Read, words: Sequence[str], task_ids: Sequence[str]) -> Mapping[str, str]:
    """Return excerpts of the tasks' scripts around the words, with BEGIN and END around each hit."""
    among = " OR ".join(map(_quoted, task_ids))
    query = select(task_search.c.task_id, EXCERPT).where(MATCHES(f"task_id : ({among}) AND {_of_words(words)}"))
    return {row.task_id: row[1] for row in read.connection.execute(query)}


def _of_words(words: Sequence[str]) -> str:
    """Return an FTS5 expression. No word finds nothing."""
    return "{title source} : (" + (" AND ".join(f"{_quoted(word)}*" for word in words) or '""') + ")"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
