"""Practice: a mock call with somebody who does not exist, judged by the trainee and then by whoever may.

Nothing here reads or writes a record, a task or a message: a call is its answers and what people made of it.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracer import clock
from tracer.access import actor
from tracer.casework import scripts, training
from tracer.casework.records import session_of
from tracer.courses import library
from tracer.courses.library import MOCK_CALL
from tracer.courses.mock_call import Judged, judge
from tracer.courses.mock_people import MockPerson
from tracer.faults import Conflict, Invalid, NotFound, Refused
from tracer.models import PracticeCall, PracticeMark, Role

# What is practised: the script of a call to a case.
DISEASE, _KIND = "covid-19", "index-case"
_MOST_ANSWERS = 300_000
_LONGEST_NOTE = 2_000


def person(key: str) -> MockPerson:
    """One of the invented people; NotFound where there is none of that key."""
    found = library.mock_persons().get(key)
    if found is None:
        raise NotFound
    return found


def begin(session: Session, key: str, now: datetime) -> PracticeCall:
    """A call with this person, on the script that is live: the one that is open, or a new one."""
    if key not in library.mock_persons():
        raise Invalid("There is nobody to call yet.", {"brief": "Choose whom to call."})
    me = actor.of(session)
    mine = select(PracticeCall).where(PracticeCall.staff_id == me.id, PracticeCall.brief == key)
    found = session.scalar(mine.where(PracticeCall.finished_at.is_(None)).limit(1))
    if found is not None:
        return found
    script = scripts.live(session, DISEASE, _KIND, now)
    made = PracticeCall(staff_id=actor.staff_id(session), caller=me.name.partition(" ")[0], script_id=script.id)
    made.brief, made.on_day, made.started_at, made.answers = key, clock.london(now).date(), now, {}
    session.add(made)
    session.flush()
    return made


def check_open(call: PracticeCall) -> None:
    """Refused where it is somebody else's, Conflict where it is finished."""
    check_own(call)
    if call.finished_at is not None:
        raise Conflict("This practice call is finished. Begin another one.")


def check_own(call: PracticeCall) -> None:
    """Refused where it is somebody else's."""
    if call.staff_id != actor.staff_id(session_of(call)):
        raise Refused("This is somebody else's practice call.")


def keep(call: PracticeCall, answers: dict[str, Any]) -> None:
    """Keep what was entered, as it stands now."""
    check_open(call)
    if len(json.dumps(answers)) > _MOST_ANSWERS:
        raise Refused("These are more answers than a practice call takes.")
    call.answers = answers


def finish(call: PracticeCall, missing: int, now: datetime) -> None:
    """End the call; Conflict while so many questions are missing."""
    check_open(call)
    if missing:
        raise Conflict("Questions are still to be answered. Go through them, or say at Close how the call ended.")
    call.finished_at = now


def hand_in(call: PracticeCall, marks: Mapping[str, int], now: datetime) -> None:
    """What the trainee makes of it, by key of a criterion; then it waits for somebody who may judge it."""
    check_own(call)
    if call.finished_at is None:
        raise Conflict("This call is not finished yet.")
    if call.handed_in_at is not None:
        raise Conflict("You have handed this call in.")
    call.self_marks, call.handed_in_at = dict(marks), now


def mark(call: PracticeCall, marks: Mapping[str, int], note: str, now: datetime) -> PracticeMark:
    """Judge somebody's call. A pass is a completion in their name; without one, the note says what to try.

    Refused for one's own; Conflict where it is marked, or not handed in; Invalid for a missing or endless note.
    """
    check_anothers(call)
    session = session_of(call)
    me, judged = actor.of(session), judge(library.rubric(), marks)
    if call.handed_in_at is None:
        raise Conflict("This call is not handed in.")
    _check_note(note, judged)
    made = PracticeMark(practice_call_id=call.id, by_id=actor.staff_id(session), by_name=me.name.partition(" ")[0])
    made.at, made.rubric_version, made.marks, made.note = now, library.rubric().version, dict(marks), note
    made.score, made.of, made.passed = judged.score, judged.of, judged.passed
    try:
        session.add(made)
        session.flush()  # a completion is let in by the mark that it stands on
    except IntegrityError:
        raise Conflict("This call was marked already.") from None
    if judged.passed:
        points = (judged.score, judged.of)
        training.complete(session, call.staff_id, MOCK_CALL, made.rubric_version, points, serves(), now)
    return made


def check_anothers(call: PracticeCall) -> None:
    """Refused where it is the actor's own."""
    if call.staff_id == actor.staff_id(session_of(call)):
        raise Refused("Nobody marks their own practice call.")


def _check_note(note: str, judged: Judged) -> None:
    if len(note) > _LONGEST_NOTE:
        raise Invalid("The note is too long.", {"note": f"At most {_LONGEST_NOTE:,} characters."})
    if not note and not judged.passed:
        raise Invalid("The note is missing.", {"note": "This does not pass: write what they should try, and how."})


def serves() -> int:
    """For how many months a mock call serves: as long as the strictest role says, for whose it is cannot be seen."""
    table = library.needed(list(Role))
    return min(months for role in Role for key, months in table.more(role).items() if key == MOCK_CALL)


def own_result(call: PracticeCall) -> Judged | None:
    """What the trainee's own marks come to."""
    return judge(library.rubric(), call.self_marks) if call.self_marks is not None else None
