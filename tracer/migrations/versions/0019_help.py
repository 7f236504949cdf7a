"""Questions to the training desk, and problems that are known."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables, which lead to no record."""
    op.create_table(
        "help_question",
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("question", sa.String(length=500), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", _WHEN, nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_help_question_answered_whole")),
        sa.CheckConstraint(
            "NOT published OR (answered_at IS NOT NULL AND title <> '')",
            name=op.f("ck_help_question_answered_before_published"),
        ),
        sa.ForeignKeyConstraint(["answered_by_id"], ["staff.id"], name=op.f("fk_help_question_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_help_question_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_question")),
    )
    for name in ("asked_by_id", "asked_at"):
        op.create_index(op.f(f"ix_help_question_{name}"), "help_question", [name], unique=False)
    op.create_table(
        "known_problem",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("begun_at", _WHEN, nullable=False),
        sa.Column("ended_at", _WHEN, nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_known_problem_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_problem")),
    )
    op.create_index(op.f("ix_known_problem_ended_at"), "known_problem", ["ended_at"], unique=False)
