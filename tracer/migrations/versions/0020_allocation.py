"""What a task needs and why it is where it is; what each of the staff can be handed; one holder to a household."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WORDS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WAITING, _OPEN = sa.text("state = 'waiting'"), sa.text("state <> 'done'")
_NEEDS = sa.text("state = 'waiting' AND need <> ''")
_HELD_ELSEWHERE = (
    "SELECT 1 FROM task AS other WHERE other.household_key = NEW.household_key AND other.state <> 'done' "
    "AND other.holder_id <> NEW.holder_id AND other.id <> NEW.id AND other.kind IN ('interview', 'alert')"
)
_WHEN = "NEW.holder_id IS NOT NULL AND NEW.household_key IS NOT NULL AND NEW.kind IN ('interview', 'alert')"
_FAULT = "household held by another"


def upgrade() -> None:
    """Columns with a value for whoever and whatever is there; an index by need; a trigger on who holds a household."""
    op.add_column("staff", sa.Column("capacity", sa.Integer(), server_default="8", nullable=False))
    op.add_column("staff", sa.Column("pattern", sa.String(length=200), nullable=True))
    op.add_column("task", sa.Column("skill", sa.String(length=24), nullable=True))
    op.add_column("task", sa.Column("need", sa.String(length=32), server_default="", nullable=False))
    op.add_column("task", sa.Column("reasons", _WORDS, server_default="[]", nullable=False))
    op.add_column("task", sa.Column("best_time", sa.String(length=12), nullable=True))
    op.add_column("task", sa.Column("local_at", sa.DateTime(timezone=True), nullable=True))
    _add_urgency()
    op.drop_index("ix_task_pool", "task")
    op.create_index(
        "ix_task_pool",
        "task",
        ["team_id", "need", "urgent_at", "id"],
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )
    op.create_index("ix_task_need", "task", ["created_at"], postgresql_where=_NEEDS, sqlite_where=_NEEDS)
    op.drop_index("ix_task_household", "task")
    op.create_index("ix_task_household", "task", ["household_key"], postgresql_where=_OPEN, sqlite_where=_OPEN)
    _add_allocation()
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _add_urgency() -> None:
    """When it is due, less a quarter of an hour for each point of priority; the default serves only to add it."""
    column = sa.Column("urgent_at", sa.DateTime(timezone=True), nullable=False, server_default="2000-01-01 00:00:00")
    op.add_column("task", column)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE task SET urgent_at = due_at - priority * interval '15 minutes'")
        op.alter_column("task", "urgent_at", server_default=None)
    else:
        op.execute(
            "UPDATE task SET urgent_at = strftime('%Y-%m-%d %H:%M:%f000', due_at, '-' || (priority * 15) || ' minutes')"
        )
    # What waits already needs a language where its person's is not English.
    op.execute("UPDATE task SET need = language WHERE language <> 'en' AND state <> 'done'")


def _add_allocation() -> None:
    op.create_table(
        "allocation",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", _WORDS, nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_allocation_asked_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_allocation_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_team_id"), "allocation", ["team_id"], unique=False)
    open_ = sa.text("done_at IS NULL")
    op.create_index("ix_allocation_open", "allocation", ["asked_at"], postgresql_where=open_, sqlite_where=open_)


def _on_postgresql() -> None:
    """The owner's function: it sees past the row rules whether another holds the household."""
    op.execute(
        "CREATE FUNCTION one_holder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $$ BEGIN IF EXISTS ({_HELD_ELSEWHERE}) THEN "
        f"RAISE EXCEPTION '{_FAULT}' USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER task_one_holder BEFORE INSERT OR UPDATE OF holder_id, household_key ON task "
        f"FOR EACH ROW WHEN ({_WHEN}) EXECUTE FUNCTION one_holder()"
    )


def _on_sqlite() -> None:
    for name, when in (("insert", "INSERT"), ("update", "UPDATE OF holder_id, household_key")):
        op.execute(
            f"CREATE TRIGGER task_one_holder_{name} BEFORE {when} ON task FOR EACH ROW "
            f"WHEN {_WHEN} AND EXISTS ({_HELD_ELSEWHERE}) BEGIN SELECT RAISE(ABORT, '{_FAULT}'); END"
        )
