"""Tags of tasks."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TAGS = """
CREATE TABLE task_tags (
    task_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (task_id, tag),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
) STRICT"""


def upgrade() -> None:
    op.execute(TAGS)
    op.execute("CREATE INDEX task_tags_by_tag ON task_tags (tag, task_id)")
