"""Which answers go wrong: every marked test is counted once, by question and choice, and by nobody's name. SYSTEM's."""

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.casework.training import result_of
from tracer.courses import library
from tracer.courses.final_test import Marked
from tracer.models import FinalTest, QuestionTally

# Tests of one tick: the worker has other things to do besides.
_MOST = 200
# Course, its version, the question.
_Key = tuple[str, int, str]


def count(session: Session, now: datetime) -> int:
    """Count the tests that were marked since; returns how many.

    One of a version that is no longer here cannot be drawn again: it is left out.
    """
    marked = select(FinalTest).where(FinalTest.marked_at.is_not(None), FinalTest.tallied_at.is_(None))
    found = session.scalars(marked.order_by(FinalTest.id).limit(_MOST).with_for_update(skip_locked=True)).all()
    sums: dict[_Key, _Sum] = defaultdict(_Sum)
    for test in found:
        test.tallied_at = now
        course = library.load(test.course) if test.course in library.shipped() else None
        if course is None or course.version != test.course_version:
            continue
        for one in result_of(test, course).marked:
            sums[course.name, course.version, one.question.key].add(one)
    for key in sorted(sums):
        _write(session, key, sums[key])
    session.flush()
    return len(found)


class _Sum:
    """How one question was answered in the tests of this tick."""

    def __init__(self) -> None:
        self.asked, self.right, self.chosen = 0, 0, Counter[str]()

    def add(self, one: Marked) -> None:
        self.asked, self.right = self.asked + 1, self.right + one.right
        self.chosen.update(str(place) for place in one.given)


def _write(session: Session, key: _Key, more: _Sum) -> None:
    tally = session.get(QuestionTally, key, with_for_update=True)
    if tally is None:
        names = dict(zip(("course", "course_version", "question"), key, strict=True))
        tally = QuestionTally(**names, asked=0, right=0, chosen={})
        session.add(tally)
    tally.asked, tally.right = tally.asked + more.asked, tally.right + more.right
    tally.chosen = dict(Counter(tally.chosen) + more.chosen)
