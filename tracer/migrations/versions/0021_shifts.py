"""What somebody is doing at this moment, and when somebody is not at work."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Two tables, which lead to no record; an index of the callbacks that are open."""
    op.create_table(
        "presence",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("since", _WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_presence_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_presence_staff_id")),
    )
    op.create_table(
        "absence",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("from_at", _WHEN, nullable=False),
        sa.Column("until_at", _WHEN, nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("ended_at", _WHEN, nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("until_at IS NULL OR until_at > from_at", name=op.f("ck_absence_ends_after_its_beginning")),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_absence_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_absence_ended_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_absence_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    for name in ("staff_id", "ended_at"):
        op.create_index(op.f(f"ix_absence_{name}"), "absence", [name], unique=False)
    # Asked for at every tick of the worker: few are open at once, of millions of tasks.
    few, untold = (
        sa.text("callback AND state <> 'done'"),
        sa.text("local_at IS NULL AND attempts > 0 AND state <> 'done'"),
    )
    op.create_index("ix_task_callback", "task", ["not_before"], postgresql_where=few, sqlite_where=few)
    op.create_index("ix_task_local", "task", ["created_at"], postgresql_where=untold, sqlite_where=untold)
