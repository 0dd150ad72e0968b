"""An index of the words of titles and scripts. It is made with the triggers and views, from `models.schema_objects`, and filled there."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
