"""Commands: one module for each noun. They act as SYSTEM, under the worker's login."""

from flask import Flask

from tracer.cli.database import database
from tracer.cli.demo import demo


def install(app: Flask) -> None:
    """Give `flask --app tracer.app` its commands."""
    for group in (database, demo):
        app.cli.add_command(group)
