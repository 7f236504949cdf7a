"""Who of a team is known to be away, by the hour: numbers of a fortnight."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_WORDS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Nobody, until the next count."""
    op.add_column("team_strength", sa.Column("away", _WORDS, server_default="{}", nullable=False))
