"""Triggers, views and the search index: what the database itself refuses, keeps, and tells and takes from a person with a SQLite shell.

Migrations drop them all and make them again from these lists, since SQLite's way of altering a table loses them. A clock that was set
back must not show: no view gives a negative length, and what is told of a task later is never earlier.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.task_table import AGEING_MS

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

# A task's rowid is no key: VACUUM may change it. So its id is indexed like a word.
SEARCH = """
CREATE VIRTUAL TABLE task_search USING fts5(task_id, title, source, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3')"""
FILL_SEARCH = """
INSERT INTO task_search (task_id, title, source)
SELECT id, title, source || coalesce(char(10) || words, '') FROM tasks LEFT JOIN narrations ON task_id = id""".strip()
# `=` on the table's own column is FTS5's other spelling of MATCH. MATCH is a function, which SQLite refuses within a trigger where the
# schema is not trusted: the sqlite3 shell opens every file so since 3.41. An id without a word in it stands in no index and is looked for
# row by row.
INDEXED = """SELECT rowid FROM task_search WHERE task_search = 'task_id : "' || replace({0}, '"', '""') || '"' AND task_id = {0}
        UNION ALL SELECT rowid FROM task_search WHERE {0} NOT GLOB '*[0-9A-Za-z]*' AND task_id = {0}"""
OF_TASK, OF_NARRATION = INDEXED.format("OLD.id"), INDEXED.format("NEW.task_id")
NARRATED = f"""
BEGIN
    UPDATE task_search SET source = (SELECT source FROM tasks WHERE id = NEW.task_id) || char(10) || NEW.words
    WHERE rowid IN ({OF_NARRATION});
END"""

TRIGGERS = {
    "events_are_not_changed": """
BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END""",
    # Also what INSERT OR REPLACE would do to a row: it brings the seq. Without one, NEW.seq is -1 here.
    "events_get_their_seq": """
BEFORE INSERT ON events WHEN NEW.seq <> -1
BEGIN
    SELECT RAISE(ABORT, 'the log gives the seq itself');
END""",
    "events_are_kept": """
BEFORE DELETE ON events
WHEN OLD.seq > (SELECT floor FROM log) AND (OLD.task_id IS NULL OR EXISTS (SELECT 1 FROM tasks WHERE id = OLD.task_id))
BEGIN
    SELECT RAISE(ABORT, 'events above the floor are kept as long as their task');
END""",
    "log_is_one_row": """
BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'the log keeps its row');
END""",
    "floor_only_rises": """
BEFORE UPDATE OF floor ON log WHEN NEW.floor < OLD.floor AND NEW.epoch = OLD.epoch
BEGIN
    SELECT RAISE(ABORT, 'the floor only rises');
END""",
    "search_takes": """
AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_search (task_id, title, source) VALUES (NEW.id, NEW.title, NEW.source);
END""",
    "search_follows": f"""
AFTER UPDATE OF id, title, source ON tasks
BEGIN
    UPDATE task_search SET task_id = NEW.id, title = NEW.title,
        source = NEW.source || coalesce((SELECT char(10) || words FROM narrations WHERE task_id = NEW.id), '')
    WHERE rowid IN ({OF_TASK});
END""",
    "search_takes_narration": f"""
AFTER INSERT ON narrations{NARRATED}""",
    "search_follows_narration": f"""
AFTER UPDATE OF words ON narrations{NARRATED}""",
    "search_lets_go": f"""
AFTER DELETE ON tasks
BEGIN
    DELETE FROM task_search WHERE rowid IN ({OF_TASK});
END""",
}

VIEWS = {
    "queue": f"""
SELECT row_number() OVER (ORDER BY queue_rank, created_at, id) AS position, id AS task_id, kind, title, priority, attempts_left,
       created_at, max(round((julianday({NOW}) - julianday(created_at)) * 86400, 1), 0.0) AS waiting_s, not_before, hold_reason,
       run_at, lock,
       (SELECT group_concat(d.after_task_id, ' ') FROM dependencies d LEFT JOIN tasks a ON a.id = d.after_task_id
        WHERE d.task_id = tasks.id AND coalesce(a.status, '') <> 'completed') AS waits_for
FROM tasks WHERE status = 'queued' AND deleted_at IS NULL
ORDER BY position""",
    "task_timeline": """
SELECT e.task_id, e.seq, e.at,
       max(round((max(julianday(e.at)) OVER each_task - julianday(coalesce(t.created_at, first_value(e.at) OVER each_task))) * 86400, 3),
           0.0) AS since_submitted_s,
       e.attempt, e.type, e.status, e.stage, round(e.progress * 100, 1) AS percent, e.message, nullif(e.data, '{}') AS data
FROM events e LEFT JOIN tasks t ON t.id = e.task_id WHERE e.task_id IS NOT NULL
WINDOW each_task AS (PARTITION BY e.task_id ORDER BY e.seq)
ORDER BY e.seq""",
    "stage_times": """
SELECT b.task_id, t.kind, b.attempt, b.stage, b.at AS started_at, f.at AS finished_at,
       max(round((julianday(f.at) - julianday(b.at)) * 86400, 3), 0.0) AS seconds, f.type AS outcome,
       json_extract(f.data, '$.made') AS made, json_extract(f.data, '$.reused') AS reused
FROM events b LEFT JOIN events f ON f.task_id = b.task_id AND f.attempt = b.attempt AND f.stage = b.stage
     AND f.type IN ('stage.completed', 'stage.failed')
     LEFT JOIN tasks t ON t.id = b.task_id
WHERE b.type = 'stage.started'
ORDER BY b.task_id, b.attempt, b.seq""",
    "failures": """
SELECT id AS task_id, kind, title, finished_at, error_stage AS stage, error_code AS code, error_message AS message, error_hint AS hint,
       attempt
FROM tasks WHERE status = 'failed' AND deleted_at IS NULL
ORDER BY finished_at DESC""",
    "storage": """
SELECT t.id AS task_id, t.kind, t.title, count(a.id) AS files, coalesce(sum(a.bytes), 0) AS bytes,
       coalesce(sum(a.bytes) FILTER (WHERE a.kind = 'video'), 0) AS video_bytes, t.finished_at
FROM tasks t LEFT JOIN artifacts a ON a.task_id = t.id
GROUP BY t.id
ORDER BY bytes DESC""",
    "schedule_times": """
SELECT s.id AS schedule_id, s.name, s.cron, s.timezone, s.next_at, s.paused_at, s.last_at, s.last_task_id, t.status AS last_status,
       s.skip_reason
FROM schedules s LEFT JOIN tasks t ON t.id = s.last_task_id
ORDER BY s.paused_at IS NOT NULL, s.next_at, s.name""",
    "submit": "SELECT source, title, format, options, priority, kind, payload, run_at, lock FROM tasks WHERE 0",
    "cancel": "SELECT id AS task_id FROM tasks WHERE 0",
}

# A script put in by hand: also what readfile() gives, which is a BLOB. Its title is its first heading.
SOURCE = "CAST(NEW.source AS TEXT)"
HEADING = f"substr(char(10) || {SOURCE}, instr(char(10) || {SOURCE}, char(10) || '# ') + 3)"

RUN_AT = "strftime('%Y-%m-%dT%H:%M:%fZ', NEW.run_at)"
BLANK = "' ' || char(9) || char(10) || char(13)"

ACTIONS = {
    "submit_by_insert": f"""
INSTEAD OF INSERT ON submit
BEGIN
    SELECT RAISE(ABORT, 'run_at is no time') WHERE NEW.run_at IS NOT NULL AND {RUN_AT} IS NULL;
    SELECT RAISE(ABORT, 'source is missing') WHERE NEW.kind IS NULL AND coalesce(trim({SOURCE}, {BLANK}), '') = '';
    INSERT INTO tasks (id, kind, title, status, payload, source, format, options, priority, message, created_at, run_at, lock,
        queue_rank)
    VALUES (lower(hex(randomblob(8))), coalesce(NEW.kind, 'video'),
            coalesce(NEW.title, nullif(CASE WHEN instr(char(10) || {SOURCE}, char(10) || '# ') > 0
                THEN trim(substr({HEADING}, 1, instr({HEADING} || char(10), char(10)) - 1), {BLANK}) END, ''), NEW.kind, 'Untitled'),
            'queued', coalesce(NEW.payload, '{{}}'), coalesce({SOURCE}, ''),
            coalesce(NEW.format, CASE WHEN NEW.source IS NULL THEN '' ELSE 'markdown' END),
            coalesce(NEW.options, '{{}}'), coalesce(NEW.priority, 0),
            'Waiting for a worker', {NOW}, {RUN_AT}, nullif(NEW.lock, ''),
            CAST(round((julianday(max({NOW}, coalesce({RUN_AT}, ''))) - 2440587.5) * 86400000) AS INTEGER)
                - coalesce(NEW.priority, 0) * {AGEING_MS});
    INSERT INTO events (task_id, attempt, type, status, progress, message, data, at)
    SELECT id, attempt, 'task.submitted', status, progress, message,
           json_patch(json_object('kind', kind, 'title', title, 'format', format, 'priority', priority),
                      json_object('run_at', run_at, 'lock', lock)), created_at
    FROM tasks WHERE rowid = last_insert_rowid();
END""",
    "cancel_by_insert": f"""
INSTEAD OF INSERT ON cancel
BEGIN
    SELECT RAISE(ABORT, 'there is no such task that waits or runs')
    WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE id = NEW.task_id AND status IN ('queued', 'running') AND deleted_at IS NULL);
    UPDATE tasks SET cancel_requested_at = {NOW}, message = 'Cancelling'
    WHERE id = NEW.task_id AND status = 'running' AND cancel_requested_at IS NULL;
    INSERT INTO events (task_id, attempt, type, status, stage, progress, message, data, at)
    SELECT id, attempt, 'task.cancelling', status, stage, progress, message, '{{}}', cancel_requested_at
    FROM tasks WHERE id = NEW.task_id AND status = 'running' AND changes() = 1;
    UPDATE tasks SET status = 'cancelled', message = 'Cancelled', hold_reason = NULL, finished_at = {NOW}
    WHERE id = NEW.task_id AND status = 'queued';
    INSERT INTO events (task_id, attempt, type, status, stage, progress, message, data, at)
    SELECT id, attempt, 'task.cancelled', status, stage, progress, message, '{{}}', finished_at
    FROM tasks WHERE id = NEW.task_id AND status = 'cancelled' AND changes() = 1;
END""",
}


def drop_all() -> Iterator[str]:
    """Yield the statements that remove every trigger and view of ours, and the search index."""
    for name in (*ACTIONS, *TRIGGERS):
        yield f"DROP TRIGGER IF EXISTS {name}"
    for name in VIEWS:
        yield f"DROP VIEW IF EXISTS {name}"
    yield "DROP TABLE IF EXISTS task_search"


def create_all() -> Iterator[str]:
    """Yield the statements that make them, and fill the index."""
    yield SEARCH.strip()
    yield FILL_SEARCH
    for name, body in TRIGGERS.items():
        yield f"CREATE TRIGGER {name}{body}"
    for name, body in VIEWS.items():
        yield f"CREATE VIEW {name} AS {body.strip()}"
    for name, body in ACTIONS.items():
        yield f"CREATE TRIGGER {name}{body}"
