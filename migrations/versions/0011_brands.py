"""Brand kits, kept for all videos."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    colours TEXT DEFAULT '{}' NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT definition_json CHECK (json_valid(definition) AND json_type(definition) = 'object'),
    CONSTRAINT brand_assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array'),
    CONSTRAINT brand_colours_json CHECK (json_valid(colours) AND json_type(colours) = 'object')
) STRICT"""


def upgrade() -> None:
    op.execute(BRANDS)
