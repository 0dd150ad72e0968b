"""Tags of tasks."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TAGS = """
CREATE TABLE task_tags (
    task_id TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (task_id, tag),
    FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE
);
CREATE INDEX task_tags_by_tag ON task_tags (tag, task_id);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TAGS)
