"""Intakes that wait for a worker: the file in sealed pieces, and how far the loading is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Intakes that wait for a worker: the file in sealed pieces, and how far the loading is."""
    op.add_column("intake", sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("intake", sa.Column("rows", sa.Integer(), nullable=True))
    op.add_column("intake", sa.Column("rows_done", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "intake_upload",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_upload_intake_id")),
        sa.PrimaryKeyConstraint("intake_id", name=op.f("pk_intake_upload")),
    )
    op.create_index("ix_intake_upload_next", "intake_upload", ["tries", "intake_id"], unique=False)
    op.create_table(
        "intake_piece",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake_upload.intake_id"], name=op.f("fk_intake_piece_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_piece")),
    )
    op.create_index("uq_intake_piece_intake_id_number", "intake_piece", ["intake_id", "number"], unique=True)
