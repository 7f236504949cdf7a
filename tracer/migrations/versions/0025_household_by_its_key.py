"""Who else holds a household is looked up by its key, whatever the planner knows of holders."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# `other.holder_id <> NEW.holder_id` by itself lets the planner walk the index of holders, which it takes to be empty
# where nobody held anything when the table was last analysed: each morning's first plan took time by the square.
_HELD_ELSEWHERE = (
    "SELECT 1 FROM task AS other WHERE other.household_key = NEW.household_key AND other.state <> 'done' "
    "AND coalesce(other.holder_id <> NEW.holder_id, false) AND other.id <> NEW.id "
    "AND other.kind IN ('interview', 'alert')"
)


def upgrade() -> None:
    """The same question; SQLite goes by the key already."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION one_holder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
            f"SET search_path = public, pg_temp AS $$ BEGIN IF EXISTS ({_HELD_ELSEWHERE}) THEN "
            "RAISE EXCEPTION 'household held by another' USING ERRCODE = 'exclusion_violation'; END IF; "
            "RETURN NEW; END $$"
        )
