"""Alembic's entry: migrate over the connection that the runner hands in."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from tracer.models import Base
from tracer.models.base import Moment


def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our own column types as plain ones: a migration must outlive the code that it was made from."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=False,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
