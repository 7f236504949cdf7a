"""Second factors, challenges, and what a sign-in has proved."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Second factors, challenges, and what a sign-in has proved."""
    op.create_table(
        "challenge",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("handle_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_challenge_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint("handle_hash", name=op.f("uq_challenge_handle_hash")),
    )
    op.create_index(op.f("ix_challenge_expires_at"), "challenge", ["expires_at"], unique=False)
    op.create_index(op.f("ix_challenge_staff_id"), "challenge", ["staff_id"], unique=False)
    op.create_table(
        "factor",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind", sa.Enum("totp", "passkey", "recovery", "provider", native_enum=False, length=24), nullable=False
        ),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_factor_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_factor_credential_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_factor_digest")),
    )
    op.create_index(op.f("ix_factor_staff_id"), "factor", ["staff_id"], unique=False)
    op.create_table(
        "factor_reset",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_factor_reset_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_factor_reset_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(op.f("ix_factor_reset_staff_id"), "factor_reset", ["staff_id"], unique=False)
    op.add_column("sign_in", sa.Column("pending", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sign_in", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sign_in", sa.Column("proved_by", sa.String(length=24), nullable=True))
