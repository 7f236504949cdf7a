"""Which role may do what: the whole table on one screen. Which rows it may do it to is `rows.py`."""

from enum import StrEnum

from tracer.models import Role


class Permission(StrEnum):
    """A thing that can be done, as noun.verb."""

    HOME_SEE = "home.see"
    ACCOUNT_SEE = "account.see"
    CASELOAD_SEE = "caseload.see"
    TASK_CLAIM = "task.claim"
    TASK_RETURN = "task.return"
    TASK_REASSIGN = "task.reassign"
    TASK_SETTLE = "task.settle"
    CASE_SEE = "case.see"
    CONTACT_SEE = "contact.see"
    IDENTITY_REVEAL = "identity.reveal"
    ATTEMPT_RECORD = "attempt.record"
    INTERVIEW_CONDUCT = "interview.conduct"
    PRESENCE_SET = "presence.set"
    TEAM_SEE = "team.see"
    ABSENCE_KEEP = "absence.keep"
    FORECAST_SEE = "forecast.see"
    STAFF_SEE = "staff.see"
    STAFF_CHANGE = "staff.change"
    TEAM_CHANGE = "team.change"
    INTAKE_SEE = "intake.see"
    INTAKE_LOAD = "intake.load"
    TOKEN_MANAGE = "token.manage"
    AUDIT_SEE = "audit.see"
    AUDIT_EXPORT = "audit.export"
    GLASS_BREAK = "glass.break"
    GLASS_SEE = "glass.see"
    APPROVAL_SEE = "approval.see"
    APPROVAL_DECIDE = "approval.decide"
    DETAILS_GIVE = "details.give"
    ALERT_SEE = "alert.see"
    ALERT_DECIDE = "alert.decide"
    CANARY_SET = "canary.set"
    SCRIPT_SEE = "script.see"
    SCRIPT_EDIT = "script.edit"
    SCRIPT_APPROVE = "script.approve"
    ANSWER_EXPORT = "answer.export"
    COURSE_TAKE = "course.take"
    PRACTICE_MARK = "practice.mark"
    COURSE_EDIT = "course.edit"
    READINESS_SEE = "readiness.see"
    READINESS_EXPORT = "readiness.export"
    GRACE_GIVE = "grace.give"
    SIGN_OFF_GIVE = "sign_off.give"
    HELP_ASK = "help.ask"
    QUESTION_ASK = "question.ask"
    QUESTION_ANSWER = "question.answer"
    REVIEW_SEE = "review.see"
    REVIEW_MAKE = "review.make"
    HELP_ANSWER = "help.answer"
    PROBLEM_KEEP = "problem.keep"
    TRAINING_SESSION_ATTEND = "training_session.attend"
    TRAINING_SESSION_MANAGE = "training_session.manage"
    TRAINING_SESSION_MARK = "training_session.mark"


_EVERYBODY = {
    Permission.HOME_SEE,
    Permission.ACCOUNT_SEE,
    Permission.DETAILS_GIVE,
    Permission.COURSE_TAKE,
    Permission.HELP_ASK,
    Permission.TRAINING_SESSION_ATTEND,
}
_RECORD = {
    Permission.CASE_SEE,
    Permission.CONTACT_SEE,
    Permission.IDENTITY_REVEAL,
    Permission.ATTEMPT_RECORD,
    Permission.INTERVIEW_CONDUCT,
    Permission.TASK_CLAIM,
    Permission.TASK_RETURN,
    Permission.TASK_SETTLE,
    Permission.CASELOAD_SEE,
    Permission.PRESENCE_SET,
    Permission.GLASS_BREAK,
    Permission.GLASS_SEE,
    Permission.APPROVAL_SEE,
    Permission.QUESTION_ASK,
    Permission.QUESTION_ANSWER,
    Permission.REVIEW_SEE,
}
_SESSIONS = {Permission.TRAINING_SESSION_MANAGE, Permission.TRAINING_SESSION_MARK}
_READINESS = {Permission.READINESS_SEE, Permission.GRACE_GIVE, Permission.SIGN_OFF_GIVE}
_SECOND = {Permission.APPROVAL_SEE, Permission.APPROVAL_DECIDE}
_COURSES = {Permission.COURSE_EDIT, Permission.HELP_ANSWER}
_SCRIPTS = {Permission.SCRIPT_SEE, Permission.SCRIPT_EDIT, Permission.SCRIPT_APPROVE}

# What takes no training: their own affairs, and what ends a call that was begun in time (the row rules say which).
UNTRAINED = frozenset(
    _EVERYBODY | {Permission.INTERVIEW_CONDUCT, Permission.ATTEMPT_RECORD, Permission.IDENTITY_REVEAL}
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TRACER: frozenset(_EVERYBODY | _RECORD),
    Role.SUPERVISOR: frozenset(
        _EVERYBODY
        | _RECORD
        | _SECOND
        | {Permission.TEAM_SEE, Permission.TASK_REASSIGN, Permission.SCRIPT_SEE, Permission.ABSENCE_KEEP}
        | {Permission.REVIEW_MAKE}
        | {Permission.FORECAST_SEE}
        | {Permission.TRAINING_SESSION_MARK, Permission.PRACTICE_MARK}
        | _READINESS
    ),
    Role.ADMINISTRATOR: frozenset(
        _EVERYBODY
        | _SECOND
        | _SCRIPTS
        | _SESSIONS
        | _COURSES
        | _READINESS
        | {
            Permission.FORECAST_SEE,
            Permission.READINESS_EXPORT,
            Permission.PROBLEM_KEEP,
            Permission.STAFF_SEE,
            Permission.STAFF_CHANGE,
            Permission.TEAM_CHANGE,
            Permission.INTAKE_SEE,
            Permission.INTAKE_LOAD,
            Permission.TOKEN_MANAGE,
        }
    ),
    Role.TRAINER: frozenset(_EVERYBODY | _SCRIPTS | _SESSIONS | _COURSES | {Permission.PRACTICE_MARK}),
    Role.PRIVACY_OFFICER: frozenset(
        _EVERYBODY
        | _SECOND
        | {Permission.AUDIT_SEE, Permission.AUDIT_EXPORT, Permission.STAFF_SEE, Permission.GLASS_SEE}
        | {Permission.ALERT_SEE, Permission.ALERT_DECIDE, Permission.CANARY_SET}
    ),
    Role.ANALYST: frozenset(
        _EVERYBODY | {Permission.SCRIPT_SEE, Permission.ANSWER_EXPORT, Permission.APPROVAL_SEE, Permission.FORECAST_SEE}
    ),
    Role.IMPORTER: frozenset({Permission.INTAKE_LOAD, Permission.INTAKE_SEE}),
}

# What a token of a scope can do at most, whatever its account's role.
SCOPES: dict[str, frozenset[Permission]] = {"intake": frozenset({Permission.INTAKE_LOAD, Permission.INTAKE_SEE})}


def may(role: Role | None, permission: Permission, scope: str | None = None) -> bool:
    """Whether a role, through a token of `scope` where there is one, may do this. No role: nothing."""
    if role is None or permission not in PERMISSIONS[role]:
        return False
    return scope is None or permission in SCOPES.get(scope, frozenset())
