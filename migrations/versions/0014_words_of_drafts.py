"""The words of drafts and of their versions, so that a list of them need not read their scripts."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


DRAFTS = ("SELECT rowid FROM drafts", "SELECT script FROM drafts WHERE rowid = ?", "UPDATE drafts SET words = ? WHERE rowid = ?")
VERSIONS = (
    "SELECT rowid FROM draft_versions",
    "SELECT script FROM draft_versions WHERE rowid = ?",
    "UPDATE draft_versions SET words = ? WHERE rowid = ?",
)


def upgrade() -> None:
    op.execute("ALTER TABLE drafts ADD COLUMN words INTEGER DEFAULT 0 NOT NULL")
    op.execute("ALTER TABLE draft_versions ADD COLUMN words INTEGER DEFAULT 0 NOT NULL")
    connection = op.get_bind()
    for every, one, fill in (DRAFTS, VERSIONS):
        for (rowid,) in connection.exec_driver_sql(every).all():
            script = connection.exec_driver_sql(one, (rowid,)).scalar_one()
            connection.exec_driver_sql(fill, (len(script.split()), rowid))
