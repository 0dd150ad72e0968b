"""PostgreSQL's index of words (tsvector). `schema_objects` has the triggers that keep it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, column, false, func, select, table

from models.database import Read
from models.search import BEGIN, END, EXCERPT_WORDS
from models.task_table import tasks

task_search = table("task_search", column("task_id"), column("words"))
ACCENTS = re.compile("[\u0300-\u036f]")
WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
WORDS_BEFORE = 6


def matching_ids(words: Sequence[str]) -> Select[tuple[str]]:
    """Select the ids of tasks whose title or script has each word, or a word that begins so."""
    parts = [part for word in words for part in _folded(word).split("_") if part]
    query = select(task_search.c.task_id)
    if not parts:
        return query.where(false())
    sought = " & ".join("'" + part.replace("'", "''") + "':*" for part in parts)
    return query.where(task_search.c.words.op("@@")(func.to_tsquery("simple", sought)))


def excerpts(read: Read, words: Sequence[str], task_ids: Sequence[str]) -> Mapping[str, str]:
    """Return excerpts of the tasks' scripts around the words, with BEGIN and END around each hit."""
    rows = read.connection.execute(select(tasks.c.id, tasks.c.source).where(tasks.c.id.in_(list(task_ids))))
    sought = tuple(_folded(word) for word in words)
    return {row.id: excerpt for row in rows if sought and (excerpt := _excerpt(row.source, sought))}


def _excerpt(source: str, sought: tuple[str, ...]) -> str | None:
    """Return some words around the first one that begins with one of those sought; None if there is none."""
    words = list(WORD.finditer(source))
    hits = [number for number, word in enumerate(words) if _folded(word[0]).startswith(sought)]
    if not hits:
        return None
    first = max(hits[0] - WORDS_BEFORE, 0)
    last = min(first + EXCERPT_WORDS, len(words)) - 1
    marked, at = [], words[first].start() if first else 0
    for number in (hit for hit in hits if hit <= last):
        marked += [source[at : words[number].start()], BEGIN, words[number][0], END]
        at = words[number].end()
    end = words[last].end() if last < len(words) - 1 else len(source)
    return ("…" if first else "") + "".join(marked) + source[at:end] + ("…" if end < len(source) else "")


def _folded(word: str) -> str:
    """Return a word as the index has it: without accents, in small letters."""
    return ACCENTS.sub("", unicodedata.normalize("NFKD", word)).lower()
