"""Drafts of scripts, their versions, and who has one open."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DRAFTS = """
CREATE TABLE drafts (
    id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    revision BIGINT DEFAULT 1 NOT NULL,
    format TEXT COLLATE "C" DEFAULT '' NOT NULL,
    options TEXT COLLATE "C" DEFAULT '{}' NOT NULL,
    assets TEXT COLLATE "C" DEFAULT '[]' NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    script TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT draft_options_json CHECK (json_valid(options) AND json_type(options) = 'object'),
    CONSTRAINT draft_assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array')
)"""
VERSIONS = """
CREATE TABLE draft_versions (
    draft_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    format TEXT COLLATE "C" DEFAULT '' NOT NULL,
    options TEXT COLLATE "C" DEFAULT '{}' NOT NULL,
    assets TEXT COLLATE "C" DEFAULT '[]' NOT NULL,
    task_id TEXT COLLATE "C",
    created_at TEXT COLLATE "C" NOT NULL,
    script TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (draft_id, number),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
)"""
READERS = """
CREATE TABLE draft_readers (
    draft_id TEXT COLLATE "C" NOT NULL,
    page TEXT COLLATE "C" NOT NULL,
    edits BIGINT NOT NULL,
    seen_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (draft_id, page),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
)"""


def upgrade() -> None:
    for statement in (DRAFTS, "CREATE INDEX drafts_by_change ON drafts (updated_at, id)", VERSIONS, READERS):
        op.get_bind().exec_driver_sql(statement)
