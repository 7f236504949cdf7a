"""The call: answers that say which page sent them and what it had seen, calls on hold, flags and who takes them on."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns of answers, interviews and teams; the table of flags."""
    op.add_column("answer", sa.Column("page", sa.Uuid(), nullable=True))
    op.add_column("answer", sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("answer", sa.Column("known", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("answer", sa.Column("beside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("interview", sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("interview", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_answer_interview_id_key", table_name="answer")
    op.create_index("ix_answer_interview_id_id", "answer", ["interview_id", "id"], unique=False)
    op.add_column("team", sa.Column("duty", sa.String(length=24), nullable=True))
    op.create_table(
        "flag",
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_flag_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_flag_contact_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_flag_interview_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["team.id"], name=op.f("fk_flag_pool_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["staff.id"], name=op.f("fk_flag_raised_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_flag_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("interview_id", "name", name=op.f("uq_flag_interview_id_name")),
    )
    for column in ("case_id", "contact_id", "task_id"):
        op.create_index(op.f(f"ix_flag_{column}"), "flag", [column], unique=False)
