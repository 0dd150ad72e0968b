"""Drafts of scripts, their versions, and who has one open."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

DRAFTS = """
CREATE TABLE drafts (
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    format TEXT DEFAULT '' NOT NULL,
    options TEXT DEFAULT '{}' NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    script TEXT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT draft_options_json CHECK (json_valid(options) AND json_type(options) = 'object'),
    CONSTRAINT draft_assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array')
) STRICT"""
VERSIONS = """
CREATE TABLE draft_versions (
    draft_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    format TEXT DEFAULT '' NOT NULL,
    options TEXT DEFAULT '{}' NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    task_id TEXT,
    created_at TEXT NOT NULL,
    script TEXT NOT NULL,
    PRIMARY KEY (draft_id, number),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
) STRICT"""
READERS = """
CREATE TABLE draft_readers (
    draft_id TEXT NOT NULL,
    page TEXT NOT NULL,
    edits INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (draft_id, page),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
) STRICT"""


def upgrade() -> None:
    for statement in (DRAFTS, "CREATE INDEX drafts_by_change ON drafts (updated_at, id)", VERSIONS, READERS):
        op.execute(statement)
