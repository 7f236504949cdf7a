"""Which questions of the final tests go wrong, and which choice is taken instead; nobody's name, no small numbers."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.courses import library
from tracer.courses.course import Choice, Course, Question
from tracer.models import QuestionTally

# Of fewer people's answers one could be told.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: how often asked, how many per cent had it right, what was taken instead, by how many per cent."""

    question: Question
    asked: int
    right: int
    misled: Choice | None
    misled_by: int


def of(session: Session, course: Course) -> list[Asked]:
    """The questions of this version of a course, the hardest first; those asked too seldom are left out."""
    here = select(QuestionTally).where(
        QuestionTally.course == course.name, QuestionTally.course_version == course.version
    )
    known = {question.key: question for question in course.bank}
    tallies = [one for one in session.scalars(here) if one.asked >= LEAST and one.question in known]
    found = [_asked(one, known[one.question]) for one in tallies]
    return sorted(found, key=lambda one: (one.right, one.question.key))


def all_courses(session: Session) -> list[tuple[Course, list[Asked]]]:
    """Every course that is here, with its questions."""
    return [(course, of(session, course)) for course in map(library.load, library.shipped())]


def _asked(tally: QuestionTally, question: Question) -> Asked:
    wrong = {choice: tally.chosen.get(str(choice.place), 0) for choice in question.choices if not choice.right}
    misled = max(wrong, key=lambda choice: wrong[choice], default=None)
    number = wrong.get(misled, 0) if misled else 0
    return Asked(
        question, tally.asked, round(100 * tally.right / tally.asked), misled if number else None, _share(number, tally)
    )


def _share(number: int, tally: QuestionTally) -> int:
    return round(100 * number / tally.asked)
