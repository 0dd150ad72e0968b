"""The full-text index of titles and scripts, and the triggers that update it. It is filled from the tasks that are there."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table: the number alone makes `models.migrate` create the triggers, the views and the index anew."""
