"""The languages of a draft: its sections in another language, and as what they were when both agreed last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, PrimaryKeyConstraint, Table, Text, bindparam, delete, select, text
from sqlalchemy import text as sql

from models import draft
from models.database import Read, Store, metadata
from models.errors import DraftNotFound
from models.text_values import clean

draft_languages = Table(
    "draft_languages",
    metadata,
    Column("draft_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("sections", Text, nullable=False, server_default=sql("'[]'")),
    PrimaryKeyConstraint("draft_id", "language"),
    ForeignKeyConstraint(["draft_id"], ["drafts.id"], ondelete="CASCADE"),
    CheckConstraint("json_valid(sections) AND json_type(sections) = 'array'", name="draft_sections_json"),
    sqlite_strict=True,
)

OF_DRAFT = select(draft_languages).where(draft_languages.c.draft_id == bindparam("of_id")).order_by(draft_languages.c.language)
PUT = text(
    "INSERT INTO draft_languages (draft_id, language, sections) VALUES (:draft_id, :language, :sections)"
    " ON CONFLICT (draft_id, language) DO UPDATE SET sections = excluded.sections"
)


@dataclass(frozen=True)
class TranslatedSection:
    """A section of a script in another language. `base` and `agreed` are both texts when they agreed last; `text` is what it says now."""

    base: str
    agreed: str
    text: str


def of_draft(read: Read, draft_id: str) -> dict[str, list[TranslatedSection]]:
    """Return the languages of a draft by their tags. Raises DraftNotFound."""
    draft.find(read, draft_id)
    return {row.language: _sections(row.sections) for row in read.connection.execute(OF_DRAFT, {"of_id": draft_id})}


def put(store: Store, draft_id: str, language: str, sections: Sequence[TranslatedSection]) -> None:
    """Keep a language of a draft. Raises DraftNotFound."""
    content = json.dumps([{name: clean(value) for name, value in asdict(section).items()} for section in sections], ensure_ascii=False)
    with store.writing() as write:
        draft.find(write, draft_id)
        write.connection.execute(PUT, {"draft_id": draft_id, "language": language, "sections": content})


def remove(store: Store, draft_id: str, language: str) -> None:
    """Remove a language of a draft. Raises DraftNotFound where there is none."""
    chosen = (draft_languages.c.draft_id == draft_id) & (draft_languages.c.language == language)
    with store.writing() as write:
        if not write.connection.execute(delete(draft_languages).where(chosen)).rowcount:
            raise DraftNotFound(f"The draft {draft_id[:64]!r} has no language {language[:40]!r}.")


def _sections(content: str) -> list[TranslatedSection]:
    """Return what a row says. What a hand has damaged is left out."""
    try:
        return [TranslatedSection(str(one["base"]), str(one["agreed"]), str(one["text"])) for one in json.loads(content)]
    except (TypeError, KeyError, ValueError):
        return []
