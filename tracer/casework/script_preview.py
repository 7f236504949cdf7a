"""Walking a script without anybody: an invented person, invented answers, any day. Nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tracer import policy
from tracer.casework import interview_facts
from tracer.casework.interview_facts import Basis
from tracer.interview.answers import Answer
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.script import Script


@dataclass(frozen=True, slots=True)
class Invented:
    """Who is called, and on which day."""

    day: date
    given_name: str
    birth_year: int | None
    tested: date
    began: date | None
    last_together: date
    at_home: bool
    is_case: bool = False  # where the script is for both
    family_name: str = "Example"
    postcode_start: str = "LS6"
    phone_end: str = "001"

    @classmethod
    def usual(cls, today: date) -> "Invented":
        """Somebody of 40 who was tested the day before yesterday."""
        return cls(today, "Alex", today.year - 40, today - timedelta(2), None, today - timedelta(3), False)


def is_for(script: Script, whom: str) -> bool:
    """Whether it is for calls to a `contact`, or to a `case`: it asks the record for something of one."""
    return any(item.field.startswith(f"{whom}.") for item in script.hidden)


def is_to_contact(script: Script, who: Invented) -> bool:
    """Whether this call is to a contact: one script may be for both, as the daily follow-up is."""
    return is_for(script, "contact") and not (who.is_case and is_for(script, "case"))


def run(compiled: Compiled, disease: str, who: Invented, answers: Mapping[str, Answer], said: Mapping[str, Any]) -> Run:
    """The script with these answers; `said` has the facts of the service and the tracer."""
    basis = _of_contact(disease, who) if is_to_contact(compiled.script, who) else _of_case(disease, who)
    plain = Run(compiled, answers, {**basis.facts, **said, "today": who.day}, who.day)
    return interview_facts.with_dates(plain, basis, who.day)


def _of_person(who: Invented) -> dict[str, Any]:
    return {
        "person.given_name": who.given_name,
        "person.full_name": f"{who.given_name} {who.family_name}",
        "person.birth_year": who.birth_year,
        "person.postcode_start": who.postcode_start,
        "person.phone_end": who.phone_end,
    }


def _of_case(disease: str, who: Invented) -> Basis:
    facts = {"case.reference": "7KQM2XPA", "case.specimen_date": who.tested, "known:case.onset_date": who.began}
    return Basis({**_of_person(who), **facts}, disease, who.tested, who.began)


def _of_contact(disease: str, who: Invented) -> Basis:
    rules = policy.rules(disease, who.day)
    facts = {
        "contact.reference": "7KQM2XPB",
        "contact.last_exposure": who.last_together,
        "contact.is_household": "yes" if who.at_home else "no",
        "isolation.until": rules.contact_isolation_until(who.last_together),
        "isolation.days": rules.contact_isolation_days,
    }
    return Basis({**_of_person(who), **facts}, disease)
