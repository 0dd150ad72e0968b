"""Events as clients get them, in JSON written by SQLite itself: rows as Python values and then as text would take ten times as long."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from models.event import Cursor, Event, events, value_of
from models.replay import BATCH, PAGE_BYTES, SHOWN, Affixes, Entry, Latest, Page, text_of
from models.sqlite.fast_reader import Execute, FastReader

JSON = f"json_object({', '.join(f'{chr(39)}{name}{chr(39)}, {name}' for name in SHOWN[:-1])}, 'data', json(data))"
# True of rows as the store writes them; any other is read by `_sanitized`. Numbers sort before texts, and texts before blobs.
WELL_FORMED = " AND ".join(
    [
        "type >= '' AND type < x''",
        "attempt BETWEEN 0 AND 9e18",
        "at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z' AND julianday(at)",
        *(f"({name} IS NULL OR {name} >= '' AND {name} < x'')" for name in ("task_id", "status", "stage", "message")),
        *(f"({name} IS NULL OR {name} BETWEEN 0 AND 1)" for name in ("stage_progress", "progress")),
        r"data >= '{' AND data < '|' AND instr(data, '\u') = 0 AND json_valid(data)",
    ]
)
CURSOR_TEXT = "(SELECT ? || epoch || '-' FROM log) || seq"
TEXT = f"CASE WHEN {WELL_FORMED} THEN CAST({CURSOR_TEXT} || ? || {JSON} || ? AS BLOB) END"
LOG = "SELECT epoch, floor, max(floor, coalesce((SELECT max(seq) FROM events), 0)) FROM log"
# Limits are literals: with a bound one SQLite would prepare the statement anew each time, which takes longer than running it.
LATEST = LOG.removesuffix(" FROM log") + ", {columns} FROM log LEFT JOIN events ON seq > ? WHERE id = 1 ORDER BY seq LIMIT {limit:d}"
AFTER = "SELECT {columns} FROM events WHERE {of_tasks} seq > ? ORDER BY seq LIMIT {limit:d}"
ROW = AFTER.format(columns=", ".join(events.c.keys()), of_tasks="", limit=1)


def latest(reader: FastReader, seq: int, affixes: Affixes, limit: int) -> Latest:
    """Return the events of all tasks after `seq`, at most `limit`, for a reader at the head of the log."""

    rows = reader.select(lambda execute: _fetch_bounded(execute(latest_query(limit), (*affixes, seq))))
    if any(row[3] is not None and row[-1] is None for row in rows):
        return reader.snapshot(lambda execute: _latest_sanitized(execute, seq, affixes, limit))
    epoch, floor, head, *_ = rows[0]
    return Latest(epoch, floor, head, [_entry_of(row, row[-1]) for row in rows if row[3] is not None])


def _latest_sanitized(execute: Execute, seq: int, affixes: Affixes, limit: int) -> Latest:
    """Return the same in a transaction, where some rows are read a second time."""
    rows = _fetch_bounded(execute(latest_query(limit), (*affixes, seq)))
    epoch, floor, head, *_ = rows[0]
    return Latest(epoch, floor, head, [_entry(execute, affixes, row) for row in rows if row[3] is not None])


def page(reader: FastReader, seq: int, affixes: Affixes, task_ids: Sequence[str], type_names: Sequence[str], limit: int) -> Page:
    """Return the texts of the events after `seq`, of some tasks and some types; no names are all."""
    query = page_query(len(task_ids), len(type_names), limit)

    def select(execute: Execute) -> Page:
        epoch, floor, head = execute(LOG, ()).fetchone()
        cursor = execute(query, (*type_names, *affixes, *task_ids, seq))
        rows = _fetch_bounded(cursor)
        texts = [text if text is not None else _sanitized(execute, affixes, epoch, row_seq)[1] for row_seq, text in rows if text != b""]
        last_selected = next((row_seq for row_seq, text in reversed(rows) if text != b""), 0)
        is_last_page = len(rows) < limit and cursor.fetchone() is None
        return Page(epoch, floor, _in_utf_8(texts), last_selected, max(head, seq) if is_last_page else rows[-1][0])

    return reader.snapshot(select)


@cache
def latest_query(limit: int) -> str:
    """Return the statement for at most `limit` events after a cursor. It runs on every notification, so the log's row is part of it."""
    return LATEST.format(columns=f"seq, task_id, type, status, at, {TEXT}", limit=limit)


def page_query(tasks: int, types: int, limit: int) -> str:
    """Return the statement for a page of `tasks` tasks (0: all) and `types` types (0: all)."""
    text = f"CASE WHEN type NOT IN ({_marks(types)}) THEN x'' ELSE {TEXT} END" if types else TEXT
    return AFTER.format(columns=f"seq, {text}", of_tasks=f"task_id IN ({_marks(tasks)}) AND" if tasks else "", limit=limit)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _fetch_bounded(cursor: Any) -> list[Any]:
    """Fetch rows until they are large: a log of long texts must not fill the memory. The last column is the text."""
    rows: list[Any] = []
    size = 0
    while size < PAGE_BYTES:
        more = cursor.fetchmany(BATCH)
        rows += more
        if len(more) < BATCH:
            break
        size += sum(len(row[-1] or b"") for row in more)
    return rows


def _entry(execute: Execute, affixes: Affixes, row: Sequence[Any]) -> Entry:
    epoch, _, _, seq, *_, text = row
    if text is not None:
        return _entry_of(row, text)
    event, text = _sanitized(execute, affixes, epoch, seq)
    return _entry_of((*row[:4], event.task_id, event.type, event.status, event.at, text), text)


def _entry_of(row: Sequence[Any], text: bytes) -> Entry:
    epoch, _, _, seq, task_id, type, status, at, _ = row
    return Entry(Cursor(epoch, seq), task_id, type, status, at, *_in_utf_8([text]))


def _sanitized(execute: Execute, affixes: Affixes, epoch: str, seq: int) -> tuple[Event, bytes]:
    """Return an event without the values that cannot be read, which it names, and its text."""
    event = value_of(dict(zip(events.c.keys(), execute(ROW, (seq - 1,)).fetchone(), strict=True)))
    return event, text_of(event, affixes, Cursor(epoch, seq))


def _in_utf_8(texts: list[bytes]) -> list[bytes]:
    """Replace what is not UTF-8: SQLite passes on what was inserted by hand."""
    try:
        b"".join(texts).decode()
    except UnicodeDecodeError:
        return [text.decode("utf-8", "replace").encode() for text in texts]
    return texts
