"""Words of generated narration, by which videos are found, and the languages of drafts."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NARRATIONS = """
CREATE TABLE narrations (
    task_id TEXT COLLATE "C" NOT NULL,
    words TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (task_id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
)"""
LANGUAGES = """
CREATE TABLE draft_languages (
    draft_id TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    sections TEXT COLLATE "C" DEFAULT '[]' NOT NULL,
    PRIMARY KEY (draft_id, language),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE,
    CONSTRAINT draft_sections_json CHECK (json_valid(sections) AND json_type(sections) = 'array')
)"""


def upgrade() -> None:
    for statement in (NARRATIONS, LANGUAGES):
        op.get_bind().exec_driver_sql(statement)
