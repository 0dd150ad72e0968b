"""Brand kits, kept for all videos."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BRANDS = """
CREATE TABLE brands (
    name TEXT COLLATE "C" NOT NULL,
    definition TEXT COLLATE "C" NOT NULL,
    assets TEXT COLLATE "C" DEFAULT '[]' NOT NULL,
    colours TEXT COLLATE "C" DEFAULT '{}' NOT NULL,
    created_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT definition_json CHECK (json_valid(definition) AND json_type(definition) = 'object'),
    CONSTRAINT brand_assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array'),
    CONSTRAINT brand_colours_json CHECK (json_valid(colours) AND json_type(colours) = 'object')
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(BRANDS)
