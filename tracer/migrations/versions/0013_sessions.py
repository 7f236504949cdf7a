"""Training sessions, the seats in them, the mailings that tell people, and which notices a mailing owes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Three tables, and a column of notices."""
    _sessions()
    _seats()
    _mailings()
    key = sa.ForeignKey("training_mailing.id", name=op.f("fk_notice_mailing_id"))
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("notice", sa.Column("mailing_id", sa.Uuid(), key, nullable=True))
    else:  # SQLite adds a column with its reference in one
        op.execute(
            "ALTER TABLE notice ADD COLUMN mailing_id CHAR(32) "
            "CONSTRAINT fk_notice_mailing_id REFERENCES training_mailing (id)"
        )
    op.create_index(op.f("ix_notice_mailing_id"), "notice", ["mailing_id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "training_session",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("joining", sa.String(length=2000), nullable=False),
        sa.Column("starts_at", _WHEN, nullable=False),
        sa.Column("ends_at", _WHEN, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", _WHEN, nullable=False),
        sa.Column("changed_at", _WHEN, nullable=False),
        sa.Column("cancelled_at", _WHEN, nullable=True),
        sa.Column("cancelled_why", sa.String(length=200), nullable=True),
        sa.Column("reminded_at", _WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_training_session_has_places")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_training_session_ends_later")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_training_session_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_session")),
    )
    op.create_index(op.f("ix_training_session_starts_at"), "training_session", ["starts_at"], unique=False)


def _seats() -> None:
    names = ("training_session_id", "staff_id")
    op.create_table(
        "training_seat",
        sa.Column("training_session_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("invited_at", _WHEN, nullable=False),
        sa.Column("asked_at", _WHEN, nullable=True),
        sa.Column("attended_at", _WHEN, nullable=True),
        sa.Column("attended_by_id", sa.Uuid(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("feedback", sa.String(length=1000), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attended_by_id"], ["staff.id"], name=op.f("fk_training_seat_attended_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_training_seat_staff_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"], ["training_session.id"], name=op.f("fk_training_seat_training_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_seat")),
        sa.UniqueConstraint(*names, name=op.f("uq_training_seat_training_session_id_staff_id")),
    )
    op.create_index(op.f("ix_training_seat_staff_id"), "training_seat", ["staff_id"], unique=False)
    op.create_index(
        "ix_training_seat_turn", "training_seat", ["training_session_id", "state", "asked_at"], unique=False
    )


def _mailings() -> None:
    numbers = ("waiting", "sent", "failed", "unknown")
    op.create_table(
        "training_mailing",
        sa.Column("training_session_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("audience", _JSON, nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("owed_at", _WHEN, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("counted_at", _WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_training_mailing_approval_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_training_mailing_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["training_session_id"], ["training_session.id"], name=op.f("fk_training_mailing_training_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_mailing")),
    )
    for name in ("state", "training_session_id"):
        op.create_index(op.f(f"ix_training_mailing_{name}"), "training_mailing", [name], unique=False)
