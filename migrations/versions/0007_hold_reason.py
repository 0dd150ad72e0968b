"""A column for why no worker starts a queued task. Until now the message alone said it, and the event `task.held`."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What tasks on hold were recognised by. The event has the reason; `json_valid` because a damaged event must not stop the migration.
FILL = """
UPDATE tasks SET hold_reason = coalesce(
    (SELECT CASE WHEN json_valid(data) THEN json_extract(data, '$.code') END FROM events
     WHERE task_id = tasks.id AND type = 'task.held' ORDER BY seq DESC LIMIT 1), 'disk_low')
WHERE status = 'queued' AND deleted_at IS NULL AND message = 'Waiting for room on the disk'"""


def upgrade() -> None:
    op.execute("ALTER TABLE tasks ADD COLUMN hold_reason TEXT")
    op.execute(FILL)
