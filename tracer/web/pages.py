"""Every page module, registered; what all templates may use."""

from flask import Flask

from tracer.web import (
    account,
    alerts,
    approvals,
    canaries,
    caseload,
    cases,
    contacts,
    details,
    exports,
    glass,
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

_ENTRY = (sign_in, joining, idle, veil, account, details)
_RECORDS = (caseload, cases, contacts, identity, interviews, team, glass)
_SERVICE = (staff, teams, intake, tokens, privacy, alerts, canaries, approvals, exports, today, help)


def install(app: Flask) -> None:
    """Register the pages."""
    for module in (*_ENTRY, *_RECORDS, *_SERVICE):
        app.register_blueprint(module.bp)
    look.install(app)
