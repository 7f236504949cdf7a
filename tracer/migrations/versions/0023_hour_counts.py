"""What comes and goes by the hour, and who is there: numbers of teams."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables, which lead to no record."""
    op.create_table(
        "hour_count",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("hour", _WHEN, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("finished", sa.Integer(), nullable=False),
        sa.Column("worked", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_hour_count_team_id")),
        sa.PrimaryKeyConstraint("team_id", "hour", "kind", name=op.f("pk_hour_count")),
    )
    op.create_index(op.f("ix_hour_count_hour"), "hour_count", ["hour"], unique=False)
    op.create_table(
        "team_strength",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("without_pattern", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("counted_until", _WHEN, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_strength_team_id")),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_strength")),
    )
