"""What somebody is to the case is told in free words, which may name a person: sealed from now on."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from tracer import vault

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Seal each contact's relationship, and drop the column that held it in the clear."""
    op.add_column("contact", sa.Column("sealed_relationship", sa.LargeBinary(), nullable=True))
    contact = sa.table(
        "contact",
        sa.column("id", sa.Uuid()),
        sa.column("relationship", sa.String()),
        sa.column("sealed_relationship", sa.LargeBinary()),
    )
    connection, today = op.get_bind(), datetime.now(UTC).date()
    told = sa.select(contact.c.id, contact.c.relationship).where(contact.c.relationship.is_not(None))
    for contact_id, words in connection.execute(told).all():
        sealed = vault.current().seal(words, contact_id, today)
        connection.execute(sa.update(contact).where(contact.c.id == contact_id).values(sealed_relationship=sealed))
    op.drop_column("contact", "relationship")
