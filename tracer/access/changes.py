"""Which rows an actor may enter, change or take away: what the database asks besides, where no verb is there to ask.

`rows.py` says what an actor sees; on PostgreSQL a policy made from these says what they may write. A table that is
not named here cannot be written from the web at all.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, exists, or_, true

from tracer import models as m
from tracer.access import (
    account_rows,
    help_rows,
    own_call,
    practice_rows,
    presence_rows,
    record_question_rows,
    review_rows,
    rows,
    script_rows,
    second_rows,
    training_rows,
    training_session_rows,
)
from tracer.access.clearance import cleared
from tracer.access.row_sets import i_am
from tracer.access.row_terms import ME, NOW, Rule, table
from tracer.models import Base, IntakeState, Role

Rules = dict[type[Base], Callable[[Any], Rule]]


def somebody(_: Any) -> Rule:
    """Anyone who is known: the verbs decide, and what is entered names no one who could not be named."""
    return ME.is_not(None)


def administrators(_: Any) -> Rule:
    """Those who keep the organisation."""
    return i_am(Role.ADMINISTRATOR)


def keepers_of(column: str) -> Callable[[Any], Rule]:
    """Those who keep the organisation, and whoever is the second person to this very account's change."""
    return lambda row: or_(i_am(Role.ADMINISTRATOR), second_rows.by_second_person(row.c[column]))


def by_me(column: str) -> Callable[[Any], Rule]:
    """In the actor's own name, never in another's."""
    return lambda row: row.c[column] == ME


def own_attempt(attempt: Any) -> Rule:
    """Their own try, under a task of theirs."""
    return and_(attempt.c.staff_id == ME, rows.attempts(attempt))


def own_answer(answer: Any) -> Rule:
    """Taken down by them, in an interview whose task they hold."""
    return and_(answer.c.given_by_id == ME, own_call.of_own_call(answer.c.interview_id))


def own_flag(flag: Any) -> Rule:
    """Raised by them, by an interview whose task they hold."""
    return and_(flag.c.raised_by_id == ME, own_call.of_own_call(flag.c.interview_id))


def own_interview(interview: Any) -> Rule:
    """Begun by them, under a task of theirs."""
    return and_(interview.c.started_by_id == ME, rows.interviews(interview))


def of_a_case(contact: Any) -> Rule:
    """Named by a case that they can see."""
    return rows._of_case(contact.c.case_id)


def own_intake(intake: Any) -> Rule:
    """Received from them, and not loaded: that is the worker's to say."""
    return and_(intake.c.received_by_id == cleared(), intake.c.state != IntakeState.LOADED, intake.c.declared == 0)


def of_own_intake(part: Any) -> Rule:
    """Of a batch that they sent and that waits."""
    intake = table(m.Intake)
    waits = intake.c.state == IntakeState.RECEIVED
    return exists().where(intake.c.id == part.c.intake_id, intake.c.received_by_id == cleared(), waits)


def own_link(link: Any) -> Rule:
    """Sent by them: an administrator, or the privacy officer whose yes makes an account."""
    return and_(link.c.made_by_id == ME, i_am(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER))


def own_canary(canary: Any) -> Rule:
    """Asked for by them, who are a privacy officer."""
    return and_(canary.c.made_by_id == ME, rows.watched(canary))


def own_reset(reset: Any) -> Rule:
    """An administrator's, in their own name, and not of themselves."""
    return and_(reset.c.by_id == ME, reset.c.staff_id != ME, i_am(Role.ADMINISTRATOR))


def own_draft(script: Any) -> Rule:
    """Begun by them, who write scripts; nobody has agreed to it yet."""
    return and_(script.c.begun_by_id == ME, script.c.approved_at.is_(None), script_rows.editors(script))


def unpublished(script: Any) -> Rule:
    """Not approved yet, or not live yet: what more may change of it the database's own guard says."""
    return and_(or_(script.c.approved_at.is_(None), script.c.published_at > NOW), script_rows.editors(script))


def own_revision(revision: Any) -> Rule:
    """Sent by them, who write scripts."""
    return and_(revision.c.sent_by_id == ME, script_rows.editors(revision))


def own_export(export: Any) -> Rule:
    """Asked for by them, who look at the answers of all."""
    return and_(export.c.asked_by_id == ME, i_am(Role.ANALYST), export.c.made_at.is_(None))


def own_or_marked(completion: Any) -> Rule:
    """Their own; somebody else's mock call that they marked as passed; somebody whom they sign off."""
    by_me = (practice_rows.passed_by_me(completion), training_rows.signed_off_by_me(completion))
    return or_(training_rows.own_completion(completion), *by_me)


def own_grant(grant: Any) -> Rule:
    """Theirs, or of somebody for whom they agreed; an expert's only under an open question."""
    return and_(second_rows.own_grant(grant), record_question_rows.answers_one(grant))


def own_allocation(allocation: Any) -> Rule:
    """Asked for by them, for a team that they reach; what it says is the worker's to say."""
    unmade = (allocation.c.planned_at.is_(None), allocation.c.ordered_at.is_(None), allocation.c.lines.is_(None))
    return and_(allocation.c.asked_by_id == ME, rows.allocations(allocation), *unmade)


ENTER: Rules = {
    m.Absence: presence_rows.said_of_led,
    m.Allocation: own_allocation,
    m.Answer: own_answer,
    m.AnswerExport: own_export,
    m.ApiToken: administrators,
    m.Approval: by_me("asked_by_id"),
    m.Assignment: by_me("by_id"),
    m.Attempt: own_attempt,
    m.AuditEvent: by_me("actor_id"),
    m.Canary: own_canary,
    m.Completion: own_or_marked,
    m.Contact: of_a_case,
    m.Exposure: rows.exposures,
    m.Grace: training_rows.own_grace,
    m.HelpQuestion: help_rows.own_question,
    m.Intake: own_intake,
    m.IntakePiece: of_own_intake,
    m.IntakeUpload: of_own_intake,
    m.Grant: own_grant,
    m.Factor: by_me("staff_id"),
    m.FinalTest: by_me("staff_id"),
    m.Flag: own_flag,
    m.FactorReset: own_reset,
    m.Interview: own_interview,
    m.KnownProblem: help_rows.own_problem,
    m.Leadership: keepers_of("staff_id"),
    m.Notice: somebody,
    m.PasswordLink: own_link,
    m.Person: somebody,
    m.PracticeCall: practice_rows.own_open_call,
    m.PracticeMark: practice_rows.own_mark,
    m.Presence: by_me("staff_id"),
    m.RecordQuestion: record_question_rows.own_question,
    m.ScriptRevision: own_revision,
    m.ScriptVersion: own_draft,
    m.Staff: keepers_of("id"),
    m.StaffKey: by_me("staff_id"),
    m.Task: somebody,
    m.Team: administrators,
    m.TeamArea: administrators,
    m.TeamReach: administrators,
    m.TrainingMailing: training_session_rows.own_mailing,
    m.TrainingSession: training_session_rows.own_session,
}

CHANGE: Rules = {
    m.Absence: presence_rows.led,
    m.Alert: rows.watched,
    m.Allocation: rows.allocations,
    m.AnswerExport: script_rows.answer_exports,
    m.ApiToken: administrators,
    m.Approval: second_rows.approvals,
    m.Assignment: rows.assignments,
    m.Canary: rows.watched,
    m.Case: rows.cases,
    m.Contact: rows.contacts,
    m.FinalTest: training_rows.own_open_test,
    m.Flag: rows.flags,
    m.Grace: training_rows.may_let_off,
    m.Grant: second_rows.grants,
    m.HelpQuestion: help_rows.desk,
    m.Interview: rows.interviews,
    m.KnownProblem: administrators,
    m.PasswordLink: administrators,
    m.Person: rows.people,
    m.PracticeCall: practice_rows.own_open_call,
    m.Presence: by_me("staff_id"),
    m.RecordQuestion: record_question_rows.questions,
    m.Review: review_rows.reviews,
    m.ScriptVersion: unpublished,
    m.Staff: keepers_of("id"),
    m.StaffKey: by_me("staff_id"),
    m.Suspension: rows.watched,
    m.Task: rows.tasks,
    m.Team: administrators,
    m.TrainingMailing: training_session_rows.keepers,
    m.TrainingSeat: training_session_rows.named_seats,
    m.TrainingSession: training_session_rows.keepers,
}

REMOVE: Rules = {m.Factor: account_rows.factors, m.Leadership: keepers_of("staff_id"), m.StaffKey: by_me("staff_id")}


def everything(_: Any) -> Rule:
    """Every row: the door's own tables."""
    return true()
