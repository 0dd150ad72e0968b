"""Triggers of the index without MATCH, which the sqlite3 shell refuses in triggers since 3.41: it does not trust the schema."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table: the number alone makes `models.migrate` create the triggers, the views and the index anew."""
