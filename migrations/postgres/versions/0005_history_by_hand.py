"""Make the triggers anew: a row inserted by hand begins another history, too."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table. After each migration `models.postgres.migrate` makes triggers and views from their lists."""
