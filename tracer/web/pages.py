"""Every page module, registered; what all templates may use."""

from flask import Flask

from tracer.web import (
    absences,
    account,
    alerts,
    allocation,
    answers,
    approvals,
    canaries,
    caseload,
    cases,
    contacts,
    course_text,
    details,
    exports,
    factor_reset,
    factors,
    forecast,
    glass,
    help,
    help_desk,
    identity,
    idle,
    intake,
    interviews,
    joining,
    look,
    oidc,
    passkeys,
    practice,
    practice_marking,
    presence,
    privacy,
    readiness,
    record_questions,
    reviews,
    roster,
    script_approval,
    script_drafts,
    script_preview,
    script_reading,
    scripts,
    second_factor,
    sign_in,
    signals,
    staff,
    staff_work,
    step_up,
    team,
    teams,
    today,
    tokens,
    training,
    training_session_work,
    training_sessions,
    veil,
)

_ENTRY = (sign_in, second_factor, passkeys, oidc, step_up, joining, idle, veil, account, factors, details)
_RECORDS = (caseload, presence, signals, absences, cases, contacts, identity, interviews, glass)
_WORK = (team, record_questions, reviews)
_SERVICE = (
    staff,
    staff_work,
    roster,
    factor_reset,
    teams,
    intake,
    tokens,
    privacy,
    alerts,
    allocation,
    canaries,
    approvals,
    exports,
    today,
    help,
    help_desk,
    forecast,
)
_TRAINING = (training, course_text, training_sessions, training_session_work, readiness, practice, practice_marking)
_SCRIPTS = (scripts, script_reading, script_preview, script_drafts, script_approval, answers)


def install(app: Flask) -> None:
    """Register the pages."""
    for module in (*_ENTRY, *_RECORDS, *_WORK, *_SERVICE, *_SCRIPTS, *_TRAINING):
        app.register_blueprint(module.bp)
    look.install(app)
