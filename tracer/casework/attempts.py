"""Attempts: recording each try to reach someone, and what it means for the task."""

from datetime import datetime, timedelta
from uuid import UUID

from tracer import policy, vault
from tracer.access import actor
from tracer.casework import callbacks, tasks
from tracer.casework.records import session_of
from tracer.clock import london
from tracer.faults import Conflict, Invalid
from tracer.models import RAISED, Attempt, Case, Contact, Outcome, Task, TaskState
from tracer.policy import calling

# Outcomes after which there is nothing to wait for before the next step.
_UNREACHED = {Outcome.NO_ANSWER, Outcome.VOICEMAIL, Outcome.WRONG_NUMBER}


def record(
    task: Task,
    about: Case | Contact,
    *,
    id: UUID,
    outcome: Outcome,
    at: datetime,
    note: str = "",
    callback_at: datetime | None = None,
    best_time: str | None = None,
) -> Attempt:
    """Write down one try. `id` comes from the form: the same form posted twice is a Conflict.

    No answer moves the next try on by the policy's spacing, to the part of the day that they asked for (`best_time`,
    kept for later tries too), and the policy's last attempt closes the task as not reached; a callback keeps the task
    with its holder until then; a refusal closes it.
    """
    session = session_of(task)
    if task.kind in RAISED:
        raise Conflict("This is no call: say under “Called for by the answers” what became of it.")
    if session.get(Attempt, id) is not None:
        raise Conflict("This attempt is on record already. It was not recorded twice.")
    if task.state is not TaskState.HELD or task.holder_id != actor.of(session).id:
        raise Conflict("You do not hold this any more, so nothing was recorded.")
    _check_callback(outcome, callback_at, at)
    task.best_time = best_time or task.best_time
    attempt = Attempt(
        id=id,
        task_id=task.id,
        case_id=about.id if isinstance(about, Case) else None,
        contact_id=about.id if isinstance(about, Contact) else None,
        staff_id=actor.staff_id(session),
        outcome=outcome,
        sealed_note=vault.current().seal(note, id, at.date()) if note else None,
        callback_at=callback_at,
        at=at,
    )
    session.add(attempt)
    _move_on(task, about, outcome, callback_at, at)
    return attempt


def _check_callback(outcome: Outcome, callback_at: datetime | None, at: datetime) -> None:
    if outcome is Outcome.CALL_BACK:
        if callback_at is None:
            raise Invalid("When should we call back?", {"callback_at": "Enter the day and time they asked for."})
        if callback_at <= at:
            raise Invalid("That time is past.", {"callback_at": "Enter a time that is still to come."})
        if callback_at > at + timedelta(days=14):
            raise Invalid("That is too far off.", {"callback_at": "Enter a time within the next 14 days."})
        if not calling.is_open(callback_at):
            raise Invalid("We do not call then.", {"callback_at": "Enter a time between 08:00 and 20:00."})
    elif callback_at is not None:
        raise Invalid(
            "A time is given, but no callback.",
            {"outcome": "Choose “call back at a time”, or clear the time."},
        )


def _move_on(task: Task, about: Case | Contact, outcome: Outcome, when: datetime | None, at: datetime) -> None:
    rules = policy.rules(task.disease, london(at).date())
    task.attempts += 1
    callbacks.kept(task)
    if outcome is Outcome.CALL_BACK and when is not None:
        tasks.keep_until(task, when, at, callback=True)
    elif outcome is Outcome.REFUSED and isinstance(about, Case):
        about.outcome = "refused"
        tasks.finish(task, "refused", at)
    elif outcome in _UNREACHED and rules.is_spent(task.attempts, at - task.created_at):
        if isinstance(about, Case):
            about.outcome = "not reached"
        tasks.finish(task, "not reached", at)
    elif outcome in _UNREACHED:
        next_try = calling.next_try(at + timedelta(hours=rules.retry_hours), task.best_time)
        tasks.keep_until(task, next_try, at, callback=False)
    else:
        task.not_before = None
        tasks.touch(task, at)
