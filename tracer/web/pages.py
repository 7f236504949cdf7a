"""Every page module, registered; what all templates may use."""

from flask import Flask

from tracer.web import (
    account,
    caseload,
    cases,
    contacts,
    help,
    identity,
    idle,
    intake,
    interviews,
    joining,
    look,
    privacy,
    sign_in,
    staff,
    team,
    teams,
    today,
    tokens,
    veil,
)

_ENTRY = (sign_in, joining, idle, veil, account)
_RECORDS = (caseload, cases, contacts, identity, interviews, team)
_SERVICE = (staff, teams, intake, tokens, privacy, today, help)


def install(app: Flask) -> None:
    """Register the pages."""
    for module in (*_ENTRY, *_RECORDS, *_SERVICE):
        app.register_blueprint(module.bp)
    look.install(app)
