"""Breaking the glass: opening a record that is not one's own, for a reason, for a while, with others told.

Exact lookup only; what was searched for is on record, hit or miss, and ten misses an hour end it. A grant lets
see and reveal: what needs the holder of the work still needs the holder.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, audit, lookup
from tracer.access.lookup import Hit
from tracer.casework import people
from tracer.casework.records import session_of
from tracer.faults import Conflict, Refused
from tracer.ids import new_id
from tracer.models import AuditEvent, Case, Contact, Grant, GrantKind, Person
from tracer.schemas.identity import Identity

DEFAULT_MINUTES, MOST_MINUTES = 30, 60
MOST_MISSES, MISSES_WITHIN = 10, timedelta(hours=1)
_LOOKUP = "record_lookup"


def look_up(session: Session, now: datetime, *, reference: str = "", who: Identity | None = None) -> list[Hit]:
    """The records found by exactly this, the newest first; nothing for a miss, which is counted.

    Whoever calls commits also a miss. Refused after ten misses within an hour.
    """
    lookup.alone(session)
    if _misses(session, now) >= MOST_MISSES:
        raise Refused(
            f"You looked for {MOST_MISSES} records within an hour that were not found. Wait, or ask your supervisor."
        )
    key = people.lookup_key(who) if who is not None else None
    if key is not None:
        found, asked = lookup.by_key(session, key), key.hex()
    else:
        found, asked = lookup.by_reference(session, reference), reference
    audit.note(session, "found" if found else "missed", _LOOKUP, asked)
    return found


def _misses(session: Session, now: datetime) -> int:
    """How often the actor missed lately."""
    query = select(func.count()).select_from(AuditEvent).where(AuditEvent.actor_id == actor.staff_id(session))
    query = query.where(AuditEvent.at > now - MISSES_WITHIN, AuditEvent.did == "missed")
    return session.scalar(query.where(AuditEvent.entity == _LOOKUP)) or 0


def visible(session: Session, hits: Sequence[Hit]) -> list[Hit]:
    """Those of the records that the actor can open without breaking anything."""
    cases = set(session.scalars(select(Case.id).where(Case.id.in_(_ids(hits, Case)))))
    contacts = set(session.scalars(select(Contact.id).where(Contact.id.in_(_ids(hits, Contact)))))
    return [hit for hit in hits if hit.record_id in cases | contacts]


def _ids(hits: Sequence[Hit], model: type[Case] | type[Contact]) -> list[UUID]:
    return [hit.record_id for hit in hits if hit.entity == model.__tablename__]


def break_(
    session: Session,
    hit: Hit,
    reason: str,
    minutes: int,
    now: datetime,
    *,
    staff_id: UUID | None = None,
    team_id: UUID | None = None,
    approved_by: UUID | None = None,
) -> Grant:
    """Open one record that was looked up, from now on for so many minutes.

    Longer than the default takes `approved_by`, who decided on the request of `staff_id`, of `team_id`.
    """
    if not 0 < minutes <= MOST_MINUTES:
        raise Refused(f"A record is opened for {MOST_MINUTES} minutes at most.")
    if minutes > DEFAULT_MINUTES and approved_by is None:
        raise Refused(f"Longer than {DEFAULT_MINUTES} minutes takes a second person.")
    me = actor.of(session)
    is_case = hit.entity == Case.__tablename__
    grant = Grant(
        id=new_id(),
        kind=GrantKind.GLASS,
        staff_id=staff_id or actor.staff_id(session),
        team_id=team_id if staff_id else me.team_id,
        reference=hit.reference,
        case_id=hit.record_id if is_case else None,
        contact_id=None if is_case else hit.record_id,
        task_id=hit.task_id,
        record_key=str(hit.record_id),
        person_key=str(hit.person_id),
        from_at=now,
        until_at=now + timedelta(minutes=minutes),
        approved_by_id=approved_by,
    )
    grant.sealed_reason = vault.current().seal(reason, grant.id, now.date())
    session.add(grant)
    session.flush()
    return grant


def end(grant: Grant, now: datetime) -> None:
    """Close the record at once; whoever can see a grant can end it."""
    if not grant.is_open(now):
        raise Conflict("This had ended already.")
    grant.ended_at, grant.ended_by_id = now, actor.staff_id(session_of(grant))


def over(session: Session, record: Case | Contact | Person, now: datetime) -> Grant | None:
    """The grant under which the actor sees this record or person at this moment, the longest; None without one."""
    mine = select(Grant).where(Grant.staff_id == actor.staff_id(session), Grant.ended_at.is_(None))
    mine = mine.where(Grant.from_at <= now, Grant.until_at > now)
    if isinstance(record, Case):
        about = Grant.case_id == record.id
    elif isinstance(record, Contact):
        about = or_(Grant.contact_id == record.id, Grant.case_id == record.case_id)
    else:
        named = select(Contact.case_id).where(Contact.person_id == record.id)
        about = or_(Grant.person_key == str(record.id), Grant.case_id.in_(named))
    return session.scalar(mine.where(about).order_by(Grant.until_at.desc()).limit(1))


def spoken(given_name: str, family_name: str, date_of_birth: date | None, postcode: str) -> Identity | None:
    """What a caller says of themselves, as an identity to look for; None where it is not whole."""
    if not (given_name and family_name and date_of_birth and postcode):
        return None
    return Identity(given_name=given_name, family_name=family_name, date_of_birth=date_of_birth, postcode=postcode)
