"""`staff add`: the first accounts, before there is anybody to make them on a page."""

import sys

import click

from tracer import clock, db
from tracer.access.system import system_session
from tracer.casework import staff as verbs
from tracer.casework import teams
from tracer.cli.said import said
from tracer.faults import Invalid
from tracer.models import Role


@click.group("staff")
def staff() -> None:
    """The people who work here, and the accounts of machines."""


@staff.command("add")
@click.argument("email")
@click.option("--given-name", required=True)
@click.option("--family-name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--team", help="The name of their team; a tracer or supervisor needs one.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
@said
def add(email: str, given_name: str, family_name: str, role: str, team: str | None, password_stdin: bool) -> None:
    """Add the account EMAIL. An importer's has no password: it acts by token."""
    password = None if role == Role.IMPORTER else _password(password_stdin)
    with system_session() as session, db.transaction("staff.add", session):
        made = verbs.add(
            session,
            email=email,
            given_name=given_name,
            family_name=family_name,
            role=Role(role),
            team=teams.by_name(session, team) if team else None,
            password=password,
            now=clock.now(),
        )
    click.echo(f"Added {made.email}, {made.role.value}.")


def _password(from_stdin: bool) -> str:
    given: str
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(given) < verbs.SHORTEST_PASSWORD:
        raise Invalid(f"The password is too short: give at least {verbs.SHORTEST_PASSWORD} characters.")
    return given
