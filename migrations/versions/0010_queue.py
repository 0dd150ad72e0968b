"""Starts that are delayed, follow others or exclude each other; a rank in the queue that grows with waiting; unique keys; schedules."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = ("run_at TEXT", "queue_rank INTEGER DEFAULT 0 NOT NULL", "lock TEXT", "unique_key TEXT", "schedule_id TEXT")
RANK = "coalesce(CAST(round((julianday(created_at) - 2440587.5) * 86400000) AS INTEGER), 0) - priority * 600000"
INDEXES = (
    "tasks_queued ON tasks (queue_rank, created_at, id, kind, run_at, not_before, hold_reason, lock)"
    " WHERE status = 'queued' AND deleted_at IS NULL",
    "tasks_locked ON tasks (lock) WHERE status = 'running' AND lock IS NOT NULL",
    "tasks_unique ON tasks (unique_key, kind) WHERE unique_key IS NOT NULL",
)
DEPENDENCIES = """
CREATE TABLE dependencies (
    task_id TEXT NOT NULL,
    after_task_id TEXT NOT NULL,
    PRIMARY KEY (task_id, after_task_id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
) STRICT"""
SCHEDULES = """
CREATE TABLE schedules (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    cron TEXT NOT NULL,
    timezone TEXT NOT NULL,
    template TEXT NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    overlap INTEGER DEFAULT 0 NOT NULL,
    catch_up INTEGER DEFAULT 1 NOT NULL,
    created_at TEXT NOT NULL,
    paused_at TEXT,
    next_at TEXT,
    last_at TEXT,
    last_task_id TEXT,
    skip_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT template_json CHECK (json_valid(template) AND json_type(template) = 'object'),
    CONSTRAINT assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array'),
    UNIQUE (name)
) STRICT"""


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE tasks ADD COLUMN {column}")
    op.execute(f"UPDATE tasks SET queue_rank = {RANK}")  # noqa: S608 - no input in it
    op.execute("DROP INDEX tasks_queued")
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")
    op.execute(DEPENDENCIES)
    op.execute("CREATE INDEX dependencies_by_task ON dependencies (after_task_id, task_id)")
    op.execute(SCHEDULES)
    op.execute("CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL AND paused_at IS NULL")
