"""Finding tasks by the words of their titles and scripts, in an index that the database keeps by itself (triggers)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import Select

from models.database import Read

# A hit in an excerpt: control characters, which no script keeps.
BEGIN, END = "\x02", "\x03"
EXCERPT_WORDS = 24
MOST_WORDS = 16
"""Words that are looked for: each of thousands would take its time."""


def ids(read: Read, words: str) -> Select[tuple[str]]:
    """Select the ids of tasks, including deleted ones, whose title or script has each word, or a word that begins so.

    No word, as in "?!", finds nothing. Of many the first `MOST_WORDS` count.
    """
    return read.dialect.matching_ids(_split(words))


def excerpts(read: Read, words: str, task_ids: Sequence[str]) -> Mapping[str, Sequence[tuple[str, bool]]]:
    """Return excerpts of the tasks' scripts around the words: pieces of text, and whether each is a hit.

    Tasks without a hit are left out.
    """
    if not task_ids:
        return {}
    found = read.dialect.excerpts(read, _split(words), task_ids)
    return {task_id: _pieces(excerpt) for task_id, excerpt in found.items() if BEGIN in excerpt}


def _split(words: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\w+", words)))[:MOST_WORDS]


def _pieces(excerpt: str) -> list[tuple[str, bool]]:
    pieces = re.split(f"[{BEGIN}{END}]", excerpt)
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]
