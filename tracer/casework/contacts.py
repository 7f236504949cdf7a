"""Contacts: people exposed to a case; recording them, their exposures, and the work they make."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracer import policy, vault
from tracer.casework import notices, people, records
from tracer.casework.records import session_of
from tracer.casework.teams import Pools
from tracer.clock import london
from tracer.ids import new_id, new_reference
from tracer.models import Case, Contact, ContactState, Exposure, Person, Task, TaskKind, TaskState
from tracer.needs import need
from tracer.policy import needs
from tracer.postcode import outward
from tracer.schemas.identity import Identity


@dataclass(frozen=True, slots=True)
class Named:
    """A contact as the case named them: who, how near, when last, and whether they share the home."""

    identity: Identity
    last_exposure: date
    closeness: str
    household: bool = False
    minutes: int | None = None
    place: str | None = None
    relationship: str | None = None
    birth_year: int | None = None
    known_id: UUID | None = None


def get(session: Session, contact_id: UUID) -> Contact:
    """The contact with its person, and its case where the actor may see that too."""
    return records.get(session, Contact, contact_id, joinedload(Contact.person), joinedload(Contact.case))


def _known(session: Session, case: Case, named: Named) -> Contact | None:
    """The contact of this case that was chosen among those the record has, if one was."""
    found = session.get(Contact, named.known_id) if named.known_id else None
    return found if found and found.case_id == case.id else None


def task_of(contact: Contact) -> Task | None:
    """The alert task about this contact, where the actor may see it."""
    if contact.alert_task_id is None:
        return None
    return session_of(contact).get(Task, contact.alert_task_id)


def of_case(session: Session, case: Case) -> list[Contact]:
    """The contacts of a case, with their people, in the order they were named."""
    query = select(Contact).where(Contact.case_id == case.id).options(joinedload(Contact.person))
    return list(session.scalars(query.order_by(Contact.created_at, Contact.id)))


def of_task(session: Session, task: Task) -> list[Contact]:
    """The household that one alert task is about, with their people."""
    query = select(Contact).where(Contact.alert_task_id == task.id).options(joinedload(Contact.person))
    return list(session.scalars(query.order_by(Contact.created_at, Contact.id)))


def record(case: Case, named: list[Named], household: Identity, now: datetime) -> list[Contact]:
    """Write down the contacts that a case named, with one alert task for each household of close contacts.

    `household` is the case's own identity: whoever shares the home shares its address. Each contact with
    a mobile or an e-mail address is owed a notice, entered in the same transaction.
    """
    session = session_of(case)
    pools = Pools(session)
    work: dict[bytes | None, Task] = {}
    recorded = []
    for one in named:
        if known := _known(session, case, one):
            _met_again(known, one, now)
            recorded.append(known)
            continue
        contact = _new_contact(case, one, household, now)
        if contact.state is ContactState.TO_ALERT:
            key = contact.person.address_key or contact.id.bytes
            if key not in work:
                work[key] = _alert_task(case, contact, pools, now)
            contact.alert_task_id = work[key].id
        session.add(contact)
        session.flush()
        session.add(_exposure(contact, one, now))
        if contact.state is ContactState.TO_ALERT:
            notices.owe_alert(contact, one.identity, now)
        recorded.append(contact)
    session.flush()
    return recorded


def _met_again(contact: Contact, named: Named, now: datetime) -> None:
    """Somebody whom the record has: another occasion, and the dates that follow from a later one."""
    session_of(contact).add(_exposure(contact, named, now))
    if named.last_exposure > contact.last_exposure:
        contact.last_exposure = named.last_exposure
        if contact.risk == "close":
            rules = policy.rules(contact.disease, london(now).date())
            contact.isolation_until = rules.contact_isolation_until(named.last_exposure)


def _new_contact(case: Case, named: Named, household: Identity, now: datetime) -> Contact:
    identity = _at_home(named.identity, household) if named.household else named.identity
    area = outward(identity.postcode) if identity.postcode else case.person.area
    person = people.new(identity, now, birth_year=named.birth_year, area=area)
    rules = policy.rules(case.disease, london(now).date())
    risk = rules.risk("household" if named.household else named.closeness, named.minutes)
    until = None
    if risk == "household":
        until = rules.household_until(case.onset_date, case.specimen_date)
    elif risk == "close":
        until = rules.contact_isolation_until(named.last_exposure)
    contact_id = new_id()
    relationship = vault.current().seal(named.relationship, contact_id, now.date()) if named.relationship else None
    return Contact(
        id=contact_id,
        reference=new_reference(),
        case_id=case.id,
        person=person,
        disease=case.disease,
        state=ContactState.TO_ALERT if risk in {"household", "close"} else ContactState.NOT_CLOSE,
        risk=risk,
        sealed_relationship=relationship,
        last_exposure=named.last_exposure,
        isolation_until=until,
        policy_version=rules.version,
        created_at=now,
    )


def _at_home(identity: Identity, household: Identity) -> Identity:
    """Whoever shares the home has its address: nobody is asked for it twice."""
    return Identity(
        given_name=identity.given_name,
        family_name=identity.family_name or household.family_name,
        date_of_birth=identity.date_of_birth,
        phone=identity.phone,
        email=identity.email,
        address_line_1=household.address_line_1,
        address_line_2=household.address_line_2,
        town=household.town,
        postcode=household.postcode,
    )


def _alert_task(case: Case, contact: Contact, pools: Pools, now: datetime) -> Task:
    today = london(now).date()
    rules = policy.rules(case.disease, today)
    pool, skill = pools.of(contact.person.area), needs.skill_for(TaskKind.ALERT, age=_age(contact.person, today))
    points, why = rules.alert_priority(
        last_exposure=contact.last_exposure, household=contact.risk == "household", today=today
    )
    task = Task(
        id=new_id(),
        kind=TaskKind.ALERT,
        state=TaskState.WAITING,
        disease=case.disease,
        household_key=contact.person.address_key,
        area=contact.person.area,
        pool_id=pool,
        team_id=pool,
        language=contact.person.language,
        skill=skill,
        need=need(skill, contact.person.language),
        priority=points,
        reasons=why,
        due_at=now + timedelta(hours=rules.alert_due_hours),
        created_at=now,
    )
    session_of(case).add(task)
    return task


def _age(person: Person, today: date) -> int | None:
    return today.year - person.birth_year if person.birth_year else None


def _exposure(contact: Contact, named: Named, now: datetime) -> Exposure:
    exposure = Exposure(
        id=new_id(),
        contact_id=contact.id,
        day=named.last_exposure,
        closeness="household" if named.household else named.closeness,
        minutes=named.minutes,
    )
    if named.place:
        exposure.sealed_place = vault.current().seal(named.place, exposure.id, now.date())
    return exposure
