"""`db upgrade`: bring the database to the newest schema, and publish the shipped scripts."""

import click

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import scripts
from tracer.migrations import runner


@click.group("db")
def database() -> None:
    """The database."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest schema (forward only)."""
    runner.upgrade(db.engine("system"))
    with system_session() as session, db.transaction("script.publish", session):
        scripts.publish_shipped(session, clock.now())
    click.echo("The database is up to date.")
