"""Triggers of the search index without MATCH, which a shell that does not trust the schema refuses. They are made from `models.objects`."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
