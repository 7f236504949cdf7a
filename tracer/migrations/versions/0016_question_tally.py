"""Which answers of final tests go wrong, by no name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of counts, and which tests are counted."""
    op.create_table(
        "question_tally",
        sa.Column("course", sa.String(length=40), nullable=False),
        sa.Column("course_version", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=50), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("course", "course_version", "question", name=op.f("pk_question_tally")),
    )
    op.add_column("final_test", sa.Column("tallied_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_final_test_tallied_at"), "final_test", ["tallied_at"], unique=False)
