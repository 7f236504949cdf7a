"""Scripts have a life before and after they are live; what was sent is kept; exports of answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tracer.migrations import append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WHEN = sa.DateTime(timezone=True)
_OLD = "id, disease, kind, number, title, digest, document, published_at, retired_at"
# What must not change once a version is approved.
_KEPT = ("disease", "kind", "number", "title", "digest", "document", "base_id", "begun_at", "begun_by_id", "asked_at")
_KEPT += ("asked_by_id", "asked_by", "live_at", "approved_at", "approved_by_id", "approved_by", "published_at")
_KEPT += ("discarded_at",)
_FIXED = "an approved script does not change"
_SECOND = "a second person approves a script"
_STAYS = "a script is not removed"


def upgrade() -> None:
    """Drafts, revisions, the guards of what is approved; exports of answers."""
    (_alter if op.get_bind().dialect.name == "postgresql" else _make_anew)()
    _revisions()
    (_guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite)()
    _exports()


def _added() -> list[sa.Column]:
    return [
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", _WHEN, nullable=False),
        sa.Column("begun_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", _WHEN, nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=170), nullable=True),
        sa.Column("live_at", _WHEN, nullable=True),
        sa.Column("returned_at", _WHEN, nullable=True),
        sa.Column("returned_by_id", sa.Uuid(), nullable=True),
        sa.Column("returned_by", sa.String(length=170), nullable=True),
        sa.Column("returned_why", sa.String(length=500), nullable=True),
        sa.Column("approved_at", _WHEN, nullable=True),
        sa.Column("approved_by_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.String(length=170), nullable=True),
        sa.Column("discarded_at", _WHEN, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _keys() -> list[sa.ForeignKeyConstraint]:
    people = ("begun_by_id", "asked_by_id", "returned_by_id", "approved_by_id")
    found = [sa.ForeignKeyConstraint([name], ["staff.id"], name=op.f(f"fk_script_{name}")) for name in people]
    return [*found, sa.ForeignKeyConstraint(["base_id"], ["script.id"], name=op.f("fk_script_base_id"))]


def _alter() -> None:
    for column in _added():
        wanted, column.nullable = column.nullable, True
        op.add_column("script", column)
        if not wanted:
            value = "1" if column.name == "version" else "published_at"
            op.execute(f"UPDATE script SET {column.name} = {value}")  # noqa: S608 - our own names
            op.alter_column("script", column.name, nullable=False)
    op.execute("UPDATE script SET approved_at = published_at")
    for name in ("number", "published_at"):
        op.alter_column("script", name, nullable=True)
    for key in _keys():
        op.create_foreign_key(
            key.name, "script", key.elements[0].target_fullname.partition(".")[0], key.column_keys, ["id"]
        )


def _make_anew() -> None:
    """SQLite alters no column. The table keeps its name, so what points to it goes on to; that is looked at in the end."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE kept AS SELECT {_OLD} FROM script")  # noqa: S608 - our own names
    op.drop_table("script")
    op.create_table(
        "script",
        sa.Column("disease", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("document", _JSON, nullable=False),
        sa.Column("published_at", _WHEN, nullable=True),
        sa.Column("retired_at", _WHEN, nullable=True),
        *_added(),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_keys(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script")),
        sa.UniqueConstraint("disease", "kind", "number", name=op.f("uq_script_disease_kind_number")),
    )
    op.execute(
        f"INSERT INTO script ({_OLD}, begun_at, approved_at, version) "  # noqa: S608 - our own names
        f"SELECT {_OLD}, published_at, published_at, 1 FROM kept"
    )
    op.execute("DROP TABLE kept")


def _revisions() -> None:
    op.create_table(
        "script_revision",
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("document", _JSON, nullable=False),
        sa.Column("base_id", sa.Uuid(), nullable=True),
        sa.Column("warnings", _JSON, nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=True),
        sa.Column("sent_by", sa.String(length=170), nullable=True),
        sa.Column("sent_at", _WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["script.id"], name=op.f("fk_script_revision_base_id")),
        sa.ForeignKeyConstraint(["script_id"], ["script.id"], name=op.f("fk_script_revision_script_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["staff.id"], name=op.f("fk_script_revision_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_revision")),
        sa.UniqueConstraint("script_id", "number", name=op.f("uq_script_revision_script_id_number")),
    )
    append_only.make("script_revision")


def _changed(new: str, different: str) -> str:
    kept = " OR ".join(f"{new}.{name} {different} OLD.{name}" for name in _KEPT)
    return f"({kept} OR (OLD.retired_at IS NOT NULL AND NEW.retired_at {different} OLD.retired_at))"


# Not by whoever sent any of it, asked for it, or is nobody; and what is approved is what was sent last.
_ALONE = (
    "(NEW.approved_by_id IS NULL OR NEW.approved_by_id = NEW.asked_by_id OR NEW.asked_by_id IS NULL OR EXISTS "
    "(SELECT 1 FROM script_revision sent WHERE sent.script_id = NEW.id AND sent.sent_by_id = NEW.approved_by_id) OR "
    "NOT EXISTS (SELECT 1 FROM script_revision last WHERE last.script_id = NEW.id AND last.digest = NEW.digest AND "
    "last.number = (SELECT max(number) FROM script_revision every WHERE every.script_id = NEW.id)))"
)


def _guard_sqlite() -> None:
    changed = _changed("NEW", "IS NOT")
    op.execute(
        f"CREATE TRIGGER script_fixed BEFORE UPDATE ON script WHEN OLD.approved_at IS NOT NULL AND {changed} "
        f"BEGIN SELECT RAISE(ABORT, '{_FIXED}'); END"
    )
    op.execute(
        "CREATE TRIGGER script_second BEFORE UPDATE ON script WHEN OLD.approved_at IS NULL AND NEW.approved_at IS NOT "
        f"NULL AND {_ALONE} BEGIN SELECT RAISE(ABORT, '{_SECOND}'); END"
    )
    op.execute(f"CREATE TRIGGER script_stays BEFORE DELETE ON script BEGIN SELECT RAISE(ABORT, '{_STAYS}'); END")


def _guard_postgresql() -> None:
    """As the owner, who sees past the policies; whoever approves is whoever acts."""
    changed = _changed("NEW", "IS DISTINCT FROM")
    op.execute(
        f"""CREATE FUNCTION guard_script() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
        DECLARE actor text := NULLIF(current_setting('tracer.actor', true), '');
        BEGIN
            IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{_STAYS}'; END IF;
            IF OLD.approved_at IS NOT NULL AND {changed} THEN RAISE EXCEPTION '{_FIXED}'; END IF;
            IF OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL AND
                ({_ALONE} OR (actor IS NOT NULL AND NEW.approved_by_id::text <> actor))
            THEN RAISE EXCEPTION '{_SECOND}'; END IF;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER script_guarded BEFORE UPDATE OR DELETE ON script FOR EACH ROW EXECUTE FUNCTION guard_script()"
    )


def _exports() -> None:
    op.create_table(
        "answer_export",
        sa.Column("script_id", sa.Uuid(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _WHEN, nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("interviews", sa.Integer(), nullable=False),
        sa.Column("forgotten", sa.Integer(), nullable=False),
        sa.Column("made_at", _WHEN, nullable=True),
        sa.Column("fetched_at", _WHEN, nullable=True),
        sa.Column("expires_at", _WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_answer_export_approval_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name=op.f("fk_answer_export_asked_by_id")),
        sa.ForeignKeyConstraint(["script_id"], ["script.id"], name=op.f("fk_answer_export_script_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_export")),
    )
    op.create_index(op.f("ix_answer_export_asked_by_id"), "answer_export", ["asked_by_id"], unique=False)
    op.create_table(
        "answer_piece",
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["answer_export.id"], name=op.f("fk_answer_piece_export_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_piece")),
        sa.UniqueConstraint("export_id", "sheet", "number", name=op.f("uq_answer_piece_export_id_sheet_number")),
    )
