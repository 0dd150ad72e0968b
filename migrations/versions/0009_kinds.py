"""Columns for what a task is and what it is to do. Until now every task was a video."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = (
    "kind TEXT DEFAULT 'video' NOT NULL",
    "payload TEXT DEFAULT '{}' NOT NULL CONSTRAINT payload_json CHECK (json_valid(payload) AND json_type(payload) = 'object')",
)
QUEUED = "(priority DESC, created_at, id, kind) WHERE status = 'queued' AND deleted_at IS NULL"


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE tasks ADD COLUMN {column}")
    op.execute("DROP INDEX tasks_queued")
    op.execute(f"CREATE INDEX tasks_queued ON tasks {QUEUED}")
    op.execute("CREATE INDEX tasks_by_kind ON tasks (kind, deleted_at, created_at, id)")
