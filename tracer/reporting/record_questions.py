"""Questions on records: one's own, those of the teams one leads, those that an expert can answer; and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, experts
from tracer.models import Case, Contact, QuestionKind, RecordQuestion
from tracer.reporting.events import staff_by_id

MOST = 100
_OLDEST = cast(Select[Any], select(func.count(RecordQuestion.id), func.min(RecordQuestion.asked_at)))
LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One question: its words where the actor is to read them, who asked, who answers."""

    question: RecordQuestion
    words: str | None
    answer: str | None
    asked_by: str
    answered_by: str
    mine: bool
    taken: bool
    taken_by_me: bool

    @property
    def standing(self) -> str:
        """How it stands, in a word or two."""
        if self.question.answered_at is not None:
            return "answered"
        return "being answered" if self.taken else "waits"

    @property
    def within(self) -> timedelta | None:
        """How long the answer took."""
        done = self.question.answered_at
        return done - self.question.asked_at if done else None


class Waiting(NamedTuple):
    """How many questions wait for somebody to answer them, and since when the oldest."""

    number: int
    since: datetime | None


class Unread(NamedTuple):
    """A question of the actor's own that waits, or whose answer they have not read."""

    id: UUID
    reference: str
    answered: bool


def waiting(session: Session, now: datetime) -> Waiting:
    """What waits in the teams that the actor leads, and no expert is answering."""
    return _waiting(session, _OLDEST.where(*_free(now), *_led(session)))


def unread(session: Session) -> list[Unread]:
    """The actor's own questions that are not done with, the first answered first."""
    answered = RecordQuestion.answered_at.is_not(None).label("answered")
    query = select(RecordQuestion.id, RecordQuestion.reference, answered)
    query = query.where(RecordQuestion.asked_by_id == actor.staff_id(session), RecordQuestion.read_at.is_(None))
    query = query.order_by(RecordQuestion.answered_at, RecordQuestion.id).limit(MOST)
    return [Unread(*row) for row in session.execute(query)]


def for_expert(session: Session, now: datetime) -> Waiting | None:
    """What asks for a skill that the actor has, and nobody is answering; None for who is no expert."""
    kinds = experts.skills(session)
    return _waiting(session, _for_skills(_OLDEST.where(*_free(now)), session, kinds)) if kinds else None


def of_teams(session: Session, now: datetime) -> tuple[list[Line], list[Line]]:
    """Of the teams that the actor leads: what waits, the oldest first; what was answered lately, the newest first."""
    query = select(RecordQuestion).where(*_led(session))
    waits = query.where(RecordQuestion.answered_at.is_(None)).order_by(RecordQuestion.asked_at, RecordQuestion.id)
    done = query.where(RecordQuestion.answered_at > now - LATELY).order_by(RecordQuestion.answered_at.desc())
    return _lines(session, waits, now), _lines(session, done, now)


def mine(session: Session, now: datetime) -> list[Line]:
    """What the actor asked, the newest first."""
    query = select(RecordQuestion).where(RecordQuestion.asked_by_id == actor.staff_id(session))
    return _lines(session, query.order_by(RecordQuestion.asked_at.desc(), RecordQuestion.id), now)


def to_answer(session: Session, now: datetime) -> list[Line]:
    """What the actor can answer as an expert, the oldest first."""
    query = _for_skills(select(RecordQuestion), session, experts.skills(session))
    return _lines(session, query.order_by(RecordQuestion.asked_at, RecordQuestion.id), now)


def about(session: Session, record: Case | Contact, now: datetime) -> list[Line]:
    """The questions on a record that the actor may see, the oldest first."""
    column = RecordQuestion.case_id if isinstance(record, Case) else RecordQuestion.contact_id
    query = select(RecordQuestion).where(column == record.id)
    return _lines(session, query.order_by(RecordQuestion.asked_at, RecordQuestion.id), now)


def one(session: Session, question: RecordQuestion, now: datetime) -> Line:
    """One question as a line."""
    return lines(session, [question], now)[0]


def leads(session: Session, question: RecordQuestion) -> bool:
    """Whether the actor leads the team that it was asked in."""
    led = select(RecordQuestion.id).where(RecordQuestion.id == question.id, *_led(session))
    return session.scalar(led) is not None


def _free(now: datetime) -> tuple[Any, Any]:
    nobody = or_(RecordQuestion.taken_until.is_(None), RecordQuestion.taken_until <= now)
    return RecordQuestion.answered_at.is_(None), nobody


def _waiting(session: Session, query: Select[Any]) -> Waiting:
    number, since = session.execute(query).one()
    return Waiting(number, since)


def _led(session: Session) -> tuple[Any, Any]:
    theirs = RecordQuestion.asked_by_id != actor.staff_id(session)
    return RecordQuestion.team_id.in_(experts.led(session)), theirs


def _for_skills(query: Select[Any], session: Session, kinds: frozenset[QuestionKind]) -> Select[Any]:
    open_ = (RecordQuestion.answered_at.is_(None), RecordQuestion.kind.in_(sorted(kinds)))
    return query.where(*open_, RecordQuestion.asked_by_id != actor.staff_id(session))


def _lines(session: Session, query: Select[Any], now: datetime) -> list[Line]:
    return lines(session, session.scalars(query.limit(MOST)).all(), now)


def lines(session: Session, found: Sequence[RecordQuestion], now: datetime) -> list[Line]:
    """These questions, the words only for who asked, who leads and the expert who took it up."""
    me = actor.staff_id(session)
    led = set(session.scalars(experts.led(session))) if found else set[UUID]()
    people = staff_by_id(session, {one for each in found for one in (each.asked_by_id, each.answered_by_id) if one})
    names = {person.id: person.name for person in people.values()}
    return [_line(each, me, led, names, now) for each in found]


def _line(each: RecordQuestion, me: UUID, led: set[UUID], names: dict[UUID, str], now: datetime) -> Line:
    taken = each.answered_at is None and each.is_taken(now)
    mine, by_me = each.asked_by_id == me, each.taken_by_id == me and (taken or each.answered_by_id == me)
    reads = mine or by_me or each.team_id in led
    open_ = vault.current().open
    expert = f"a {each.kind.value} expert"
    return Line(
        question=each,
        words=str(open_(each.sealed_question, each.id)["question"]) if reads else None,
        answer=str(open_(each.sealed_answer, each.id)["answer"]) if reads and each.sealed_answer else None,
        asked_by="You" if mine else names.get(each.asked_by_id, "A colleague"),
        answered_by=_who(each, me, names, expert),
        mine=mine,
        taken=taken,
        taken_by_me=taken and by_me,
    )


def _who(each: RecordQuestion, me: UUID, names: dict[UUID, str], expert: str) -> str:
    if each.answered_by_id is None:
        return ""
    if each.answered_by_id == me:
        return "you"
    known = names.get(each.answered_by_id)
    by_expert = each.answered_by_id == each.taken_by_id
    if by_expert:
        return f"{known}, {expert}" if known else expert
    return known or "your supervisor"
