"""Answers say which page sent them, and what it had seen; rows are read on from the last one known."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which page, its place there, what it knew, and whether it stands beside another."""
    op.add_column("answer", sa.Column("page", sa.Uuid(), nullable=True))
    op.add_column("answer", sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("answer", sa.Column("known", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("answer", sa.Column("beside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("interview", sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("interview", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_answer_interview_id_key", table_name="answer")
    op.create_index("ix_answer_interview_id_id", "answer", ["interview_id", "id"], unique=False)
