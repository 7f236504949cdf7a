"""Commands: one module for each noun. They act as SYSTEM, under the worker's login."""

from flask import Flask

from tracer.cli.audit import audit
from tracer.cli.completions import completions
from tracer.cli.database import database
from tracer.cli.demo import demo
from tracer.cli.intake import intake
from tracer.cli.roster import import_roster
from tracer.cli.scripts import scripts
from tracer.cli.staff import staff
from tracer.cli.tasks import tasks
from tracer.cli.tokens import token
from tracer.cli.worker import worker


def install(app: Flask) -> None:
    """Give `flask --app tracer.app` its commands."""
    staff.add_command(import_roster)
    staff.add_command(completions)
    for group in (database, demo, worker, intake, staff, token, audit, scripts, tasks):
        app.cli.add_command(group)
