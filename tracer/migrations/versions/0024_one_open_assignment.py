"""A task has one open assignment at most: one that was entered twice is ended at the moment that it began."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_OPEN = sa.text("until_at IS NULL")


def upgrade() -> None:
    """Of several open ones the first stays, and the database refuses a second from now on."""
    op.execute(
        "UPDATE assignment SET until_at = from_at, ended = 'doubled' WHERE until_at IS NULL AND EXISTS (SELECT 1"
        " FROM assignment AS other WHERE other.task_id = assignment.task_id AND other.until_at IS NULL"
        " AND (other.from_at < assignment.from_at OR other.from_at = assignment.from_at AND other.id < assignment.id))"
    )
    op.create_index(
        "uq_assignment_open", "assignment", ["task_id"], unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN
    )
