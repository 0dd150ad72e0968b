"""${message}

A migration has the SQL of its own time and imports nothing from `models`, so it never changes. Triggers, views and the full-text index are
not its task: `models.migrate` drops them before the first step, and creates today's after the last one.
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else '"""Change no table: the number alone makes `models.migrate` create the triggers, the views and the index anew."""'}
