"""Mailings: one message each to many. The worker counts and owes them; who sends sees numbers, and never a list."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import approvals, training_notices
from tracer.casework.records import check_version, session_of
from tracer.faults import Conflict, Invalid
from tracer.ids import new_id
from tracer.models import (
    Approval,
    ApprovalKind,
    ApprovalState,
    MailingKind,
    MailingState,
    Notice,
    NoticeState,
    Role,
    SeatState,
    Staff,
    TeamReach,
    TrainingMailing,
    TrainingSeat,
    TrainingSession,
)

# More invitations than these take a second person's yes.
ALONE = 100
_REMINDED = timedelta(days=1)
_RECOUNTED = timedelta(seconds=2)
_TOLD = (SeatState.INVITED, SeatState.ASKED, SeatState.SEATED, SeatState.WAITING)


def rehearse(
    session: Session, training_session: TrainingSession, roles: Sequence[Role], teams: Sequence[str], now: datetime
) -> TrainingMailing:
    """Ask the worker how many people these roles and teams (ids, as text) are who have no seat yet."""
    if not (roles or teams):
        raise Invalid("Nobody is chosen.", {"roles": "Choose a role or a team."})
    if training_session.cancelled_at or training_session.starts_at <= now:
        raise Conflict("This session is over or called off: nobody can be invited to it.")
    audience = {"roles": sorted(role.value for role in roles), "teams": sorted(teams)}
    return _new(session, training_session, MailingKind.INVITATION, MailingState.COUNTING, audience, now)


def send(mailing: TrainingMailing, version: int, reason: str, now: datetime) -> Approval | None:
    """Send what was rehearsed: at once, or, where they are many, when a second person agrees to exactly this."""
    session = session_of(mailing)
    check_version(mailing, version)
    if mailing.state is not MailingState.REHEARSED or not mailing.count:
        raise Conflict("Only a rehearsal with somebody in it is sent, and once.")
    if mailing.count > ALONE and len(reason) < 3:
        raise Invalid("Many people take a second person.", {"reason": "Say why so many are invited."})
    mailing.state = MailingState.READY
    if mailing.count <= ALONE:
        return None
    one = session.get_one(TrainingSession, mailing.training_session_id)
    document: dict[str, Any] = {
        "mailing_id": str(mailing.id),
        "session": one.title,
        "starts_at": one.starts_at.isoformat(),
    }
    document |= {"count": mailing.count, "digest": (mailing.digest or b"").hex(), **mailing.audience}
    approval = approvals.ask(session, ApprovalKind.INVITATIONS, document, reason, now)
    mailing.approval_id = approval.id
    session.flush()
    return approval


def tell(session: Session, training_session: TrainingSession, kind: MailingKind, now: datetime) -> TrainingMailing:
    """Owe everybody who has a seat, and has not said no, a message: the worker writes them."""
    return _new(session, training_session, kind, MailingState.READY, {}, now)


def _new(
    session: Session,
    training_session: TrainingSession,
    kind: MailingKind,
    state: MailingState,
    audience: dict[str, Any],
    now: datetime,
) -> TrainingMailing:
    made = TrainingMailing(id=new_id(), training_session_id=training_session.id, kind=kind, state=state)
    made.audience, made.asked_at, made.asked_by_id = audience, now, actor.of(session).id
    session.add(made)
    session.flush()
    return made


def count(session: Session, now: datetime) -> int:
    """Count those that are rehearsed, as SYSTEM. Returns how many rehearsals there were."""
    found = session.scalars(_in(MailingState.COUNTING).with_for_update(skip_locked=True)).all()
    for mailing in found:
        people = _people(session, mailing)
        mailing.count, mailing.digest = len(people), _digest(people)
        mailing.state, mailing.counted_at = MailingState.REHEARSED, now
    session.flush()
    return len(found)


def owe(session: Session, now: datetime) -> int:
    """Owe every message of one mailing, all in one transaction, or none where the people are not those rehearsed."""
    agreed = select(Approval.id).where(Approval.state == ApprovalState.APPROVED, Approval.done_at.is_(None))
    ready = _in(MailingState.READY).where(
        or_(TrainingMailing.approval_id.is_(None), TrainingMailing.approval_id.in_(agreed))
    )
    mailing = session.scalar(ready.limit(1).with_for_update(skip_locked=True))
    if mailing is None:
        return 0
    people, one = _people(session, mailing), session.get_one(TrainingSession, mailing.training_session_id)
    if mailing.kind is MailingKind.INVITATION:
        over = one.cancelled_at is not None or one.starts_at <= now
        if over or mailing.digest != _digest(people) or not _agreed(mailing, people, now):
            mailing.state = MailingState.STALE
            return 1
    training_notices.owe(session, mailing, one, people, now)
    mailing.state, mailing.owed_at, mailing.counted_at = MailingState.OWED, now, None
    mailing.count = mailing.waiting = len(people)
    session.flush()
    return max(len(people), 1)


def _agreed(mailing: TrainingMailing, people: Sequence[Any], now: datetime) -> bool:
    """Whether they are few, or a second person said yes to exactly this mailing: here, where it is done, it counts."""
    if mailing.approval_id is None:
        return len(people) <= ALONE
    approval = session_of(mailing).get_one(Approval, mailing.approval_id)
    if approval.kind is not ApprovalKind.INVITATIONS:
        return False
    try:
        document = approvals.spend(approval, now)
    except Conflict:  # too late, or not what was asked for
        return False
    return bool(document["mailing_id"] == str(mailing.id) and document["digest"] == _digest(people).hex())


def remind(session: Session, now: datetime) -> int:
    """A day before, whoever has a place is reminded, once."""
    soon = (TrainingSession.starts_at > now, TrainingSession.starts_at <= now + _REMINDED)
    query = select(TrainingSession).where(
        *soon, TrainingSession.cancelled_at.is_(None), TrainingSession.reminded_at.is_(None)
    )
    found = session.scalars(query.limit(20).with_for_update(skip_locked=True)).all()
    for one in found:
        one.reminded_at = now
        tell(session, one, MailingKind.REMINDER, now)
    return len(found)


def recount(session: Session, now: datetime) -> int:
    """Say of each mailing what became of its messages; not on record as work, for it changes nothing."""
    open_ = _in(MailingState.OWED).where(
        TrainingMailing.waiting > 0,
        or_(TrainingMailing.counted_at.is_(None), TrainingMailing.counted_at <= now - _RECOUNTED),
    )
    for mailing in session.scalars(open_.limit(20).with_for_update(skip_locked=True)):
        mailing.counted_at = now
        states = select(Notice.state, func.count(Notice.id)).where(Notice.mailing_id == mailing.id)
        found: dict[NoticeState, int] = dict(session.execute(states.group_by(Notice.state)).all())
        mailing.waiting = found.get(NoticeState.WAITING, 0) + found.get(NoticeState.SENDING, 0)
        mailing.sent, mailing.failed = found.get(NoticeState.SENT, 0), found.get(NoticeState.FAILED, 0)
        mailing.unknown = found.get(NoticeState.UNKNOWN, 0)
    session.flush()
    return 0


def _in(state: MailingState) -> Select[TrainingMailing]:
    return select(TrainingMailing).where(TrainingMailing.state == state).order_by(TrainingMailing.id)


def _people(session: Session, mailing: TrainingMailing) -> Sequence[Any]:
    """Id, first name and address of each, in order of the id."""
    query = select(Staff.id, Staff.given_name, Staff.email).where(*Staff.current()).order_by(Staff.id)
    seat = select(TrainingSeat.staff_id).where(TrainingSeat.training_session_id == mailing.training_session_id)
    if mailing.kind is not MailingKind.INVITATION:
        states = (SeatState.SEATED,) if mailing.kind is MailingKind.REMINDER else _TOLD
        return session.execute(query.where(Staff.id.in_(seat.where(TrainingSeat.state.in_(states))))).all()
    query = query.where(Staff.id.not_in(seat), Staff.role != Role.IMPORTER)
    if roles := mailing.audience["roles"]:
        query = query.where(Staff.role.in_([Role(role) for role in roles]))
    if teams := mailing.audience["teams"]:
        reached = select(TeamReach.team_id).where(TeamReach.above_id.in_(_ids(teams)))
        query = query.where(Staff.team_id.in_(reached))
    return session.execute(query).all()


def _ids(texts: Sequence[str]) -> list[Any]:
    return [UUID(text) for text in texts]


def _digest(people: Sequence[Any]) -> bytes:
    """Of who they are and where the message goes."""
    return hashlib.sha256("\n".join(f"{one.id} {one.email}" for one in people).encode()).digest()
