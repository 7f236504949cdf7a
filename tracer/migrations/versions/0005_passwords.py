"""Why a sign-in ended, veiled screens, throttled tries, links that set a password."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Why a sign-in ended, veiled screens, throttled tries, links that set a password."""
    why = sa.Enum(
        "signed out",
        "elsewhere",
        "password",
        "changed",
        "idle",
        "longest",
        name="ended",
        native_enum=False,
        length=24,
    )
    op.add_column("sign_in", sa.Column("ended_why", why, nullable=True))
    op.add_column("sign_in", sa.Column("veiled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "throttle",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("spent_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_spent_until"), "throttle", ["spent_until"], unique=False)
    op.create_table(
        "password_link",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_password_link_made_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_password_link_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_link_token_hash")),
    )
    op.create_index(op.f("ix_password_link_staff_id"), "password_link", ["staff_id"], unique=False)
    op.create_index(op.f("ix_password_link_expires_at"), "password_link", ["expires_at"], unique=False)
    op.create_table(
        "password_request",
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_request")),
    )
