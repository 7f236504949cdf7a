"""Every page module, registered; what all templates may use."""

from flask import Flask

from tracer.web import (
    alerts,
    canaries,
    caseload,
    cases,
    contacts,
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
    today,
    tokens,
)

_MODULES = (
    sign_in,
    caseload,
    cases,
    contacts,
    identity,
    interviews,
    team,
    staff,
    teams,
    intake,
    tokens,
    privacy,
    today,
    alerts,
    canaries,
    help,
)


def install(app: Flask) -> None:
    """Register the pages."""
    for module in _MODULES:
        app.register_blueprint(module.bp)
    look.install(app)
