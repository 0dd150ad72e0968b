"""The words of drafts and of their versions, so that a list of them need not read their scripts."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


STATEMENTS = (
    "ALTER TABLE drafts ADD COLUMN words BIGINT DEFAULT 0 NOT NULL",
    "ALTER TABLE draft_versions ADD COLUMN words BIGINT DEFAULT 0 NOT NULL",
    "UPDATE drafts SET words = (SELECT count(*) FROM regexp_matches(script, '\\S+', 'g'))",
    "UPDATE draft_versions SET words = (SELECT count(*) FROM regexp_matches(script, '\\S+', 'g'))",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
