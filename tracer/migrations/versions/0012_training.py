"""Training: tries at final tests, and completions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "final_test",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("course", sa.String(length=40), nullable=False),
        sa.Column("course_version", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("marked_at", moment, nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("given", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_final_test_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_test")),
    )
    op.create_index(
        "ix_final_test_staff_id_course_begun_at", "final_test", ["staff_id", "course", "begun_at"], unique=False
    )
    op.create_table(
        "completion",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("course_version", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("passed_at", moment, nullable=False),
        sa.Column("until_at", moment, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_completion_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_completion_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint("code", name=op.f("uq_completion_code")),
    )
    op.create_index("ix_completion_staff_id_key_until_at", "completion", ["staff_id", "key", "until_at"], unique=False)
