"""Events as clients get them, in JSON written by SQLite itself: rows as Python values and then as text would take ten times as long."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from models.event import Cursor, Event, events, value_of
from models.replay import BATCH, PAGE_BYTES, SHOWN, Affixes, Entry, Latest, Page, text_of
from models.sqlite.fast_reader import Execute, FastReader

# The data are JSON already. Parsed and written again, as json(data) would do, they would cost as much as all else.
JSON = f"""rtrim(json_object({", ".join(f"'{name}', {name}" for name in SHOWN[:-1])}), '}}') || ',"data":' || data || '}}'"""
# True of rows as the store writes them; any other is read by `_sanitized`. Numbers sort before texts, and texts before blobs.
WELL_FORMED = " AND ".join(
    [
        "type >= '' AND type < x''",
        "attempt BETWEEN 0 AND 9e18",
        "at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9].[0-9][0-9][0-9]Z' AND julianday(at)",
        *(f"({name} IS NULL OR {name} >= '' AND {name} < x'')" for name in ("task_id", "status", "stage", "message")),
        *(f"({name} IS NULL OR {name} BETWEEN 0 AND 1)" for name in ("stage_progress", "progress")),
        r"data >= '{' AND data < '|' AND instr(data, '\u') = 0 AND json_valid(data)",
        "instr(data, char(10)) = 0 AND instr(data, char(13)) = 0",
    ]
)
CURSOR_TEXT = "(SELECT ? || epoch || '-' FROM log) || seq"
TEXT = f"CASE WHEN {WELL_FORMED} THEN {CURSOR_TEXT} || ? || {JSON} || ? END"
LOG = "SELECT epoch, floor, max(floor, coalesce((SELECT max(seq) FROM events), 0)) FROM log"
# Limits are literals: with a bound one SQLite would prepare the statement anew each time, which takes longer than running it.
LATEST = LOG.removesuffix(" FROM log") + ", {columns} FROM log LEFT JOIN events ON seq > ? WHERE id = 1 ORDER BY seq LIMIT {limit:d}"
AFTER = "SELECT {columns} FROM events WHERE {of_tasks} seq > ? ORDER BY seq LIMIT {limit:d}"
# Texts are joined in the order of the subquery (tests/models/test_replay.py): one row for all of them saves a Python object for each.
JOINED = (
    "SELECT count(*), max(seq), count(*) FILTER (WHERE text <> ''), max(seq) FILTER (WHERE text <> ''), count(text) = count(*),"
    " CAST(group_concat(text, '') AS BLOB) FROM ({after})"
)
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

    def select(execute: Execute) -> Page:
        epoch, floor, head = execute(LOG, ()).fetchone()
        texts: list[bytes] = []
        count = size = last_selected = covered = 0
        last, is_last_page = seq, False
        while size < PAGE_BYTES and covered < limit and not is_last_page:
            batch = len(task_ids), len(type_names), min(BATCH, limit - covered)
            values = (*type_names, *affixes, *task_ids, last)
            rows, last_row, selected, last_of_batch, sound, text = execute(joined_query(*batch), values).fetchone()
            if not sound:
                text, selected, last_of_batch = _joined_sanitized(execute, affixes, epoch, execute(page_query(*batch), values))
            texts.append(text or b"")
            count += selected
            size += len(texts[-1])
            last_selected = last_of_batch or last_selected
            covered += rows
            last = last_row or last
            is_last_page = rows < batch[-1]
        return Page(epoch, floor, _in_utf_8(b"".join(texts)), count, last_selected, max(head, seq) if is_last_page else last)

    return reader.snapshot(select)


def _joined_sanitized(execute: Execute, affixes: Affixes, epoch: str, cursor: Any) -> tuple[bytes, int, int | None]:
    """Return the texts of rows of which some cannot be read as they are, how many were selected, and the seq of the last of those."""
    texts = [(seq, text if text is not None else _sanitized(execute, affixes, epoch, seq)[1]) for seq, text in cursor if text != b""]
    return b"".join(text for _, text in texts), len(texts), texts[-1][0] if texts else None


@cache
def latest_query(limit: int) -> str:
    """Return the statement for at most `limit` events after a cursor. It runs on every notification, so the log's row is part of it."""
    return LATEST.format(columns=f"seq, task_id, type, status, at, CAST({TEXT} AS BLOB)", limit=limit)


@cache
def joined_query(tasks: int, types: int, limit: int) -> str:
    """Return the statement for the joined texts of a batch of `tasks` tasks (0: all) and `types` types (0: all)."""
    return JOINED.format(after=_after(tasks, types, limit))


def page_query(tasks: int, types: int, limit: int) -> str:
    """Return the statement for the rows of such a batch; a text is NULL if its row cannot be read as it is."""
    return f"SELECT seq, CAST(text AS BLOB) FROM ({_after(tasks, types, limit)}) ORDER BY seq"


def _after(tasks: int, types: int, limit: int) -> str:
    text = f"CASE WHEN type NOT IN ({_marks(types)}) THEN '' ELSE {TEXT} END" if types else TEXT
    return AFTER.format(columns=f"seq, {text} AS text", of_tasks=f"task_id IN ({_marks(tasks)}) AND" if tasks else "", limit=limit)


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
    return Entry(Cursor(epoch, seq), task_id, type, status, at, _in_utf_8(text))


def _sanitized(execute: Execute, affixes: Affixes, epoch: str, seq: int) -> tuple[Event, bytes]:
    """Return an event without the values that cannot be read, which it names, and its text."""
    event = value_of(dict(zip(events.c.keys(), execute(ROW, (seq - 1,)).fetchone(), strict=True)))
    return event, text_of(event, affixes, Cursor(epoch, seq))


def _in_utf_8(text: bytes) -> bytes:
    """Replace what is not UTF-8: SQLite passes on what was inserted by hand."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("utf-8", "replace").encode()
    return text
