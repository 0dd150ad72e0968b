"""Functions, triggers and views of PostgreSQL: what the database itself refuses and keeps, and what it shows a person with psql.

They are dropped and made again from these lists after each migration. The functions named json_... do what SQLite's do, so that statements
are shared.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.task_table import AGEING_MS

# A plain text search that knows no language: words are folded as SQLite's index folds them. Marks are what an accent is after NFKD.
# ASCII's punctuation parts words; PostgreSQL's own parser would keep paths, e-mail addresses and words with hyphens together.
PUNCTUATION = r"""!"#$%&()*+,-./:;<=>?@[\]^_`{|}~''"""
PARTED = f"translate(regexp_replace(normalize(value, NFKD), '[\\u0300-\\u036f]', '', 'g'), '{PUNCTUATION}', repeat(' ', 32))"
INDEXED_CHARACTERS = 200_000
"""Of a script with more different words than an index entry can hold, so many characters are indexed."""

FUNCTIONS = {
    "videogen_now()": """RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$""",
    # The clock that leases are measured by.
    "videogen_clock()": """RETURNS float8 LANGUAGE sql VOLATILE AS $$
    SELECT CAST(extract(epoch FROM clock_timestamp()) AS float8) $$""",
    "videogen_moment(value text)": """RETURNS text LANGUAGE plpgsql STABLE SET timezone TO 'UTC' AS $$
BEGIN
    RETURN to_char(value::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$""",
    "videogen_seconds(begun text, ended text)": """RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT greatest(round(extract(epoch FROM ended::timestamptz - begun::timestamptz)::numeric, 3), 0.0) $$""",
    # Which history the log belongs to: this server, this database, this timeline. A promoted standby, a restored cluster and a restored
    # dump each have another, and seqs that were given before may be given again there.
    "videogen_history()": """RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '-' || (SELECT system_identifier FROM pg_control_system()) || '-'
        || (SELECT oid FROM pg_database WHERE datname = current_database()) $$""",
    "videogen_words(value text)": f"""RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN to_tsvector('simple', {PARTED});
EXCEPTION WHEN program_limit_exceeded THEN
    value := left(value, {INDEXED_CHARACTERS});
    RETURN to_tsvector('simple', {PARTED});
END $$""",
    "json_extract(value text, path text)": """RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT value::json ->> substr(path, 3) $$""",
    # RFC 7396, for objects.
    "videogen_merge(target jsonb, patch jsonb)": """RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    name text;
    part jsonb;
BEGIN
    IF target IS NULL OR jsonb_typeof(target) <> 'object' THEN
        target := '{}';
    END IF;
    FOR name, part IN SELECT * FROM jsonb_each(patch) LOOP
        IF jsonb_typeof(part) = 'null' THEN
            target := target - name;
        ELSIF jsonb_typeof(part) = 'object' THEN
            target := jsonb_set(target, ARRAY[name], videogen_merge(target -> name, part));
        ELSE
            target := jsonb_set(target, ARRAY[name], part);
        END IF;
    END LOOP;
    RETURN target;
END $$""",
    "json_patch(target text, patch text)": """RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN patch = '{}' THEN target ELSE videogen_merge(target::jsonb, patch::jsonb)::text END $$""",
}

# Each is a function of its own, and a trigger of the same name.
TRIGGERS = {
    "events_are_not_changed": (
        "BEFORE UPDATE ON events FOR EACH ROW",
        "RAISE EXCEPTION 'events are append-only';",
    ),
    "events_bring_no_seq": (
        "BEFORE INSERT ON events FOR EACH ROW"
        " WHEN (NEW.seq IS NOT NULL AND current_setting('videogen.appending', true) IS DISTINCT FROM 'on')",
        "RAISE EXCEPTION 'the log gives the seq itself';",
    ),
    "events_get_their_seq": (
        "BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.seq IS NULL)",
        # Another history begins by hand as it does by `dialect.Postgres._begin_history`.
        """UPDATE log_head SET history = videogen_history() WHERE history <> videogen_history();
    IF FOUND THEN
        INSERT INTO events (attempt, type, data, at)
        SELECT 0, 'log.restored', json_build_object('from_epoch', epoch)::text, videogen_now() FROM log;
        UPDATE log SET epoch = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8);
    END IF;
    UPDATE log_head SET head = head + 1 RETURNING head INTO NEW.seq;
    RETURN NEW;""",
    ),
    "events_are_kept": (
        "BEFORE DELETE ON events FOR EACH ROW",
        """IF OLD.seq > (SELECT floor FROM log) AND (OLD.task_id IS NULL OR EXISTS (SELECT 1 FROM tasks WHERE id = OLD.task_id)) THEN
        RAISE EXCEPTION 'events above the floor are kept as long as their task';
    END IF;
    RETURN OLD;""",
    ),
    "log_is_one_row": ("BEFORE DELETE ON log FOR EACH ROW", "RAISE EXCEPTION 'the log keeps its row';"),
    "head_is_one_row": ("BEFORE DELETE ON log_head FOR EACH ROW", "RAISE EXCEPTION 'the log keeps its head';"),
    "floor_only_rises": (
        "BEFORE UPDATE OF floor ON log FOR EACH ROW WHEN (NEW.floor < OLD.floor AND NEW.epoch = OLD.epoch)",
        "RAISE EXCEPTION 'the floor only rises';",
    ),
    "search_takes": (
        "AFTER INSERT ON tasks FOR EACH ROW",
        "INSERT INTO task_search (task_id, words) VALUES (NEW.id, videogen_words(NEW.title || ' ' || NEW.source)); RETURN NEW;",
    ),
    "search_follows": (
        "AFTER UPDATE OF title, source ON tasks FOR EACH ROW",
        "UPDATE task_search SET words = videogen_words(NEW.title || ' ' || NEW.source"
        " || coalesce((SELECT ' ' || n.words FROM narrations n WHERE n.task_id = NEW.id), '')) WHERE task_id = NEW.id; RETURN NEW;",
    ),
    "search_follows_narration": (
        "AFTER INSERT OR UPDATE OF words ON narrations FOR EACH ROW",
        "UPDATE task_search SET words = (SELECT videogen_words(t.title || ' ' || t.source || ' ' || NEW.words) FROM tasks t"
        " WHERE t.id = NEW.task_id) WHERE task_id = NEW.task_id; RETURN NEW;",
    ),
}

VIEWS = {
    "queue": """
SELECT row_number() OVER (ORDER BY queue_rank, created_at, id) AS position, id AS task_id, kind, title, priority, attempts_left,
       created_at, round(videogen_seconds(created_at, videogen_now()), 1) AS waiting_s, not_before, hold_reason, run_at, lock,
       (SELECT string_agg(d.after_task_id, ' ') FROM dependencies d LEFT JOIN tasks a ON a.id = d.after_task_id
        WHERE d.task_id = tasks.id AND coalesce(a.status, '') <> 'completed') AS waits_for
FROM tasks WHERE status = 'queued' AND deleted_at IS NULL
ORDER BY position""",
    "task_timeline": """
SELECT e.task_id, e.seq, e.at,
       videogen_seconds(coalesce(t.created_at, first_value(e.at) OVER each_task), max(e.at) OVER each_task) AS since_submitted_s,
       e.attempt, e.type, e.status, e.stage, round((e.progress * 100)::numeric, 1) AS percent, e.message, nullif(e.data, '{}') AS data
FROM events e LEFT JOIN tasks t ON t.id = e.task_id WHERE e.task_id IS NOT NULL
WINDOW each_task AS (PARTITION BY e.task_id ORDER BY e.seq)
ORDER BY e.seq""",
    "stage_times": """
SELECT b.task_id, t.kind, b.attempt, b.stage, b.at AS started_at, f.at AS finished_at,
       videogen_seconds(b.at, f.at) AS seconds, f.type AS outcome,
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
    "submit": "SELECT source, title, format, options, priority, kind, payload, run_at, lock FROM tasks WHERE false",
    "cancel": "SELECT id AS task_id FROM tasks WHERE false",
}

BLANK = "E' \\t\\n\\r'"

ACTIONS = {
    "submit_by_insert": (
        "INSTEAD OF INSERT ON submit FOR EACH ROW",
        f"""IF NEW.run_at IS NOT NULL AND videogen_moment(NEW.run_at) IS NULL THEN
        RAISE EXCEPTION 'run_at is no time';
    END IF;
    IF NEW.kind IS NULL AND coalesce(trim(NEW.source, {BLANK}), '') = '' THEN
        RAISE EXCEPTION 'source is missing';
    END IF;
    INSERT INTO tasks (id, kind, title, status, payload, source, format, options, priority, message, created_at, run_at, lock)
    VALUES (left(replace(gen_random_uuid()::text, '-', ''), 12) || right(gen_random_uuid()::text, 4), coalesce(NEW.kind, 'video'),
            coalesce(NEW.title, nullif(trim(substring(E'\\n' || NEW.source FROM E'\\n# ([^\\n]*)'), {BLANK}), ''), NEW.kind, 'Untitled'),
            'queued', coalesce(NEW.payload, '{{}}'), coalesce(NEW.source, ''),
            coalesce(NEW.format, CASE WHEN NEW.source IS NULL THEN '' ELSE 'markdown' END),
            coalesce(NEW.options, '{{}}'), coalesce(NEW.priority, 0), 'Waiting for a worker', videogen_now(),
            videogen_moment(NEW.run_at), nullif(NEW.lock, ''))
    RETURNING * INTO submitted;
    UPDATE tasks SET queue_rank = round(extract(epoch FROM greatest(created_at, coalesce(run_at, ''))::timestamptz) * 1000)
            - priority * {AGEING_MS}
    WHERE id = submitted.id;
    INSERT INTO events (task_id, attempt, type, status, progress, message, data, at)
    VALUES (submitted.id, 0, 'task.submitted', 'queued', 0, submitted.message,
            json_strip_nulls(json_build_object('kind', submitted.kind, 'title', submitted.title, 'format', submitted.format,
                'priority', submitted.priority, 'run_at', submitted.run_at, 'lock', submitted.lock))::text, submitted.created_at);
    RETURN NEW;""",
    ),
    "cancel_by_insert": (
        "INSTEAD OF INSERT ON cancel FOR EACH ROW",
        """SELECT * INTO submitted FROM tasks WHERE id = NEW.task_id AND status IN ('queued', 'running') AND deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such task that waits or runs';
    END IF;
    IF submitted.status = 'running' AND submitted.cancel_requested_at IS NULL THEN
        UPDATE tasks SET cancel_requested_at = videogen_now(), message = 'Cancelling' WHERE id = NEW.task_id RETURNING * INTO submitted;
        INSERT INTO events (task_id, attempt, type, status, stage, progress, message, data, at)
        VALUES (submitted.id, submitted.attempt, 'task.cancelling', submitted.status, submitted.stage, submitted.progress,
                submitted.message, '{}', submitted.cancel_requested_at);
    ELSIF submitted.status = 'queued' THEN
        UPDATE tasks SET status = 'cancelled', message = 'Cancelled', hold_reason = NULL, finished_at = videogen_now()
        WHERE id = NEW.task_id RETURNING * INTO submitted;
        INSERT INTO events (task_id, attempt, type, status, stage, progress, message, data, at)
        VALUES (submitted.id, submitted.attempt, 'task.cancelled', submitted.status, submitted.stage, submitted.progress,
                submitted.message, '{}', submitted.finished_at);
    END IF;
    RETURN NEW;""",
    ),
}
TABLES = ("events", "log", "log_head", "tasks")


def drop_all() -> Iterator[str]:
    """Yield the statements that remove every view and trigger of ours. Functions are replaced."""
    for name in reversed(VIEWS):
        yield f"DROP VIEW IF EXISTS {name}"
    for name, (when, _) in TRIGGERS.items():
        yield f"DROP TRIGGER IF EXISTS {name} ON {when.split(' ON ')[1].split()[0]}"


def create_all() -> Iterator[str]:
    """Yield the statements that make them, and fill the index of words."""
    for name, body in FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {name} {body}"
    for name, body in VIEWS.items():
        yield f"CREATE VIEW {name} AS {body.strip()}"
    for name, (when, body) in (TRIGGERS | ACTIONS).items():
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ DECLARE submitted tasks%ROWTYPE; BEGIN {body} END $$"
        )
        yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
    yield (
        "INSERT INTO task_search SELECT t.id, videogen_words(t.title || ' ' || t.source || coalesce(' ' || n.words, ''))"
        " FROM tasks t LEFT JOIN narrations n ON n.task_id = t.id ON CONFLICT DO NOTHING"
    )
