"""Events as clients get them. PostgreSQL checks the types of what it holds, so a row needs no look at each value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from models.event import Cursor, events, value_of
from models.postgres.fast_reader import FastReader
from models.replay import PAGE_BYTES, Affixes, Entry, Latest, Page, text_of
from models.row_sanitizer import is_moment

NAMES = tuple(events.c.keys())
HEAD = "greatest(floor, (SELECT head FROM log_head))"
# One statement, and so one snapshot, with the log's row in it. What is too much for a page is not sent.
ROWS = """
SELECT epoch, floor, {head}, found, {columns} FROM log LEFT JOIN (
    SELECT {columns}, count(*) OVER () AS found,
           coalesce(sum(octet_length(data) + coalesce(octet_length(message), 0)) OVER
               (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
    FROM (SELECT {columns} FROM events WHERE seq > %s {of_tasks} ORDER BY seq LIMIT %s) AS page
) AS bounded ON bytes_before < {bytes} WHERE log.id = 1 ORDER BY seq""".replace("{columns}", ", ".join(NAMES)).replace("{head}", HEAD)
OF_ALL = ROWS.format(of_tasks="", bytes=PAGE_BYTES)
OF_TASKS = ROWS.format(of_tasks="AND task_id = ANY(%s)", bytes=PAGE_BYTES)
NEWS = f"SELECT epoch, {HEAD}, seq, task_id FROM log LEFT JOIN events ON seq > %s WHERE id = 1 ORDER BY seq"
LOG_COLUMNS = 4

quoted = json.encoder.encode_basestring


def latest(reader: FastReader, seq: int, affixes: Affixes, limit: int) -> Latest:
    """Return the events of all tasks after `seq`, at most `limit`, for a reader at the head of the log."""
    rows = reader.rows(OF_ALL, (seq, limit))
    epoch, floor, head, *_ = rows[0]
    return Latest(epoch, floor, head, [_entry(row, epoch, affixes) for row in rows if row[LOG_COLUMNS] is not None])


def page(reader: FastReader, seq: int, affixes: Affixes, task_ids: Sequence[str], type_names: Sequence[str], limit: int) -> Page:
    """Return the texts of the events after `seq`, of some tasks and some types; no names are all."""
    rows = reader.rows(OF_TASKS, (seq, list(task_ids), limit)) if task_ids else reader.rows(OF_ALL, (seq, limit))
    epoch, floor, head, found, *_ = rows[0]
    entries = [_entry(row, epoch, affixes) for row in rows if row[LOG_COLUMNS] is not None]
    selected = [entry for entry in entries if not type_names or entry.type in type_names]
    is_last_page = len(entries) == (found or 0) < limit
    last = max(head, seq) if is_last_page else entries[-1].cursor.seq
    text = b"".join(entry.text for entry in selected)
    return Page(epoch, floor, text, len(selected), selected[-1].cursor.seq if selected else 0, last)


def _entry(row: Sequence[Any], epoch: str, affixes: Affixes) -> Entry:
    seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at = row[LOG_COLUMNS:]
    cursor = Cursor(epoch, seq)
    if not is_moment(at) or "\n" in data or "\r" in data:
        event = value_of(dict(zip(NAMES, row[LOG_COLUMNS:], strict=True)))
        return Entry(cursor, task_id, type, status, event.at, text_of(event, affixes, cursor))
    before, between, after = affixes
    text = (
        f'{before}{epoch}-{seq}{between}{{"type":{quoted(type)},"task_id":{_text(task_id)},"attempt":{attempt},"status":{_text(status)},'
        f'"stage":{_text(stage)},"stage_progress":{_number(stage_progress)},"progress":{_number(progress)},"message":{_text(message)},'
        f'"at":{quoted(at)},"data":{data}}}{after}'
    )
    return Entry(cursor, task_id, type, status, at, text.encode())


def _text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _number(value: float | None) -> str:
    return "null" if value is None else repr(value)
