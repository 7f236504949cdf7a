"""Grants, conflicts of interest, approvals; finding a record by exactly what somebody says."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Grants, conflicts of interest, approvals, the lookup."""
    op.create_table(
        "approval",
        sa.Column(
            "kind",
            sa.Enum("role", "export", "glass", name="approvalkind", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("waiting", "approved", "refused", name="approvalstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_approval_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff.id"], name=op.f("fk_approval_decided_by_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_approval_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_asked_by_id"), "approval", ["asked_by_id"], unique=False)
    op.create_index("ix_approval_state", "approval", ["state", "expires_at"], unique=False)
    op.create_table(
        "staff_key",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("compared_epoch", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_key_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_key")),
    )
    op.create_index(op.f("ix_staff_key_key"), "staff_key", ["key"], unique=False)
    op.create_index(op.f("ix_staff_key_staff_id"), "staff_key", ["staff_id"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_conflict_staff_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_conflict_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index(op.f("ix_conflict_person_id"), "conflict", ["person_id"], unique=False)
    op.create_index(op.f("ix_conflict_staff_id"), "conflict", ["staff_id"], unique=False)
    op.create_index(op.f("ix_conflict_task_id"), "conflict", ["task_id"], unique=False)
    op.create_table(
        "grant_record",
        sa.Column("kind", sa.Enum("glass", "lead", name="grantkind", native_enum=False, length=24), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("record_key", sa.String(length=36), nullable=False),
        sa.Column("person_key", sa.String(length=36), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff.id"], name=op.f("fk_grant_record_approved_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_grant_record_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_grant_record_contact_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_grant_record_ended_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_grant_record_staff_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_grant_record_task_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_grant_record_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_record")),
    )
    op.create_index(op.f("ix_grant_record_case_id"), "grant_record", ["case_id"], unique=False)
    op.create_index(op.f("ix_grant_record_contact_id"), "grant_record", ["contact_id"], unique=False)
    op.create_index("ix_grant_record_staff_id_until_at", "grant_record", ["staff_id", "until_at"], unique=False)
    op.create_index(op.f("ix_grant_record_task_id"), "grant_record", ["task_id"], unique=False)
    op.create_index("ix_grant_record_team_id_until_at", "grant_record", ["team_id", "until_at"], unique=False)
    op.create_index(
        "ix_grant_record_untold",
        "grant_record",
        ["from_at"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
        sqlite_where=sa.text("told_at IS NULL"),
    )
    op.add_column("person", sa.Column("lookup_key", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_person_lookup_key"), "person", ["lookup_key"], unique=False)
    op.create_index(
        "ix_person_new",
        "person",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("compared_at IS NULL"),
        sqlite_where=sa.text("compared_at IS NULL"),
    )
    # Nobody has given details to compare with yet; an old record is keyed when its identity is next saved.
    op.execute("UPDATE person SET compared_at = created_at")
    lookup_view()
    keep_grants_as_made()


# Case or contact, its person and the work on it. On PostgreSQL the view is its owner's: it sees past the row
# policies, so it yields what was asked for by equality in this transaction and nothing else, and only to a
# current member of staff who may break the glass. One select for each index.
RECORDS = (
    ("case_record", "r.reference = {reference}", "CAST(NULL AS {uuid})"),
    ("contact", "r.reference = {reference}", "r.alert_task_id"),
    ("case_record", "p.lookup_key = {key}", "CAST(NULL AS {uuid})"),
    ("contact", "p.lookup_key = {key}", "r.alert_task_id"),
)
ASKED = {
    "uuid": "uuid",
    "reference": "nullif(current_setting('tracer.lookup_reference', true), '')",
    "key": "decode(nullif(current_setting('tracer.lookup_key', true), ''), 'hex')",
}
MAY = """ AND EXISTS (SELECT 1 FROM staff s
 WHERE s.id = nullif(current_setting('tracer.actor', true), '')::uuid
 AND s.ended_at IS NULL AND s.role IN ('tracer', 'supervisor'))"""


# What a grant says of whom, what and how long never changes: it can be closed, and told of.
FIXED = (
    "kind, staff_id, team_id, reference, case_id, contact_id, task_id, record_key, person_key, sealed_reason, "
    "from_at, until_at, approved_by_id"
)
LONGEST = 60


def keep_grants_as_made():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER grant_record_fixed BEFORE UPDATE OF {FIXED} OR DELETE OR TRUNCATE ON grant_record "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.create_check_constraint(
            "longest", "grant_record", f"until_at >= from_at AND until_at <= from_at + interval '{LONGEST} minutes'"
        )
        return
    for name, when in (("fixed", f"UPDATE OF {FIXED}"), ("kept", "DELETE")):
        op.execute(
            f"CREATE TRIGGER grant_record_{name} BEFORE {when} ON grant_record "
            "BEGIN SELECT RAISE(ABORT, 'grant_record is not changed'); END"
        )
    op.execute(
        "CREATE TRIGGER grant_record_longest BEFORE INSERT ON grant_record WHEN "
        f"(julianday(new.until_at) - julianday(new.from_at)) * 1440 NOT BETWEEN 0 AND {LONGEST} + 0.001 "
        "BEGIN SELECT RAISE(ABORT, 'a grant lasts 60 minutes at most'); END"
    )


def lookup_view():
    postgresql = op.get_bind().dialect.name == "postgresql"
    # SQLite has one login and no setting to ask by: there the view is whole, and `access/lookup.py` asks.
    records = RECORDS if postgresql else RECORDS[:2]
    parts = []
    for table, asked, task in records:
        where = f"WHERE {asked.format(**ASKED)}{MAY}" if postgresql else ""
        parts.append(
            f"SELECT '{table}' AS entity, r.id AS record_id, r.reference, p.lookup_key, r.person_id,"  # noqa: S608 - our own words
            f" {task.format(uuid='uuid' if postgresql else 'CHAR(32)')} AS task_id, r.created_at"
            f" FROM {table} r JOIN person p ON p.id = r.person_id {where}"
        )
    barrier = " WITH (security_barrier)" if postgresql else ""
    op.execute(f"CREATE VIEW record_lookup{barrier} AS " + " UNION ALL ".join(parts))
