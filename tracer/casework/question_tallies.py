"""Which answers go wrong: every marked test is counted once, by question and choice, and by nobody's name. SYSTEM's."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.casework.training import result_of
from tracer.courses import library
from tracer.models import FinalTest, QuestionTally

# Tests of one tick: the worker has other things to do besides.
_MOST = 200


def count(session: Session, now: datetime) -> int:
    """Count the tests that were marked since; returns how many.

    One of a version that is no longer here cannot be drawn again: it is left out.
    """
    marked = select(FinalTest).where(FinalTest.marked_at.is_not(None), FinalTest.tallied_at.is_(None))
    found = session.scalars(marked.order_by(FinalTest.id).limit(_MOST).with_for_update(skip_locked=True)).all()
    for test in found:
        test.tallied_at = now
        course = library.load(test.course) if test.course in library.shipped() else None
        if course is None or course.version != test.course_version:
            continue
        for one in result_of(test, course).marked:
            tally = _tally(session, test, one.question.key)
            tally.asked += 1
            tally.right += one.right
            tally.chosen = dict(Counter(tally.chosen) + Counter(str(place) for place in one.given))
    session.flush()
    return len(found)


def _tally(session: Session, test: FinalTest, question: str) -> QuestionTally:
    key = (test.course, test.course_version, question)
    found = session.get(QuestionTally, key, with_for_update=True)
    if found is None:
        found = QuestionTally(course=key[0], course_version=key[1], question=key[2], asked=0, right=0, chosen={})
        session.add(found)
        session.flush()
    return found
