"""Every page module, registered; what all templates may use."""

from flask import Flask

from tracer.web import (
    approvals,
    caseload,
    cases,
    contacts,
    details,
    exports,
    glass,
    help,
    identity,
    intake,
    interviews,
    look,
    privacy,
    sign_in,
    staff,
    team,
    teams,
    tokens,
)

_MODULES = (
    *(sign_in, caseload, cases, contacts, identity, interviews, team, staff, teams, intake, tokens, privacy, help),
    *(glass, approvals, exports, details),
)


def install(app: Flask) -> None:
    """Register the pages."""
    for module in _MODULES:
        app.register_blueprint(module.bp)
    look.install(app)
