"""The watch: alerts, suspensions, canaries, and its memory of each person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The watch: alerts, suspensions, canaries, and its memory of each person."""
    op.create_table(
        "watch_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("done_to", sa.BigInteger(), nullable=False),
        sa.Column("gaps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_mark")),
    )
    op.create_table(
        "alert",
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "explained", "confirmed", "dismissed", name="alertstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_alert_decided_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_alert_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("reference", name=op.f("uq_alert_reference")),
    )
    op.create_index(op.f("ix_alert_staff_id"), "alert", ["staff_id"], unique=False)
    op.create_index("ix_alert_state", "alert", ["state", "last_at"], unique=False)
    op.create_table(
        "canary",
        sa.Column("reference", sa.String(length=8), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=120), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_canary_made_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_canary_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary")),
    )
    op.create_index(op.f("ix_canary_person_id"), "canary", ["person_id"], unique=False)
    op.create_index(
        "ix_canary_unset",
        "canary",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("set_at IS NULL"),
        sqlite_where=sa.text("set_at IS NULL"),
    )
    op.create_table(
        "watch_memory",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_watch_memory_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_watch_memory")),
    )
    op.create_index(op.f("ix_watch_memory_due_at"), "watch_memory", ["due_at"], unique=False)
    op.create_index("ix_watch_memory_team", "watch_memory", ["team_id", "last_at"], unique=False)
    op.create_table(
        "suspension",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Uuid(), nullable=True),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_suspension_alert_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["staff.id"], name=op.f("fk_suspension_lifted_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_suspension_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(op.f("ix_suspension_staff_id"), "suspension", ["staff_id"], unique=False)
    op.add_column("person", sa.Column("surname_key", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    # The watch begins here: what was on record before is not judged afterwards.
    op.execute("INSERT INTO watch_mark (id, done_to, gaps) SELECT 1, COALESCE(MAX(id), 0), '{}' FROM audit_event")
