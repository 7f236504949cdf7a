"""The audit's stamps, its chain of seals, and the keys of a record for the privacy officer."""

import sqlalchemy as sa
from alembic import op

from tracer.migrations import append_only

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Reference -> the keys under which the events of that record, its person and the work on it stand in the audit.
_KEYS = """
    SELECT reference, 'case_record' AS entity, id AS entity_id FROM case_record
    UNION ALL SELECT reference, 'person', person_id FROM case_record
    UNION ALL SELECT c.reference, 'task', t.id FROM case_record c JOIN task t ON t.case_id = c.id
    UNION ALL SELECT c.reference, 'interview', i.id FROM case_record c JOIN interview i ON i.case_id = c.id
    UNION ALL SELECT c.reference, 'attempt', a.id FROM case_record c JOIN attempt a ON a.case_id = c.id
    UNION ALL SELECT reference, 'contact', id FROM contact
    UNION ALL SELECT reference, 'person', person_id FROM contact
    UNION ALL SELECT reference, 'task', alert_task_id FROM contact WHERE alert_task_id IS NOT NULL
    UNION ALL SELECT c.reference, 'interview', i.id FROM contact c JOIN interview i ON i.contact_id = c.id
    UNION ALL SELECT c.reference, 'attempt', a.id FROM contact c JOIN attempt a ON a.contact_id = c.id
    UNION ALL SELECT c.reference, 'notice', n.id FROM contact c JOIN notice n ON n.contact_id = c.id
"""
# The owner's view, past the row policies: it must say for itself whom it answers.
_ASKS = """
    EXISTS (SELECT FROM staff WHERE id = NULLIF(current_setting('tracer.actor', true), '')::uuid
        AND role = 'privacy officer' AND ended_at IS NULL)
"""
_VIEW = "CREATE VIEW record_key WITH (security_barrier) AS SELECT * FROM ({}) AS keys WHERE {}"


def upgrade() -> None:
    """The audit's stamps, its chain of seals, and the keys of a record for the privacy officer."""
    op.add_column("audit_event", sa.Column("stamp", sa.LargeBinary(), nullable=True))
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_seal",
        sa.Column("number", big, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seal_event_id")),
    )
    op.create_table(
        "audit_gap",
        sa.Column("first_id", big, autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("first_id", name=op.f("pk_audit_gap")),
    )
    append_only.make("audit_seal")
    for table in ("audit_event", "audit_seal", "answer"):
        append_only.always(table)
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(_VIEW.format(_KEYS, _ASKS) if postgresql else f"CREATE VIEW record_key AS {_KEYS}")
