"""All tables, as SQLite has them since its migration 0010.

Functions that check constraints use are made here, since they stay as long as the constraints. All others, triggers and views are made by
`models.postgres.migrate` after the last migration.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FUNCTIONS = """
CREATE FUNCTION json_valid(value text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT value::json IS NOT NULL $$;
CREATE FUNCTION json_type(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT json_typeof(value::json) $$;
"""

# `log_head` is what SQLite's AUTOINCREMENT is: the last seq that was given. Its row is locked from the giving of a seq to the commit.
TABLES = """
CREATE TABLE log_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    head BIGINT NOT NULL,
    history TEXT COLLATE "C" NOT NULL
);
CREATE TABLE events (
    seq BIGINT NOT NULL,
    task_id TEXT COLLATE "C",
    attempt BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C",
    stage TEXT COLLATE "C",
    stage_progress DOUBLE PRECISION,
    progress DOUBLE PRECISION,
    message TEXT COLLATE "C",
    data TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT data_json CHECK (json_valid(data) AND json_type(data) = 'object'),
    CONSTRAINT seq_positive CHECK (seq > 0)
);
CREATE INDEX events_of_task ON events (task_id, seq);
CREATE INDEX events_told_by_type ON events (task_id, type) WHERE type IN ('task.warning', 'task.failed', 'task.deleted');
CREATE TABLE failed_logins (
    id BIGSERIAL NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX failed_logins_by_time ON failed_logins (at);
CREATE TABLE log (
    id BIGINT NOT NULL,
    epoch TEXT COLLATE "C" NOT NULL,
    floor BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
);
CREATE TABLE schedules (
    id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    cron TEXT COLLATE "C" NOT NULL,
    timezone TEXT COLLATE "C" NOT NULL,
    template TEXT COLLATE "C" NOT NULL,
    assets TEXT COLLATE "C" DEFAULT '[]' NOT NULL,
    overlap BIGINT DEFAULT 0 NOT NULL,
    catch_up BIGINT DEFAULT 1 NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    paused_at TEXT COLLATE "C",
    next_at TEXT COLLATE "C",
    last_at TEXT COLLATE "C",
    last_task_id TEXT COLLATE "C",
    skip_reason TEXT COLLATE "C",
    PRIMARY KEY (id),
    CONSTRAINT template_json CHECK (json_valid(template) AND json_type(template) = 'object'),
    CONSTRAINT assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array'),
    UNIQUE (name)
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL AND paused_at IS NULL;
CREATE TABLE sessions (
    hash TEXT COLLATE "C" NOT NULL,
    epoch TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL,
    network TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C",
    PRIMARY KEY (hash)
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_network ON sessions (network);
CREATE TABLE tasks (
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" NOT NULL,
    options TEXT COLLATE "C" DEFAULT '{}' NOT NULL,
    stage TEXT COLLATE "C",
    stages TEXT COLLATE "C" DEFAULT '{}' NOT NULL,
    progress DOUBLE PRECISION DEFAULT 0 NOT NULL,
    message TEXT COLLATE "C",
    attempt BIGINT DEFAULT 0 NOT NULL,
    attempts_left BIGINT DEFAULT 3 NOT NULL,
    attempts BIGINT DEFAULT 3 NOT NULL,
    priority BIGINT DEFAULT 0 NOT NULL,
    not_before TEXT COLLATE "C",
    worker_id TEXT COLLATE "C",
    lease_expires_at TEXT COLLATE "C",
    lease_boot TEXT COLLATE "C",
    lease_until_s DOUBLE PRECISION,
    cancel_requested_at TEXT COLLATE "C",
    error_code TEXT COLLATE "C",
    error_message TEXT COLLATE "C",
    error_hint TEXT COLLATE "C",
    error_stage TEXT COLLATE "C",
    idempotency_key TEXT COLLATE "C",
    made_from_task_id TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    started_at TEXT COLLATE "C",
    finished_at TEXT COLLATE "C",
    deleted_at TEXT COLLATE "C",
    source TEXT COLLATE "C" NOT NULL,
    hold_reason TEXT COLLATE "C",
    kind TEXT COLLATE "C" DEFAULT 'video' NOT NULL,
    payload TEXT COLLATE "C" DEFAULT '{}' NOT NULL CONSTRAINT payload_json CHECK (json_valid(payload) AND json_type(payload) = 'object'),
    run_at TEXT COLLATE "C",
    queue_rank BIGINT DEFAULT 0 NOT NULL,
    lock TEXT COLLATE "C",
    unique_key TEXT COLLATE "C",
    schedule_id TEXT COLLATE "C",
    PRIMARY KEY (id),
    CONSTRAINT status_known CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT attempts_left_positive CHECK (attempts_left >= 0),
    CONSTRAINT options_json CHECK (json_valid(options) AND json_type(options) = 'object'),
    CONSTRAINT stages_json CHECK (json_valid(stages) AND json_type(stages) = 'object'),
    CONSTRAINT progress_fraction CHECK (progress BETWEEN 0 AND 1),
    UNIQUE (idempotency_key)
);
CREATE INDEX tasks_by_age ON tasks (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_kind ON tasks (kind, deleted_at, created_at, id);
CREATE INDEX tasks_by_status ON tasks (status, deleted_at, created_at, id);
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_finished ON tasks (finished_at, id) WHERE finished_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX tasks_locked ON tasks (lock) WHERE status = 'running' AND lock IS NOT NULL;
CREATE INDEX tasks_queued ON tasks (queue_rank, created_at, id, kind, run_at, not_before, hold_reason, lock)
    WHERE status = 'queued' AND deleted_at IS NULL;
CREATE INDEX tasks_unique ON tasks (unique_key, kind) WHERE unique_key IS NOT NULL;
CREATE TABLE tokens (
    name TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C",
    PRIMARY KEY (name),
    UNIQUE (hash)
);
CREATE TABLE workers (
    id TEXT COLLATE "C" NOT NULL,
    host TEXT COLLATE "C" NOT NULL,
    boot TEXT COLLATE "C" NOT NULL,
    pid BIGINT NOT NULL,
    born TEXT COLLATE "C" NOT NULL,
    started_at TEXT COLLATE "C" NOT NULL,
    seen_at TEXT COLLATE "C" NOT NULL,
    task_id TEXT COLLATE "C",
    PRIMARY KEY (id)
);
CREATE INDEX workers_by_sight ON workers (seen_at);
CREATE TABLE artifacts (
    id BIGSERIAL NOT NULL,
    task_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE,
    UNIQUE (task_id, kind, position)
);
CREATE INDEX artifacts_of_task ON artifacts (task_id, position);
CREATE TABLE assets (
    task_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (task_id, name),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
CREATE INDEX assets_by_id ON assets (id);
CREATE TABLE dependencies (
    task_id TEXT COLLATE "C" NOT NULL,
    after_task_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (task_id, after_task_id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
CREATE INDEX dependencies_by_task ON dependencies (after_task_id, task_id);
CREATE TABLE shares (
    id TEXT COLLATE "C" NOT NULL,
    task_id TEXT COLLATE "C" NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL,
    used_at TEXT COLLATE "C",
    PRIMARY KEY (id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
CREATE INDEX shares_of_task ON shares (task_id);
CREATE TABLE task_search (
    task_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE ON UPDATE CASCADE,
    words TSVECTOR NOT NULL
);
CREATE INDEX task_search_by_word ON task_search USING gin (words);
"""


def upgrade() -> None:
    """Make the functions, then the tables."""
    op.get_bind().exec_driver_sql(FUNCTIONS)
    op.get_bind().exec_driver_sql(TABLES)
