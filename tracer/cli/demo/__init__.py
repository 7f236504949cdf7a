"""`demo load`: an organisation and about 300 synthetic cases in every state, into an empty instance."""

import os
import random

import click
from sqlalchemy import select

from tracer import clock, config, db
from tracer.access.system import system_session
from tracer.casework import scripts
from tracer.cli.demo import counts, organisation, work
from tracer.cli.demo.cases import CASES
from tracer.models import Staff


@click.group()
def demo() -> None:
    """The demonstration."""


@demo.command()
def load() -> None:
    """Fill an empty instance with the demonstration; a filled one is left alone."""
    if config.read(os.environ).production:
        raise click.ClickException("This is a production instance: the demonstration is not for it.")
    with system_session() as session:
        if session.scalar(select(Staff.id).limit(1)) is not None:
            click.echo("There are people here already: the demonstration was not loaded again.")
            if organisation.is_there(session):
                click.echo(organisation.ACCOUNTS_SAID)
            return
        now = clock.now()
        with db.transaction("demo.organise", session):
            scripts.publish_shipped(session, now)
            accounts = organisation.make(session, now)
        with click.progressbar(length=CASES, label="Synthetic cases") as bar:
            work.make(accounts, random.Random(2020), now, bar.update)
        with db.transaction("demo.count", session):
            counts.make(session, random.Random(2020))
    click.echo(organisation.ACCOUNTS_SAID)
