"""Commands: one module for each noun. They act as SYSTEM, under the worker's login."""

from flask import Flask

from tracer.cli.database import database


def install(app: Flask) -> None:
    """Give `flask --app tracer.app` its commands."""
    for group in (database,):
        app.cli.add_command(group)
