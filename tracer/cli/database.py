"""`db upgrade`: bring the database to the newest schema, and publish the shipped scripts."""

import click
from flask import current_app

from tracer import clock, config, db
from tracer.access import logins
from tracer.access.system import system_session
from tracer.casework import clearance, scripts


@click.group("db")
def database() -> None:
    """The database."""


@database.command()
def upgrade() -> None:
    """Bring the database to the newest schema (forward only)."""
    settings: config.Config = current_app.extensions["tracer"]
    logins.upgrade(db.engine("system"), settings.database_url)
    with system_session() as session, db.transaction("script.publish", session):
        scripts.publish_shipped(session, clock.now())
    with system_session() as session, db.transaction("clearance.keep", session):
        clearance.keep(session)
    click.echo("The database is up to date.")
