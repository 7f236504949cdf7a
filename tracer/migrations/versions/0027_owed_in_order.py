"""What is owed is taken in order: of thousands that are due at one moment, none is sorted to find the next twenty."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_OWED = sa.text("state IN ('waiting', 'sending')")


def upgrade() -> None:
    """The same index, with the key that decides among equals."""
    op.drop_index("ix_notice_owed", "notice")
    op.create_index("ix_notice_owed", "notice", ["next_try_at", "id"], postgresql_where=_OWED, sqlite_where=_OWED)
