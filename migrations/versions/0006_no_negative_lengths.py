"""Views that give no negative length when the clock was set back. They are made anew with every migration, from `models.schema_objects`."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
