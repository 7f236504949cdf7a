"""What a record tells its script: names to greet, and the policy's dates for this very person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracer import phone, policy
from tracer.access import actor, identity
from tracer.casework import contacts
from tracer.interview import record
from tracer.interview.engine import Run
from tracer.interview.named import PEOPLE, Known
from tracer.models import Case, Contact, Person
from tracer.schemas.identity import Identity

Facts = dict[str, Any]
Reader = Callable[..., list[Identity]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What the record tells before anything is answered, and what the policy works a case's dates out from."""

    facts: Facts
    disease: str
    specimen: date | None = None
    onset: date | None = None

    def dated(self, told: date | None, today: date) -> Facts:
        """The policy's dates for a case, from the onset that was told or else the record's."""
        if self.specimen is None:
            return {}
        return _dates(self.disease, self.specimen, told or self.onset, today)


def with_dates(plain: Run, basis: Basis, today: date) -> Run:
    """A run with the policy's dates among its facts, worked out from the onset that was answered."""
    told = record.one(plain, "case.onset_date") if basis.specimen else None
    dates = basis.dated(date.fromisoformat(told) if told else None, today)
    return Run(plain.compiled, plain.answers, {**plain.facts, **dates}, today, plain.disputed)


def of_case(session: Session, case: Case, today: date, read: Reader = identity.read) -> Basis:
    """What a case's record tells. `read` opens who people are: on record, unless it is the machinery's own."""
    named = contacts.of_case(session, case)
    who, *others = read(session, case.person, *[one.person for one in named])
    facts = {
        **_of_person(session, case.person, who, today),
        PEOPLE: [_known(one, other) for one, other in zip(named, others, strict=True)],
        "case.reference": case.reference,
        "case.specimen_date": case.specimen_date,
        "known:case.onset_date": case.onset_date,
        "known:person.language": case.person.language,
    }
    return Basis(facts, case.disease, case.specimen_date, case.onset_date)


def _dates(disease: str, specimen: date, onset: date | None, today: date) -> Facts:
    """What the policy makes of an onset, as far as it is past: windows and isolation."""
    rules = policy.rules(disease, specimen)
    window_from, window_until = rules.contact_window(onset, specimen)
    return {
        "window.from": window_from,
        "window.until": min(window_until, today),
        "window.back_from": rules.back_from(onset, specimen),
        "isolation.until": rules.isolation_until(onset, specimen),
        "isolation.days": rules.case_isolation_days,
        "household.until": rules.household_until(onset, specimen),
        "household.days": rules.household_isolation_days,
    }


def of_contact(session: Session, contact: Contact, today: date, read: Reader = identity.read) -> Basis:
    """What a contact's record tells for an alert call: about the contact alone, nothing of the case."""
    rules, task = policy.rules(contact.disease, today), contacts.task_of(contact)
    named = [one for one in contacts.of_task(session, task) if one.id != contact.id] if task else []
    who, *others = read(session, contact.person, *[one.person for one in named])
    facts = {
        **_of_person(session, contact.person, who, today),
        PEOPLE: [_known(one, other) for one, other in zip(named, others, strict=True)],
        "contact.reference": contact.reference,
        "known:person.language": contact.person.language,
        "contact.last_exposure": contact.last_exposure,
        "contact.is_household": "yes" if contact.risk == "household" else "no",
        "isolation.until": contact.isolation_until,
        "isolation.days": rules.contact_isolation_days,
    }
    return Basis(facts, contact.disease)


def _known(contact: Contact, who: Identity) -> Known:
    """A contact whom the record has, as a list of people takes one."""
    told = {
        "given_name": who.given_name,
        "family_name": who.family_name,
        "phone": phone.show(who.phone) if who.phone else "",
        "email": who.email,
        "birth_year": str(contact.person.birth_year or ""),
    }
    values = {part: words for part, words in told.items() if words}
    return Known(str(contact.id), contact.risk == "household", values)


def _of_person(session: Session, person: Person, who: Identity, today: date) -> Facts:
    return {
        "person.given_name": who.given_name,
        "person.full_name": who.name,
        "person.birth_year": person.birth_year,
        "person.postcode_start": who.postcode.split()[0] if who.postcode else None,
        "person.phone_end": who.phone[-3:] if who.phone else None,
        "tracer.given_name": actor.of(session).name.partition(" ")[0],
        "today": today,
    }
