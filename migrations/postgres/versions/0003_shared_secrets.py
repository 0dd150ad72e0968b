"""Secrets that all hosts of a store share."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SECRETS = """
CREATE TABLE shared_secrets (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SECRETS)
