"""Finding tasks by the words of their titles and scripts, in an index (FTS5) that the database keeps by itself: triggers in `objects`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, column, func, literal_column, select, table

from models.database import Read

# A hit in an excerpt: control characters, which no script keeps.
BEGIN, END = "\x02", "\x03"
EXCERPT_WORDS = 24

task_search = table("task_search", column("task_id"), column("title"), column("source"))
MATCHES = literal_column("task_search").op("MATCH")
EXCERPT = func.snippet(literal_column("task_search"), 2, BEGIN, END, "…", EXCERPT_WORDS)


def ids(words: str) -> Select[tuple[str]]:
    """Select the ids of tasks, including deleted ones, whose title or script has each word, or a word that begins so."""
    return select(task_search.c.task_id).where(MATCHES(_of_words(words)))


def excerpts(read: Read, words: str, task_ids: Sequence[str]) -> Mapping[str, Sequence[tuple[str, bool]]]:
    """Return excerpts of the tasks' scripts around the words: pieces of text, and whether each is a hit.

    Tasks without a hit are left out.
    """
    among = " OR ".join(map(_quoted, task_ids))
    if not among:
        return {}
    query = select(task_search.c.task_id, EXCERPT).where(MATCHES(f"task_id : ({among}) AND {_of_words(words)}"))
    return {task_id: _pieces(excerpt) for task_id, excerpt in read.connection.execute(query) if BEGIN in excerpt}


def _of_words(words: str) -> str:
    """Return an FTS5 expression. No word, as in "?!", finds nothing."""
    return "{title source} : (" + (" AND ".join(f"{_quoted(word)}*" for word in re.findall(r"\w+", words)) or '""') + ")"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _pieces(excerpt: str) -> list[tuple[str, bool]]:
    pieces = re.split(f"[{BEGIN}{END}]", excerpt)
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]
