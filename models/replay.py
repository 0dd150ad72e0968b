"""Events as clients get them: texts of JSON between what a stream writes around them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.database import Store
from models.event import Cursor, Event

PAGE_BYTES = 256 * 1024
BATCH = 50

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
SHOWN = ("type", "task_id", "attempt", "status", "stage", "stage_progress", "progress", "message", "at", "data")


def public(event: Event) -> dict[str, Any]:
    """Return an event as clients get it, in streams and pages alike."""
    return {name: getattr(event, name) for name in SHOWN}


def encode(data: Any) -> str:
    """Return the shortest JSON, with characters unescaped."""
    return ENCODER.encode(data)


class Affixes(NamedTuple):
    """What an event's text has before its cursor, between cursor and JSON, and after the JSON."""

    before: str
    between: str
    after: str


class Entry(NamedTuple):
    """An event of the log, and its text for clients."""

    cursor: Cursor
    task_id: str | None
    type: str
    status: str | None
    at: str
    text: bytes


@dataclass(frozen=True)
class Latest:
    """The log as of one moment: its epoch, floor and head, and the events after a cursor."""

    epoch: str
    floor: int
    head: int
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Page:
    """A page of the log as of one moment: its epoch and floor, and the texts of the `count` selected events, one after the other.

    `last_selected` is the seq of the last of them, 0 if there is none. The next page begins after `last`.
    """

    epoch: str
    floor: int
    text: bytes
    count: int
    last_selected: int
    last: int


def latest(store: Store, seq: int, affixes: Affixes, *, limit: int) -> Latest:
    """Return the events of all tasks after `seq`, at most `limit`, for a reader at the head of the log."""
    return store.dialect.latest(seq, affixes, limit)


def page(store: Store, seq: int, affixes: Affixes, *, tasks: Collection[str] | None, types: Collection[str] | None, limit: int) -> Page:
    """Return the texts of the events after `seq`, of some tasks or all (None), of some types or all (None).

    A page covers at most `limit` events, and fewer if they are large.
    """
    return store.dialect.page(seq, affixes, sorted(tasks or ()), sorted(types or ()), limit)


def text_of(event: Event, affixes: Affixes, cursor: Cursor) -> bytes:
    """Return an event's text for clients."""
    before, between, after = affixes
    return f"{before}{cursor}{between}{encode(public(event))}{after}".encode("utf-8", "replace")
