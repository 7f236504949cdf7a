"""`token add|revoke`: what a machine shows instead of signing in."""

import click

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import staff, tokens
from tracer.cli.said import said


@click.group("token")
def token() -> None:
    """Tokens of machines, for the API."""


@token.command("add")
@click.argument("name")
@click.option("--for", "email", required=True, help="The importer account that it acts for.")
@click.option("--days", default=90, show_default=True, help="How long it lasts.")
@said
def add(name: str, email: str, days: int) -> None:
    """Make a token called NAME and print it, once: only its hash is kept."""
    with system_session() as session, db.transaction("token.add", session):
        made = tokens.add(session, name, staff.by_email(session, email), days, clock.now())
    click.echo("Keep this where the machine finds it as TRACER_TOKEN. It is not shown again.", err=True)
    click.echo(made)


@token.command("revoke")
@click.argument("name")
@said
def revoke(name: str) -> None:
    """End the token called NAME at once."""
    with system_session() as session, db.transaction("token.revoke", session):
        tokens.revoke(session, name, clock.now())
    click.echo("Revoked: its next request is refused.")
