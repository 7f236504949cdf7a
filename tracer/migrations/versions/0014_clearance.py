"""What each role needs before it sees records, and who was let off for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables; `db upgrade` fills the first from what is shipped."""
    op.create_table(
        "requirement",
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("role", "key", name=op.f("pk_requirement")),
    )
    op.create_table(
        "grace",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("from_at", _WHEN, nullable=False),
        sa.Column("until_at", _WHEN, nullable=False),
        sa.Column("ended_at", _WHEN, nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_grace_ends_later")),
        sa.CheckConstraint("staff_id <> given_by_id", name=op.f("ck_grace_by_another")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_grace_ended_by_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["staff.id"], name=op.f("fk_grace_given_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_grace_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grace")),
    )
    op.create_index(op.f("ix_grace_staff_id"), "grace", ["staff_id"], unique=False)
