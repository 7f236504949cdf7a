"""Mock calls, and what a trainer made of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables, which lead to no record."""
    op.create_table(
        "practice_call",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column("brief", sa.String(length=50), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("started_at", _WHEN, nullable=False),
        sa.Column("finished_at", _WHEN, nullable=True),
        sa.Column("self_marks", _JSON, nullable=True),
        sa.Column("handed_in_at", _WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "handed_in_at IS NULL OR finished_at IS NOT NULL",
            name=op.f("ck_practice_call_finished_before_handed_in"),
        ),
        sa.ForeignKeyConstraint(["script_id"], ["script.id"], name=op.f("fk_practice_call_script_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_practice_call_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_call")),
    )
    for name in ("staff_id", "handed_in_at"):
        op.create_index(op.f(f"ix_practice_call_{name}"), "practice_call", [name], unique=False)
    op.create_table(
        "practice_mark",
        sa.Column("practice_call_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("at", _WHEN, nullable=False),
        sa.Column("rubric_version", sa.Integer(), nullable=False),
        sa.Column("marks", _JSON, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_practice_mark_by_id")),
        sa.ForeignKeyConstraint(
            ["practice_call_id"], ["practice_call.id"], name=op.f("fk_practice_mark_practice_call_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_mark")),
        sa.UniqueConstraint("practice_call_id", name=op.f("uq_practice_mark_practice_call_id")),
    )
