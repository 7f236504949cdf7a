"""Training: where somebody stands, trying a final test, having it marked, signing the undertaking."""

import calendar
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework.records import session_of
from tracer.courses import final_test, library
from tracer.courses.course import Course
from tracer.courses.final_test import Result
from tracer.courses.library import MOCK_CALL, SIGN_OFF, UNDERTAKING
from tracer.courses.required import SOON
from tracer.faults import Conflict, Refused
from tracer.models import Completion, FinalTest, PracticeCall, PracticeMark, Role, Staff

# For how many months a signature serves: then it is read and signed anew.
SIGNED_MONTHS = 12
# A test that was left open longer is begun anew.
_ONE_SITTING = timedelta(hours=24)


class State(StrEnum):
    """Where one thing that is needed stands."""

    TO_DO = "to do"
    DONE = "done"
    SOON = "ends soon"
    LAPSED = "out of date"
    WAITING = "waits for a trainer"
    SIGN_OFF_DUE = "waits for sign-off"


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that a role needs, and the completion that serves longest, in date or not.

    Without a course it is the undertaking, to be signed, or the mock call, to be practised: `key` says which.
    """

    key: str
    title: str
    course: Course | None
    completion: Completion | None
    state: State


def standing(session: Session, now: datetime) -> list[Standing]:
    """What the actor's role needs, in the order to do it, and where each thing stands."""
    me = session.get(Staff, actor.staff_id(session))
    return standing_of(session, me, now) if me is not None else []


def standing_of(session: Session, person: Staff, now: datetime) -> list[Standing]:
    """The same of somebody in the actor's sight."""
    role = person.role
    if role is Role.IMPORTER:
        return []
    best = _best(session, person.id)
    needs = {key: library.load(key) for key in library.needed(list(Role)).of(role)}
    signed = Standing(UNDERTAKING, library.to_sign().title, None, best.get(UNDERTAKING), _state(best, UNDERTAKING, now))
    courses = [Standing(key, one.title, one, best.get(key), _state(best, key, now)) for key, one in needs.items()]
    more = [_practice(session, person.id, best, now)] if MOCK_CALL in library.needed(list(Role)).more(role) else []
    more += [_signed_off(best, now)] if SIGN_OFF in library.needed(list(Role)).more(role) else []
    return [*courses, signed, *more]


def _signed_off(best: Mapping[str, Completion], now: datetime) -> Standing:
    """What their supervisor says: nothing that they can do themselves."""
    state = _state(best, SIGN_OFF, now)
    state = State.SIGN_OFF_DUE if state in {State.TO_DO, State.LAPSED} else state
    return Standing(SIGN_OFF, library.sign_off().title, None, best.get(SIGN_OFF), state)


def _practice(session: Session, staff_id: UUID, best: Mapping[str, Completion], now: datetime) -> Standing:
    """The mock call: where it must still be passed, one that is handed in waits for a trainer."""
    state = _state(best, MOCK_CALL, now)
    if state is not State.DONE:
        theirs = (PracticeCall.staff_id == staff_id, PracticeCall.handed_in_at.is_not(None))
        unmarked = PracticeCall.id.not_in(select(PracticeMark.practice_call_id))
        waits = session.scalar(select(PracticeCall.id).where(*theirs, unmarked).limit(1)) is not None
        state = State.WAITING if waits else state
    return Standing(MOCK_CALL, library.rubric().title, None, best.get(MOCK_CALL), state)


def _best(session: Session, staff_id: UUID) -> dict[str, Completion]:
    """Somebody's completions by key: of each the one that serves longest."""
    mine = select(Completion).where(Completion.staff_id == staff_id).order_by(Completion.until_at)
    return {one.key: one for one in session.scalars(mine)}


def _state(best: Mapping[str, Completion], key: str, now: datetime) -> State:
    found = best.get(key)
    if found is None:
        return State.TO_DO
    if found.until_at <= now:
        return State.LAPSED
    return State.SOON if found.until_at - now <= SOON else State.DONE


@dataclass(frozen=True, slots=True)
class Tries:
    """Tries at one test: the one that is open, how many are left, and when there are more once none is."""

    open: FinalTest | None
    left: int
    again_at: datetime | None


def tries(session: Session, course: Course, now: datetime) -> Tries:
    """So many in the hours of the course's pause, counted from when each was begun; one that passed counts for none."""
    pause = timedelta(hours=course.pause_hours)
    mine = select(FinalTest).where(FinalTest.staff_id == actor.staff_id(session), FinalTest.course == course.name)
    since = mine.where(FinalTest.begun_at > now - max(pause, _ONE_SITTING)).order_by(FinalTest.begun_at.desc())
    found = session.scalars(since).all()
    fresh = (one for one in found if one.marked_at is None and one.course_version == course.version)
    is_open = next((one for one in fresh if one.begun_at > now - _ONE_SITTING), None)
    spent = [one for one in found if not one.passed and one.begun_at > now - pause]
    left = max(0, course.attempts - len(spent))
    again_at = spent[course.attempts - 1].begun_at + pause if len(spent) >= course.attempts else None
    return Tries(is_open, left, again_at)


def begin(session: Session, course: Course, now: datetime) -> FinalTest:
    """A try at the final test: the one that is open, or a new one. Refused while there is none left."""
    found = tries(session, course, now)
    if found.open is not None:
        return found.open
    if not found.left:
        raise Refused("You have had every try there is for now. Read the course again; the page says when you may.")
    made = FinalTest(
        staff_id=actor.staff_id(session),
        course=course.name,
        course_version=course.version,
        seed=secrets.token_urlsafe(32),
        begun_at=now,
    )
    session.add(made)
    session.flush()
    return made


def mark(test: FinalTest, course: Course, chosen: Mapping[str, Collection[int]], now: datetime) -> Completion | None:
    """Mark a test by what was chosen: question's key -> where that stood in the drawn question, from 0.

    A pass is a completion, which serves until the course's months or the role's are over, whichever are fewer.
    Conflict where it is marked already, or the course has changed since it was begun.
    """
    if test.marked_at is not None or test.course_version != course.version:
        raise Conflict("This test is over. Begin another one.")
    drawn = final_test.draw(course, test.seed)
    given = {one.key: final_test.chosen(one, chosen.get(one.key, ())) for one in drawn}
    result = final_test.mark(course, drawn, given)
    test.given = {key: sorted(places) for key, places in given.items()}
    test.score, test.of, test.passed, test.marked_at = result.score, result.of, result.passed, now
    session = session_of(test)
    session.flush()  # a completion is let in by the test that it stands on
    if not result.passed:
        return None
    role = actor.of(session).role
    months = library.needed(list(Role)).of(role).get(course.name, course.valid_months) if role else course.valid_months
    points, months = (result.score, result.of), min(months, course.valid_months)
    return complete(session, actor.staff_id(session), course.name, course.version, points, months, now)


def result_of(test: FinalTest, course: Course) -> Result:
    """What a marked test came to, question by question."""
    return final_test.mark(course, final_test.draw(course, test.seed), test.given or {})


def title_of(completion: Completion) -> str:
    """What was passed or signed, in words; its key where it is gone."""
    return title_of_key(completion.key)


def title_of_key(key: str) -> str:
    """The same by its key."""
    beside = {
        UNDERTAKING: library.to_sign().title,
        MOCK_CALL: library.rubric().title,
        SIGN_OFF: library.sign_off().title,
    }
    if key in beside:
        return beside[key]
    return library.load(key).title if key in library.shipped() else key


def sign(session: Session, version: int, now: datetime) -> Completion:
    """Sign the undertaking; Conflict where its text is another by now."""
    if version != library.to_sign().version:
        raise Conflict("The text has changed since you opened the page. Read it again, and sign that.")
    return complete(session, actor.staff_id(session), UNDERTAKING, version, None, SIGNED_MONTHS, now)


def complete(
    session: Session, staff_id: UUID, key: str, version: int, points: tuple[int, int] | None, months: int, now: datetime
) -> Completion:
    """Enter that somebody passed or signed this, in the actor's name; `points` are so many of so many."""
    until = after(now, months)
    made = Completion(staff_id=staff_id, key=key, course_version=version, passed_at=now, until_at=until)
    made.by_id, (made.score, made.of) = actor.staff_id(session), points or (None, None)
    made.code = secrets.token_hex(8).upper()
    session.add(made)
    session.flush()
    return made


def after(moment: datetime, months: int) -> datetime:
    """The same day so many months on, or the last of that month."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
