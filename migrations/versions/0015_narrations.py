"""Words of generated narration, by which videos are found, and the languages of drafts."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NARRATIONS = """
CREATE TABLE narrations (
    task_id TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (task_id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
) STRICT"""
LANGUAGES = """
CREATE TABLE draft_languages (
    draft_id TEXT NOT NULL,
    language TEXT NOT NULL,
    sections TEXT DEFAULT '[]' NOT NULL,
    PRIMARY KEY (draft_id, language),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE,
    CONSTRAINT draft_sections_json CHECK (json_valid(sections) AND json_type(sections) = 'array')
) STRICT"""


def upgrade() -> None:
    for statement in (NARRATIONS, LANGUAGES):
        op.execute(statement)
