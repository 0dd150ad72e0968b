"""Events as clients see them, in JSON that SQLite itself writes: making values of rows and text of those takes ten times as long."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from models.database import Execute, Store
from models.event import Cursor, Event, events, value_of

PAGE_BYTES = 256 * 1024
BATCH = 50

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
SHOWN = ("type", "task_id", "attempt", "status", "stage", "stage_progress", "progress", "message", "at", "data")
JSON = f"json_object({', '.join(f'{chr(39)}{name}{chr(39)}, {name}' for name in SHOWN[:-1])}, 'data', json(data))"
# What these let through holds only what the store writes; any other row is read with care. Numbers sort before texts, texts before blobs.
SOUND = " AND ".join(
    [
        "type >= '' AND type < x''",
        "attempt BETWEEN 0 AND 9e18",
        "at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z' AND julianday(at)",
        *(f"({name} IS NULL OR {name} >= '' AND {name} < x'')" for name in ("task_id", "status", "stage", "message")),
        *(f"({name} IS NULL OR {name} BETWEEN 0 AND 1)" for name in ("stage_progress", "progress")),
        r"data >= '{' AND data < '|' AND instr(data, '\u') = 0 AND json_valid(data)",
    ]
)
PLACE = "(SELECT ? || epoch || '-' FROM log) || seq"
TEXT = f"CASE WHEN {SOUND} THEN CAST({PLACE} || ? || {JSON} || ? AS BLOB) END"
LOG = "SELECT epoch, floor, max(floor, coalesce((SELECT max(seq) FROM events), 0)) FROM log"
# Limits are written out: for one that is bound SQLite prepares the statement anew each time, which takes longer than to run it.
LATEST = LOG.removesuffix(" FROM log") + ", {columns} FROM log LEFT JOIN events ON seq > ? WHERE id = 1 ORDER BY seq LIMIT {limit:d}"
AFTER = "SELECT {columns} FROM events WHERE {of_tasks} seq > ? ORDER BY seq LIMIT {limit:d}"
ROW = AFTER.format(columns=", ".join(events.c.keys()), of_tasks="", limit=1)


def public(each: Event) -> dict[str, Any]:
    """An event as clients see it, in a stream and in a page alike."""
    return {name: getattr(each, name) for name in SHOWN}


def encode(data: Any) -> str:
    """JSON as short as it can be, with its characters as they are."""
    return ENCODER.encode(data)


class Around(NamedTuple):
    """What an event's text has before its cursor, between that and its JSON, and after it."""

    before: str
    between: str
    after: str


class Entry(NamedTuple):
    """An event of the log, and its text for clients."""

    place: Cursor
    task_id: str | None
    type: str
    status: str | None
    at: str
    text: bytes


@dataclass(frozen=True)
class Latest:
    """The log as of one moment: its epoch, floor and head, and the events after a place."""

    epoch: str
    floor: int
    head: int
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Page:
    """A page of the log as of one moment: its epoch and floor, the texts of what is wanted, and the seq of the last of them (0: none).

    The next page begins after `last`.
    """

    epoch: str
    floor: int
    texts: Sequence[bytes]
    told: int
    last: int


def latest(store: Store, seq: int, around: Around, *, limit: int) -> Latest:
    """The events of all tasks after `seq`, at most `limit`, for whoever follows the log at its head."""

    def look(execute: Execute) -> Latest:
        rows = _bounded(execute(latest_query(limit), (*around, seq)))
        epoch, floor, head, *_ = rows[0]
        return Latest(epoch, floor, head, [_entry(execute, around, row) for row in rows if row[3] is not None])

    return store.snapshot(look)


def page(store: Store, seq: int, around: Around, *, tasks: Collection[str] | None, types: Collection[str] | None, limit: int) -> Page:
    """The texts of the events after `seq`, of all tasks or of those named, of all types or of those named.

    It looks at `limit` events at most, and at fewer where they are large.
    """
    named, kinds = sorted(tasks or ()), sorted(types or ())
    query = page_query(len(named), len(kinds), limit)

    def look(execute: Execute) -> Page:
        epoch, floor, head = execute(LOG, ()).fetchone()
        found = execute(query, (*kinds, *around, *named, seq))
        rows = _bounded(found)
        texts = [text if text is not None else _with_care(execute, around, epoch, each)[1] for each, text in rows if text != b""]
        told = next((each for each, text in reversed(rows) if text != b""), 0)
        all_there_is = len(rows) < limit and found.fetchone() is None
        return Page(epoch, floor, _in_utf_8(texts), told, max(head, seq) if all_there_is else rows[-1][0])

    return store.snapshot(look)


@cache
def latest_query(limit: int) -> str:
    """The statement for so many events after a place. Asked at each ring, it is a single one: the log's row is there also without any."""
    return LATEST.format(columns=f"seq, task_id, type, status, at, {TEXT}", limit=limit)


def page_query(tasks: int, types: int, limit: int) -> str:
    """The statement for a page of so many tasks (0: all) and types (0: all)."""
    text = f"CASE WHEN type NOT IN ({_marks(types)}) THEN x'' ELSE {TEXT} END" if types else TEXT
    return AFTER.format(columns=f"seq, {text}", of_tasks=f"task_id IN ({_marks(tasks)}) AND" if tasks else "", limit=limit)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _bounded(found: Any) -> list[Any]:
    """The rows, until they are large: nobody is to hold a whole log of long texts in memory. The last column is the text."""
    rows: list[Any] = []
    size = 0
    while size < PAGE_BYTES:
        more = found.fetchmany(BATCH)
        rows += more
        if len(more) < BATCH:
            break
        size += sum(len(row[-1] or b"") for row in more)
    return rows


def _entry(execute: Execute, around: Around, row: Sequence[Any]) -> Entry:
    epoch, _, _, seq, task_id, type, status, at, text = row
    if text is None:
        each, text = _with_care(execute, around, epoch, seq)
        task_id, type, status, at = each.task_id, each.type, each.status, each.at
    return Entry(Cursor(epoch, seq), task_id, type, status, at, *_in_utf_8([text]))


def _with_care(execute: Execute, around: Around, epoch: str, seq: int) -> tuple[Event, bytes]:
    """An event with what is damaged in it left out and named, or with something rare in it, and its text."""
    each = value_of(dict(zip(events.c.keys(), execute(ROW, (seq - 1,)).fetchone(), strict=True)))
    before, between, after = around
    return each, f"{before}{Cursor(epoch, seq)}{between}{encode(public(each))}{after}".encode("utf-8", "replace")


def _in_utf_8(texts: list[bytes]) -> list[bytes]:
    """SQLite hands on what is no UTF-8, as a hand can put it in."""
    try:
        b"".join(texts).decode()
    except UnicodeDecodeError:
        return [text.decode("utf-8", "replace").encode() for text in texts]
    return texts
