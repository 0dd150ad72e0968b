"""Drafts of scripts, kept for everybody who uses the store; their versions; and who has one open just now.

A draft has a revision that counts its changes. Whoever saves names the revision that they began with: a draft that has changed since is not
written over, unless they ask for it, and then what it said becomes a version first. So nothing that was saved is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import text as sql

from models import clock
from models.database import Read, Store, Write, metadata
from models.errors import DraftChanged, DraftNotFound, TooManyDrafts
from models.files.blob_store import ID, Asset
from models.row_sanitizer import json_object
from models.task_table import new_id
from models.text_values import clean, to_json

MAX_DRAFTS = 1000
MAX_VERSIONS = 100
"""Of one draft; the oldest go first."""
PRESENT_S = 20.0
"""How long somebody who says nothing more is taken to have a draft open."""

CONTENT = ("title", "script", "format", "options", "assets")

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True, nullable=False),
    Column("title", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default=sql("1")),
    Column("format", Text, nullable=False, server_default=sql("''")),
    Column("options", Text, nullable=False, server_default=sql("'{}'")),
    Column("assets", Text, nullable=False, server_default=sql("'[]'")),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text, nullable=False),
    Column("script", Text, nullable=False),
    Column("words", Integer, nullable=False, server_default=sql("0")),
    CheckConstraint("json_valid(options) AND json_type(options) = 'object'", name="draft_options_json"),
    CheckConstraint("json_valid(assets) AND json_type(assets) = 'array'", name="draft_assets_json"),
    Index("drafts_by_change", "updated_at", "id"),
    sqlite_strict=True,
)
versions = Table(
    "draft_versions",
    metadata,
    Column("draft_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("format", Text, nullable=False, server_default=sql("''")),
    Column("options", Text, nullable=False, server_default=sql("'{}'")),
    Column("assets", Text, nullable=False, server_default=sql("'[]'")),
    Column("task_id", Text),
    Column("created_at", Text, nullable=False),
    Column("script", Text, nullable=False),
    Column("words", Integer, nullable=False, server_default=sql("0")),
    PrimaryKeyConstraint("draft_id", "number"),
    ForeignKeyConstraint(["draft_id"], ["drafts.id"], ondelete="CASCADE"),
    sqlite_strict=True,
)
readers = Table(
    "draft_readers",
    metadata,
    Column("draft_id", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("seen_at", Text, nullable=False),
    PrimaryKeyConstraint("draft_id", "page"),
    ForeignKeyConstraint(["draft_id"], ["drafts.id"], ondelete="CASCADE"),
    sqlite_strict=True,
)

ONE = select(drafts).where(drafts.c.id == bindparam("of_id"))
SUMMARY = (drafts.c.id, drafts.c.title, drafts.c.revision, drafts.c.words, drafts.c.created_at, drafts.c.updated_at)
NEWEST = select(*SUMMARY).order_by(drafts.c.updated_at.desc(), drafts.c.id.desc()).limit(bindparam("most"))
VERSION_SUMMARY = (versions.c.number, versions.c.title, versions.c.words, versions.c.task_id, versions.c.created_at)
OF_DRAFT = select(*VERSION_SUMMARY).where(versions.c.draft_id == bindparam("of_id")).order_by(versions.c.number.desc())
VERSION = select(versions).where(versions.c.draft_id == bindparam("of_id"), versions.c.number == bindparam("of_number"))
LAST = select(func.max(versions.c.number)).where(versions.c.draft_id == bindparam("of_id"))
PRESENT = select(readers.c.page, readers.c.edits).where(readers.c.draft_id == bindparam("of_id"), readers.c.seen_at > bindparam("since"))


@dataclass(frozen=True)
class DraftContent:
    """What a draft says: a script, its format ("" detects it), its options and its files."""

    script: str
    title: str = ""
    format: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    assets: Sequence[Asset] = ()

    @property
    def words(self) -> int:
        return len(self.script.split())

    @property
    def columns(self) -> dict[str, str | int]:
        return {
            "title": clean(self.title),
            "script": clean(self.script),
            "words": self.words,
            "format": self.format,
            "options": to_json(dict(self.options)),
            "assets": json.dumps([vars(file) for file in self.assets]),
        }


@dataclass(frozen=True)
class DraftSummary:
    """A draft as a list has it: without its script, since a thousand of them may hold gigabytes."""

    id: str
    title: str
    revision: int
    words: int
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class VersionSummary:
    """A version of a draft as a list has it."""

    number: int
    title: str
    words: int
    task_id: str | None
    created_at: str


@dataclass(frozen=True)
class Draft:
    """A row of `drafts`."""

    id: str
    revision: int
    content: DraftContent
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Version:
    """A row of `draft_versions`: what a draft said when it was submitted as `task_id`, or, without one, before it was replaced."""

    number: int
    content: DraftContent
    task_id: str | None
    created_at: str


@dataclass(frozen=True)
class Presence:
    """Who else has a draft open: how many, and how many of them have changed it lately. `revision` is the draft's."""

    revision: int
    others: int
    editing: int


def add(store: Store, content: DraftContent) -> Draft:
    """Add a draft. Raises TooManyDrafts."""
    now = clock.now()
    values = content.columns | {"id": new_id(), "created_at": now, "updated_at": now}
    with store.writing() as write:
        count = write.connection.execute(select(func.count()).select_from(drafts)).scalar_one()
        if count >= MAX_DRAFTS:
            raise TooManyDrafts(f"There are {count} drafts; the limit is {MAX_DRAFTS}.")
        row = write.connection.execute(insert(drafts).values(values).returning(drafts)).one()
    return _draft(row)


def save(store: Store, draft_id: str, content: DraftContent, revision: int, *, replace: bool = False) -> Draft:
    """Change a draft that is still of this revision. Raises DraftNotFound, and DraftChanged when it is not.

    With `replace` a newer one becomes a version, and is then written over.
    """
    with store.writing() as write:
        before = find(write, draft_id)
        if before.content.columns == content.columns:
            return before
        if before.revision != revision:
            if not replace:
                raise DraftChanged(f"The draft has revision {before.revision}, and {revision} was changed.")
            _add_version(write, before, None)
        values = content.columns | {"revision": before.revision + 1, "updated_at": clock.now()}
        row = write.connection.execute(update(drafts).where(drafts.c.id == draft_id).values(values).returning(drafts)).one()
    return _draft(row)


def add_version(store: Store, draft_id: str, task_id: str | None) -> Version:
    """Keep what the draft says now as a version: it was submitted as `task_id`. Raises DraftNotFound."""
    with store.writing() as write:
        return _add_version(write, find(write, draft_id), task_id)


def _add_version(write: Write, draft: Draft, task_id: str | None) -> Version:
    number = (write.connection.execute(LAST, {"of_id": draft.id}).scalar() or 0) + 1
    values = draft.content.columns | {"draft_id": draft.id, "number": number, "task_id": task_id, "created_at": clock.now()}
    row = write.connection.execute(insert(versions).values(values).returning(versions)).one()
    write.connection.execute(delete(versions).where(versions.c.draft_id == draft.id, versions.c.number <= number - MAX_VERSIONS))
    return _version(row)


def find(read: Read | Write, draft_id: str) -> Draft:
    """Return the draft. Raises DraftNotFound."""
    row = read.connection.execute(ONE, {"of_id": draft_id}).one_or_none()
    if row is None:
        raise DraftNotFound(f"There is no draft {draft_id[:64]!r}.")
    return _draft(row)


def newest(read: Read, most: int = MAX_DRAFTS) -> list[DraftSummary]:
    """Return the drafts, those changed last first."""
    return [DraftSummary(*row) for row in read.connection.execute(NEWEST, {"most": most})]


def versions_of(read: Read, draft_id: str) -> list[VersionSummary]:
    """Return the versions of a draft, the newest first."""
    return [VersionSummary(*row) for row in read.connection.execute(OF_DRAFT, {"of_id": draft_id})]


def version(read: Read, draft_id: str, number: int) -> Version:
    """Return one version of a draft. Raises DraftNotFound."""
    row = read.connection.execute(VERSION, {"of_id": draft_id, "of_number": number}).one_or_none()
    if row is None:
        raise DraftNotFound(f"The draft {draft_id[:64]!r} has no version {number}.")
    return _version(row)


def remove(store: Store, draft_id: str) -> Draft:
    """Remove a draft and its versions. Raises DraftNotFound."""
    with store.writing() as write:
        draft = find(write, draft_id)
        write.connection.execute(delete(drafts).where(drafts.c.id == draft_id))
    return draft


def meet(store: Store, draft_id: str, page: str, *, edits: bool) -> Presence:
    """Note that a page has the draft open, and whether somebody changes it there; return who else has. Raises DraftNotFound."""
    since = clock.ahead(-PRESENT_S)
    with store.writing() as write:
        draft = find(write, draft_id)
        write.connection.execute(
            delete(readers).where(readers.c.draft_id == draft_id, (readers.c.page == page) | (readers.c.seen_at <= since))
        )
        write.connection.execute(insert(readers).values(draft_id=draft_id, page=page, edits=int(edits), seen_at=clock.now()))
        rows = write.connection.execute(PRESENT, {"of_id": draft_id, "since": since}).all()
    others = [row.edits for row in rows if row.page != page]
    return Presence(draft.revision, len(others), sum(map(bool, others)))


def _content(row: Row[Any]) -> DraftContent:
    """Return what a row says. What a hand has damaged is left out."""
    try:
        files = [Asset(**file) for file in json.loads(row.assets) if ID.fullmatch(file["id"])]
    except (TypeError, KeyError, ValueError):
        files = []
    return DraftContent(row.script, row.title, row.format, json_object(row.options) or {}, tuple(files))


def _draft(row: Row[Any]) -> Draft:
    return Draft(row.id, row.revision, _content(row), row.created_at, row.updated_at)


def _version(row: Row[Any]) -> Version:
    return Version(row.number, _content(row), row.task_id, row.created_at)
