"""Shifts: who is at work at a moment, and what each is doing.

Thousands of people share a few patterns: each pattern is read and asked once, whoever has it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from tracer import pattern
from tracer.access import actor
from tracer.casework.absences import now_absent
from tracer.models import Absence, AbsenceKind, Presence, PresenceState, Role, Staff
from tracer.pattern import Pattern, PatternFault

_OUT = (PresenceState.AWAY, PresenceState.ON_A_BREAK)


@dataclass(frozen=True, slots=True)
class State:
    """What somebody is doing, since when, whether their shift is on, and why they are not here, if so."""

    word: PresenceState
    since: datetime | None
    on_shift: bool
    absent: AbsenceKind | None

    @property
    def value(self) -> str:
        """As screens say it."""
        return str(self.absent.value if self.absent else self.word.value)

    @property
    def is_at_work(self) -> bool:
        """On shift, and not absent; whatever they are doing."""
        return self.on_shift and self.absent is None

    @property
    def is_available(self) -> bool:
        """Can be handed a call at this moment."""
        return self.is_at_work and self.word is PresenceState.AVAILABLE


def working(
    session: Session, now: datetime, team_ids: Collection[UUID] | None = None, *, present: bool = False
) -> set[UUID]:
    """The tracers whose shift is on and who are not absent, of these teams or of all that the actor sees.

    `present` leaves out besides who is away, on a break, or has not signed in yet.
    """
    mine = [*Staff.current(), Staff.role == Role.TRACER]
    if team_ids is not None:
        mine.append(Staff.team_id.in_(team_ids))
    used = session.scalars(select(Staff.pattern).where(*mine, Staff.pattern.is_not(None)).distinct())
    on = [text for text in used if is_on(text, now)]
    query = select(Staff.id).where(*mine, or_(Staff.pattern.is_(None), Staff.pattern.in_(on)))
    if present:
        query = query.where(Staff.id.in_(select(Presence.staff_id).where(Presence.state.not_in(_OUT))))
    return set(session.scalars(query.where(Staff.id.not_in(_absent(now)))))


def state_of(session: Session, staff_ids: Collection[UUID], now: datetime) -> dict[UUID, State]:
    """What each of these is doing; whom the actor does not see is left out."""
    if not staff_ids:
        return {}
    states = {
        one: (state, since)
        for one, state, since in session.execute(
            select(Presence.staff_id, Presence.state, Presence.since).where(Presence.staff_id.in_(staff_ids))
        )
    }
    query = select(Absence.staff_id, Absence.kind).where(now_absent(now), Absence.staff_id.in_(staff_ids))
    absent = {row.staff_id: row.kind for row in session.execute(query)}
    found = {}
    for one, text in session.execute(select(Staff.id, Staff.pattern).where(Staff.id.in_(staff_ids))):
        word, since = states.get(one, (PresenceState.AWAY, None))
        found[one] = State(word, since, is_on(text, now), absent.get(one))
    return found


@dataclass(frozen=True, slots=True)
class Hours:
    """Somebody's own shift: when it ends, where one is on, and the next one."""

    ends: datetime | None
    next: tuple[datetime, datetime] | None


def mine(session: Session, now: datetime) -> Hours | None:
    """The actor's; None for whoever works at any time."""
    return hours(session.scalar(select(Staff.pattern).where(Staff.id == actor.of(session).id)), now)


def hours(text: str | None, now: datetime) -> Hours | None:
    """Those of a pattern; None for any time."""
    found = of(text)
    return Hours(found.ends(now), found.next(now)) if found else None


def of(text: str | None) -> Pattern | None:
    """The pattern of somebody; None for any time.

    What cannot be read counts as any time: nobody's work stands still for a word that some other program wrote.
    """
    try:
        return pattern.read(text) if text else None
    except PatternFault:
        return None


def is_on(text: str | None, now: datetime) -> bool:
    """Whether a shift of this pattern is on."""
    found = of(text)
    return found is None or found.is_at_work(now)


def patterns_off(session: Session, now: datetime, grace: timedelta = timedelta()) -> dict[str, Pattern]:
    """The patterns that somebody has and of which no shift is on, nor was so long before."""
    used = session.scalars(select(Staff.pattern).where(Staff.pattern.is_not(None)).distinct())
    read = {text: found for text in used if text and (found := of(text)) is not None}
    moments = (now, now - grace) if grace else (now,)
    return {text: one for text, one in read.items() if not any(one.is_at_work(moment) for moment in moments)}


def _absent(now: datetime) -> Select[UUID]:
    return select(Absence.staff_id).where(now_absent(now))
