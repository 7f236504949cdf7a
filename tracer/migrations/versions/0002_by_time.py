"""Audit events and each person's attempts, found by time."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Audit events and each person's attempts, found by time."""
    op.create_index("ix_audit_event_at", "audit_event", ["at", "id"], unique=False)
    op.create_index("ix_attempt_staff_id_at", "attempt", ["staff_id", "at"], unique=False)
    op.drop_index("ix_attempt_staff_id", table_name="attempt")
