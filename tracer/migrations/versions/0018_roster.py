"""What each of the staff can take on, and the languages that they speak."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WORDS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Two columns, empty for whoever is there."""
    op.add_column("staff", sa.Column("skills", _WORDS, server_default="[]", nullable=False))
    op.add_column("staff", sa.Column("languages", _WORDS, server_default="[]", nullable=False))
