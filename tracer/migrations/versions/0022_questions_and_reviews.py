"""Questions on a record with their answers; reviews of finished work, and the days that they were drawn from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_WHEN = sa.DateTime(timezone=True)
_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_UNREAD, _OPEN = sa.text("read_at IS NULL"), sa.text("answered_at IS NULL")


def upgrade() -> None:
    """Three tables."""
    _questions()
    _reviews()


def _questions() -> None:
    op.create_table(
        "record_question",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("person_key", sa.String(length=36), nullable=False),
        sa.Column("sealed_question", sa.LargeBinary(), nullable=False),
        sa.Column("taken_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_until", _WHEN, nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", _WHEN, nullable=True),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True),
        sa.Column("read_at", _WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (sealed_answer IS NULL)", name=op.f("ck_record_question_answered_whole")
        ),
        sa.CheckConstraint("(case_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_record_question_about_one")),
        *_keys(
            "record_question",
            asked_by_id="staff",
            team_id="team",
            task_id="task",
            case_id="case_record",
            contact_id="contact",
            taken_by_id="staff",
            grant_id="grant_record",
            answered_by_id="staff",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_question")),
    )
    for name in ("task_id", "case_id", "contact_id", "taken_by_id"):
        op.create_index(op.f(f"ix_record_question_{name}"), "record_question", [name])
    op.create_index("ix_record_question_team", "record_question", ["team_id", "asked_at"])
    for name, column, where in (("asker", "asked_by_id", _UNREAD), ("kind", "kind", _OPEN)):
        op.create_index(
            f"ix_record_question_{name}", "record_question", [column], postgresql_where=where, sqlite_where=where
        )


def _reviews() -> None:
    op.create_table(
        "review",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("tracer_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("drawn_at", _WHEN, nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", _WHEN, nullable=True),
        sa.Column("script_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("marks", _DOCUMENT, server_default="{}", nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("again_id", sa.Uuid(), nullable=True),
        sa.Column("read_at", _WHEN, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(reviewed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_review_reviewed_whole")),
        *_keys(
            "review",
            task_id="task",
            tracer_id="staff",
            team_id="team",
            reviewer_id="staff",
            script_id="script",
            again_id="task",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("task_id", name=op.f("uq_review_task_id")),
    )
    op.create_index("ix_review_tracer", "review", ["tracer_id", "drawn_at"])
    op.create_index("ix_review_team", "review", ["team_id", "reviewed_at"])
    op.create_index("ix_review_unread", "review", ["tracer_id"], postgresql_where=_UNREAD, sqlite_where=_UNREAD)
    op.create_table(
        "review_draw",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_review_draw")),
    )


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, there in columns.items()
    ]
