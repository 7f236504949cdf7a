"""Which reminder of its end somebody has had of a completion."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column, and an index by when they end."""
    op.add_column("completion", sa.Column("told_days", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_completion_until_at"), "completion", ["until_at"], unique=False)
