"""`staff add`: the first accounts, before there is anybody to make them on a page."""

import sys
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from tracer import clock, config, db
from tracer.access import password_rules
from tracer.access.system import system_session
from tracer.casework import clearance, passwords, teams
from tracer.casework import staff as verbs
from tracer.cli.said import said
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
@click.option("--invite", is_flag=True, help="No password: they get a link by e-mail, also shown here, to choose one.")
@with_appcontext
@said
def add(
    email: str, given_name: str, family_name: str, role: str, team: str | None, password_stdin: bool, invite: bool
) -> None:
    """Add the account EMAIL. An importer's has no password: it acts by token."""
    settings: config.Config = current_app.extensions["tracer"]
    about = (email, given_name, family_name)
    password = None if invite or role == Role.IMPORTER else _password(password_stdin, about, settings.breached)
    token = None
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
        if invite:
            token = passwords.link(made, clock.now())
    click.echo(f"Added {made.email}, {made.role.value}.")
    if token:
        click.echo(f"Within 48 hours they choose a password at {settings.address}/join/{token}")


@staff.command("grace")
@click.argument("emails", nargs=-1)
@click.option("--everybody", is_flag=True, help="All who lack something, but for whoever gives it.")
@click.option("--by", required=True, help="The e-mail address of the one of the staff who answers for it.")
@click.option("--reason", required=True, help="Why they may work before they are trained.")
@click.option("--days", required=True, type=int, help="For how many days, at most 14.")
@with_appcontext
@said
def grace(emails: tuple[str, ...], everybody: bool, by: str, reason: str, days: int) -> None:
    """Let people work for some days without all the training that they need (after an upgrade, say)."""
    if bool(emails) is everybody:
        raise click.UsageError("Name the e-mail addresses, or say --everybody.")
    now = clock.now()
    with system_session() as session, db.transaction("grace.give", session):
        giver = verbs.by_address(session, by)
        wanted = verbs.all_current(session) if everybody else [verbs.by_address(session, one) for one in emails]
        lacking = [one for one in wanted if one.id != giver.id and not clearance.is_ready(session, one, now)]
        with click.progressbar(lacking, label="Letting off", file=sys.stderr) as people:
            for person in people:
                clearance.let_off(session, person, reason, days, now, giver)
    click.echo(f"{len(lacking)} may work until {clock.london(now + timedelta(days=days)):%H:%M on %d %B %Y}.")


def _password(from_stdin: bool, about: tuple[str, ...], breached: Path | None) -> str:
    given: str
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    password_rules.check(given, about, breached)
    return given
