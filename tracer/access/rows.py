"""Which rows are whose: one function for each entity, the parent's rule inside the child's.

Written on Core tables against the actor's id and what is told about them (`told.py`), so that one expression
serves the ORM guard and, with functions in the parameters' place, a row-level-security policy.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, exists, false, not_, or_

from tracer import models as m
from tracer.access import (
    account_rows,
    grant_rows,
    help_rows,
    practice_rows,
    presence_rows,
    record_question_rows,
    review_rows,
    script_rows,
    second_rows,
    training_rows,
    training_session_rows,
)
from tracer.access.clearance import calls_to_end, cleared
from tracer.access.row_sets import i_am, people_in_conflict, pools_i_draw_from, tasks_in_conflict, teams_i_reach
from tracer.access.row_terms import ME, Rule, table
from tracer.models import Base, Role, TaskKind, TaskState


def theirs(task: Any) -> Rule:
    """Held by the actor, or in a team that the actor's leadership reaches, and no conflict: opens the record.

    Whoever is not cleared holds nothing, but for the call that they are in the middle of.
    """
    return and_(_reached(task), not_(tasks_in_conflict.has(task.c.id)))


def _reached(task: Any) -> Rule:
    led = task.c.team_id.in_(teams_i_reach())
    return or_(task.c.holder_id == cleared(), led, calls_to_end.has(task.c.id))


def tasks(task: Any) -> Rule:
    """Theirs, waiting in a pool that they draw from, or last moved by them (a task names nobody)."""
    waiting = and_(task.c.state == TaskState.WAITING, pools_i_draw_from.has(task.c.team_id))
    reached = and_(or_(_reached(task), waiting), not_(tasks_in_conflict.has(task.c.id)))
    return or_(reached, task.c.moved_by_id == cleared())


def _task_of_theirs(match: Callable[[Any], Rule]) -> Rule:
    task = table(m.Task)
    return exists().where(match(task), theirs(task))


def cases(case: Any) -> Rule:
    """A task of theirs is about it."""
    return _task_of_theirs(lambda task: task.c.case_id == case.c.id)


def contacts(contact: Any) -> Rule:
    """A task of theirs is about it, or what it said called for one; or its case is visible through an interview task.
    And no conflict."""
    task, flag = table(m.Task), table(m.Flag)
    flagged = _task_of_theirs(lambda task: and_(task.c.id == flag.c.task_id, flag.c.contact_id == contact.c.id))
    interviews_case = and_(task.c.case_id == contact.c.case_id, task.c.kind == TaskKind.INTERVIEW)
    about = exists().where(or_(task.c.id == contact.c.alert_task_id, interviews_case), theirs(task))
    reached = or_(about, flagged)
    return and_(reached, not_(people_in_conflict.has(contact.c.person_id)))


def people(person: Any) -> Rule:
    """A visible case or contact is theirs."""
    case, contact = table(m.Case), table(m.Contact)
    return or_(
        exists().where(case.c.person_id == person.c.id, cases(case)),
        exists().where(contact.c.person_id == person.c.id, contacts(contact)),
    )


def _of_contact(column: Any) -> Rule:
    contact = table(m.Contact)
    return exists().where(contact.c.id == column, contacts(contact))


def _of_case(column: Any) -> Rule:
    return _task_of_theirs(lambda task: task.c.case_id == column)


def exposures(exposure: Any) -> Rule:
    """Its contact is visible."""
    return _of_contact(exposure.c.contact_id)


def attempts(attempt: Any) -> Rule:
    """Made under a task of theirs, or about a case that they can see."""
    return or_(_task_of_theirs(lambda task: task.c.id == attempt.c.task_id), _of_case(attempt.c.case_id))


def assignments(assignment: Any) -> Rule:
    """Their own, or of a task of theirs."""
    return or_(assignment.c.staff_id == cleared(), _task_of_theirs(lambda task: task.c.id == assignment.c.task_id))


def interviews(interview: Any) -> Rule:
    """Under a task of theirs, or that called for one; or about a case that they can see."""
    flag = table(m.Flag)
    called_for = _task_of_theirs(lambda task: and_(task.c.id == flag.c.task_id, flag.c.interview_id == interview.c.id))
    under = _task_of_theirs(lambda task: task.c.id == interview.c.task_id)
    return or_(under, _of_case(interview.c.case_id), called_for)


def flags(flag: Any) -> Rule:
    """The work that they called for is theirs, or so is the interview."""
    return or_(_task_of_theirs(lambda task: task.c.id == flag.c.task_id), _of_interview(flag.c.interview_id))


def _of_interview(column: Any) -> Rule:
    interview = table(m.Interview)
    return exists().where(interview.c.id == column, interviews(interview))


def answers(answer: Any) -> Rule:
    """Its interview is visible."""
    return _of_interview(answer.c.interview_id)


def notices(notice: Any) -> Rule:
    """About a contact that they can see, or addressed to them."""
    return or_(notice.c.staff_id == ME, _of_contact(notice.c.contact_id))


def intakes(intake: Any) -> Rule:
    """Those they brought in; an administrator sees all."""
    return or_(intake.c.received_by_id == cleared(), i_am(Role.ADMINISTRATOR))


def intake_rejects(reject: Any) -> Rule:
    """Its intake is visible."""
    intake = table(m.Intake)
    return exists().where(intake.c.id == reject.c.intake_id, intakes(intake))


def audit_events(event: Any) -> Rule:
    """What they did themselves; what a grant in a team they lead was used for; the privacy officer sees all."""
    return or_(event.c.actor_id == ME, i_am(Role.PRIVACY_OFFICER), second_rows.used_under_grant(event))


def allocations(allocation: Any) -> Rule:
    """Of a team that they reach."""
    reached: Rule = allocation.c.team_id.in_(teams_i_reach())
    return reached


def or_by_grant(rule: Callable[[Any], Rule], by_grant: Callable[[Any], Rule]) -> Callable[[Any], Rule]:
    """Seen by the rule of the work, or under a grant; what may be written is asked of the rule of the work alone."""
    return lambda row: or_(rule(row), by_grant(row))


def counts(row: Any) -> Rule:
    """Numbers of the teams that they reach; an administrator and an analyst see those of all. They are of nobody."""
    return or_(row.c.team_id.in_(teams_i_reach()), i_am(Role.ADMINISTRATOR, Role.ANALYST))


def watched(_: Any) -> Rule:
    """The privacy officer's: alerts, suspensions, canaries."""
    return i_am(Role.PRIVACY_OFFICER)


def nobody(_: Any) -> Rule:
    """No rows at all: only SYSTEM reads these."""
    return false()


ROWS: dict[type[Base], Callable[[Any], Rule]] = {
    m.Absence: presence_rows.own_or_led,
    m.Alert: watched,
    m.Allocation: allocations,
    m.Answer: or_by_grant(answers, grant_rows.answers),
    m.AnswerExport: script_rows.answer_exports,
    m.AnswerPiece: script_rows.answer_pieces,
    m.ApiToken: account_rows.api_tokens,
    m.Approval: second_rows.approvals,
    m.Assignment: assignments,
    m.Attempt: or_by_grant(attempts, grant_rows.attempts),
    m.AuditEvent: audit_events,
    m.AuditGap: nobody,
    m.AuditSeal: nobody,
    m.Canary: watched,
    m.Case: or_by_grant(cases, grant_rows.cases),
    m.Challenge: nobody,
    m.Completion: training_rows.completions,
    m.ConflictOfInterest: second_rows.conflicts,
    m.Contact: or_by_grant(contacts, grant_rows.contacts),
    m.Exposure: or_by_grant(exposures, grant_rows.exposures),
    m.Flag: flags,
    m.Factor: account_rows.factors,
    m.FactorReset: account_rows.factor_resets,
    m.FinalTest: training_rows.final_tests,
    m.Grant: second_rows.grants,
    m.Grace: training_rows.graces,
    m.HelpQuestion: help_rows.questions,
    m.HourCount: counts,
    m.Intake: intakes,
    m.IntakePiece: nobody,
    m.IntakeReject: intake_rejects,
    m.IntakeUpload: nobody,
    m.Interview: or_by_grant(interviews, grant_rows.interviews),
    m.Notice: or_by_grant(notices, grant_rows.notices),
    m.PasswordLink: account_rows.password_links,
    m.PasswordRequest: nobody,
    m.Person: or_by_grant(people, grant_rows.people),
    m.PracticeCall: practice_rows.calls,
    m.PracticeMark: practice_rows.marks,
    m.Presence: presence_rows.own_or_led,
    m.QuestionTally: training_rows.trainers,
    m.RecordQuestion: record_question_rows.questions,
    m.Review: review_rows.reviews,
    m.ReviewDraw: nobody,
    m.SignIn: account_rows.sign_ins,
    m.Staff: account_rows.staff,
    m.StaffKey: second_rows.staff_keys,
    m.Suspension: watched,
    m.Task: or_by_grant(tasks, grant_rows.tasks),
    m.TeamStrength: counts,
    m.Throttle: nobody,
    m.TrainingMailing: training_session_rows.keepers,
    m.TrainingSeat: training_session_rows.seats,
    m.TrainingSession: training_session_rows.sessions,
    m.WatchMark: nobody,
    m.WatchMemory: nobody,
}

# Open to every actor: the shape of the organisation, the texts of scripts, what does not work: nothing of anybody.
OPEN: frozenset[type[Base]] = frozenset(
    {m.KnownProblem, m.Leadership, m.Requirement, m.ScriptRevision, m.ScriptVersion, m.Team, m.TeamArea, m.TeamReach}
)

# What the DOOR reads and writes whole: what proves who somebody is. Everything else is nobody's to it.
DOORWAY: frozenset[type[Base]] = frozenset(
    {m.ApiToken, m.Challenge, m.Factor, m.PasswordLink, m.PasswordRequest, m.SignIn, m.Staff, m.Throttle}
)


def undeclared() -> list[str]:
    """The entities that stand in neither table; the app does not start while there is one."""
    known = set(ROWS) | OPEN
    return sorted(mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.class_ not in known)
