"""Views that show a length of 0, not a negative one, where the clock was set back."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table: the number alone makes `models.migrate` create the triggers, the views and the index anew."""
