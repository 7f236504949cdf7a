"""The spine: people, cases, contacts, tasks, interviews, notices, intakes, staff, audit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tracer.migrations import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The spine: people, cases, contacts, tasks, interviews, notices, intakes, staff, audit."""
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("did", sa.String(length=8), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=80), nullable=False),
        sa.Column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_actor", "audit_event", ["actor_id", "at"], unique=False)
    op.create_index("ix_audit_event_entity", "audit_event", ["entity", "entity_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.String(length=8), nullable=True),
        sa.Column("area", sa.String(length=4), nullable=True),
        sa.Column("language", sa.String(length=3), nullable=True),
        sa.Column("nhs_number_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone_2_key", sa.LargeBinary(), nullable=True),
        sa.Column("email_key", sa.LargeBinary(), nullable=True),
        sa.Column("name_birth_key", sa.LargeBinary(), nullable=True),
        sa.Column("address_key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_address_key"), "person", ["address_key"], unique=False)
    op.create_index(op.f("ix_person_email_key"), "person", ["email_key"], unique=False)
    op.create_index(op.f("ix_person_name_birth_key"), "person", ["name_birth_key"], unique=False)
    op.create_index(op.f("ix_person_nhs_number_key"), "person", ["nhs_number_key"], unique=False)
    op.create_index(op.f("ix_person_phone_2_key"), "person", ["phone_2_key"], unique=False)
    op.create_index(op.f("ix_person_phone_key"), "person", ["phone_key"], unique=False)
    op.create_table(
        "script",
        sa.Column("disease", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("disease", "kind", "number", name=op.f("uq_script_disease_kind_number")),
    )
    op.create_table(
        "team",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["team.id"], name=op.f("fk_team_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_index(op.f("ix_team_parent_id"), "team", ["parent_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "tracer",
                "supervisor",
                "administrator",
                "trainer",
                "privacy officer",
                "analyst",
                "importer",
                name="role",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_staff_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_index(op.f("ix_staff_team_id"), "staff", ["team_id"], unique=False)
    op.create_table(
        "team_area",
        sa.Column("area", sa.String(length=4), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_area_team_id")),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_team_area")),
    )
    op.create_index(op.f("ix_team_area_team_id"), "team_area", ["team_id"], unique=False)
    op.create_table(
        "team_reach",
        sa.Column("above_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["above_id"], ["team.id"], name=op.f("fk_team_reach_above_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_reach_team_id")),
        sa.PrimaryKeyConstraint("above_id", "team_id", name=op.f("pk_team_reach")),
    )
    op.create_index(op.f("ix_team_reach_team_id"), "team_reach", ["team_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_api_token_made_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_api_token_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_staff_id"), "api_token", ["staff_id"], unique=False)
    op.create_table(
        "intake",
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("map_name", sa.String(length=80), nullable=True),
        sa.Column("disease", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state", sa.Enum("loaded", "refused", name="intakestate", native_enum=False, length=24), nullable=False
        ),
        sa.Column("message", sa.String(length=500), nullable=True),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("received_by_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("declared = loaded + joined + rejected", name=op.f("ck_intake_rows_add_up")),
        sa.ForeignKeyConstraint(["received_by_id"], ["staff.id"], name=op.f("fk_intake_received_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_received_by_id"), "intake", ["received_by_id"], unique=False)
    op.create_table(
        "leadership",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_leadership_staff_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_leadership_team_id")),
        sa.PrimaryKeyConstraint("staff_id", "team_id", name=op.f("pk_leadership")),
    )
    op.create_index(op.f("ix_leadership_team_id"), "leadership", ["team_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_staff_id"), "sign_in", ["staff_id"], unique=False)
    op.create_table(
        "case_record",
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("disease", sa.String(length=40), nullable=False),
        sa.Column("record_key", sa.LargeBinary(), nullable=True),
        sa.Column("intake_id", sa.Uuid(), nullable=True),
        sa.Column("specimen_date", sa.Date(), nullable=False),
        sa.Column("result_date", sa.Date(), nullable=True),
        sa.Column("onset_date", sa.Date(), nullable=True),
        sa.Column("test_type", sa.String(length=40), nullable=True),
        sa.Column("lab_code", sa.String(length=40), nullable=True),
        sa.Column("setting", sa.String(length=40), nullable=True),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("window_from", sa.Date(), nullable=False),
        sa.Column("window_until", sa.Date(), nullable=False),
        sa.Column("isolation_until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_case_record_intake_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_record")),
        sa.UniqueConstraint("record_key", name=op.f("uq_case_record_record_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_record_reference")),
    )
    op.create_index(op.f("ix_case_record_intake_id"), "case_record", ["intake_id"], unique=False)
    op.create_index(op.f("ix_case_record_person_id"), "case_record", ["person_id"], unique=False)
    op.create_table(
        "intake_reject",
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_reject_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_reject")),
    )
    op.create_index(op.f("ix_intake_reject_intake_id"), "intake_reject", ["intake_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("kind", sa.Enum("interview", "alert", name="taskkind", native_enum=False, length=24), nullable=False),
        sa.Column(
            "state", sa.Enum("waiting", "held", "done", name="taskstate", native_enum=False, length=24), nullable=False
        ),
        sa.Column("disease", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("household_key", sa.LargeBinary(), nullable=True),
        sa.Column("area", sa.String(length=4), nullable=True),
        sa.Column("language", sa.String(length=3), nullable=True),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("callback", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_by_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_task_holder_id")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["staff.id"], name=op.f("fk_task_moved_by_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["team.id"], name=op.f("fk_task_pool_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_task_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_case_id"), "task", ["case_id"], unique=False)
    op.create_index(
        "ix_task_holder",
        "task",
        ["holder_id"],
        unique=False,
        postgresql_where=sa.text("holder_id IS NOT NULL"),
        sqlite_where=sa.text("holder_id IS NOT NULL"),
    )
    op.create_index(
        "ix_task_household",
        "task",
        ["household_key"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_task_moved_by", "task", ["moved_by_id", "finished_at"], unique=False)
    op.create_index(
        "ix_task_open",
        "task",
        ["team_id", "state", "due_at"],
        unique=False,
        postgresql_where=sa.text("state <> 'done'"),
        sqlite_where=sa.text("state <> 'done'"),
    )
    op.create_index(
        "ix_task_pool",
        "task",
        ["team_id", sa.literal_column("priority DESC"), "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "assignment",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "how",
            sa.Enum("claimed", "allocated", "reassigned", name="how", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=24), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_assignment_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_assignment_staff_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_assignment_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_staff_id"), "assignment", ["staff_id"], unique=False)
    op.create_index(op.f("ix_assignment_task_id"), "assignment", ["task_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("alert_task_id", sa.Uuid(), nullable=True),
        sa.Column("disease", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to alert",
                "alerted",
                "not reached",
                "refused",
                "not close",
                name="contactstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("risk", sa.String(length=24), nullable=False),
        sa.Column("relationship", sa.String(length=80), nullable=True),
        sa.Column("last_exposure", sa.Date(), nullable=False),
        sa.Column("isolation_until", sa.Date(), nullable=True),
        sa.Column("symptoms", sa.Boolean(), nullable=True),
        sa.Column("policy_version", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recognised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_task_id"], ["task.id"], name=op.f("fk_contact_alert_task_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_contact_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("reference", name=op.f("uq_contact_reference")),
    )
    op.create_index(op.f("ix_contact_alert_task_id"), "contact", ["alert_task_id"], unique=False)
    op.create_index(op.f("ix_contact_case_id"), "contact", ["case_id"], unique=False)
    op.create_index(
        "ix_contact_new",
        "contact",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("recognised_at IS NULL"),
        sqlite_where=sa.text("recognised_at IS NULL"),
    )
    op.create_index(op.f("ix_contact_person_id"), "contact", ["person_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "no answer",
                "voicemail",
                "wrong number",
                "call back",
                "refused",
                "reached",
                name="outcome",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_attempt_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_attempt_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attempt_staff_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_attempt_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_case_id"), "attempt", ["case_id"], unique=False)
    op.create_index(op.f("ix_attempt_contact_id"), "attempt", ["contact_id"], unique=False)
    op.create_index(op.f("ix_attempt_staff_id"), "attempt", ["staff_id"], unique=False)
    op.create_index(op.f("ix_attempt_task_id"), "attempt", ["task_id"], unique=False)
    op.create_table(
        "exposure",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closeness", sa.String(length=24), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("sealed_place", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_exposure_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
    )
    op.create_index(op.f("ix_exposure_contact_id"), "exposure", ["contact_id"], unique=False)
    op.create_table(
        "interview",
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_record.id"], name=op.f("fk_interview_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_interview_contact_id")),
        sa.ForeignKeyConstraint(["script_id"], ["script.id"], name=op.f("fk_interview_script_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["staff.id"], name=op.f("fk_interview_started_by_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_interview_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index(op.f("ix_interview_case_id"), "interview", ["case_id"], unique=False)
    op.create_index(op.f("ix_interview_contact_id"), "interview", ["contact_id"], unique=False)
    op.create_index(op.f("ix_interview_script_id"), "interview", ["script_id"], unique=False)
    op.create_index(op.f("ix_interview_task_id"), "interview", ["task_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.Enum("email", "sms", name="channel", native_enum=False, length=24), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "sending", "sent", "failed", "unknown", name="noticestate", native_enum=False, length=24
            ),
            nullable=False,
        ),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_notice_contact_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_notice_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index(op.f("ix_notice_contact_id"), "notice", ["contact_id"], unique=False)
    op.create_index(
        "ix_notice_owed",
        "notice",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index(op.f("ix_notice_staff_id"), "notice", ["staff_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("interview_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["given_by_id"], ["staff.id"], name=op.f("fk_answer_given_by_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_answer_interview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index("ix_answer_interview_id_key", "answer", ["interview_id", "key", "id"], unique=False)
    append_only.make("audit_event")
    append_only.make("answer")
