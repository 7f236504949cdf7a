"""Synthetic people and their cases: invented names, numbers kept for testing, households among them."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracer import nhs_number
from tracer.casework import cases, people
from tracer.casework.teams import Pools
from tracer.clock import london
from tracer.models import Case, Person, Task
from tracer.schemas.identity import Identity

CASES = 300
_GIVEN = [
    "Amara",
    "Beatrix",
    "Callum",
    "Dilys",
    "Emeka",
    "Farah",
    "Gethin",
    "Hana",
    "Idris",
    "Jolanta",
    "Kofi",
    "Leila",
    "Marek",
    "Nia",
    "Owain",
    "Parveen",
    "Quentin",
    "Rosa",
    "Sibusiso",
    "Tegan",
    "Umar",
    "Viktor",
    "Wanda",
    "Xanthe",
    "Yusuf",
    "Zofia",
    "Aled",
    "Bronwyn",
    "Chidi",
    "Delyth",
]
_FAMILY = [
    "Abernathy",
    "Bexley",
    "Castellan",
    "Dunmore",
    "Everglade",
    "Fairwater",
    "Goldthorpe",
    "Hartwood",
    "Inchbald",
    "Jessamy",
    "Kestrel",
    "Larkspur",
    "Merriweather",
    "Northcote",
    "Oakenshaw",
    "Pennywell",
    "Quickthorn",
    "Rookwood",
    "Silverdale",
    "Thistlewood",
    "Underhay",
    "Vanterpool",
    "Whitlock",
    "Yarrow",
    "Zellweg",
]
_STREETS = (
    "Juniper Terrace",
    "Mill Race Lane",
    "Harbour View",
    "Chapel Rise",
    "Orchard Way",
    "Station Parade",
)
_AREAS = ("LS6", "LS8", "BD3", "WF1", "YO10", "YO31", "HU5", "SE15", "SW9", "E8")
_SETTINGS = (None,) * 12 + ("care_home", "school", "food_production", "hospital")
_LANGUAGES = ("en",) * 9 + ("pl", "ur", "cy", "ro")


@dataclass
class Household:
    """One address, shared by the people who are made at it."""

    family_name: str
    line: str
    postcode: str
    area: str


def household(chance: random.Random, number: int) -> Household:
    """An invented address."""
    area = chance.choice(_AREAS)
    line = f"{1 + number % 90} {chance.choice(_STREETS)}"
    return Household(chance.choice(_FAMILY), line, f"{area} {chance.randint(1, 9)}AA", area)


def identity(chance: random.Random, number: int, home: Household) -> Identity:
    """An invented person at that address, with a number that no telephone has."""
    born = date(1932, 1, 1) + timedelta(days=chance.randrange(80 * 365))
    return Identity(
        given_name=chance.choice(_GIVEN),
        family_name=home.family_name,
        date_of_birth=born,
        nhs_number=_test_number(number),
        phone=f"+4474001{number:05d}" if chance.random() < 0.9 else None,
        email=f"person{number}@example.com" if chance.random() < 0.5 else None,
        address_line_1=home.line,
        town="Exampleton",
        postcode=home.postcode,
    )


def _test_number(number: int) -> str:
    """The number-th valid one of the range kept for tests."""
    candidate = 999_000_001 + number
    while True:
        for check in range(10):
            try:
                return nhs_number.parse(f"{candidate}{check}")
            except nhs_number.NhsNumberFault:
                continue
        candidate += 1


def make(
    session: Session, pools: Pools, chance: random.Random, number: int, home: Household, received: datetime
) -> tuple[Case, Task]:
    """A case received at that moment, its person, and the interview task waiting in the pool."""
    today = london(received).date()
    who = identity(chance, number, home)
    language = chance.choice(_LANGUAGES)
    person: Person = people.new(who, received, sex=chance.choice(("female", "male")), area=home.area, language=language)
    session.add(person)
    specimen = today - timedelta(days=chance.randint(1, 3))
    onset = specimen - timedelta(days=chance.randint(0, 3)) if chance.random() < 0.7 else None
    case_values, task_values = cases.opening(
        person.id,
        disease="measles" if chance.random() < 0.05 else "covid-19",
        specimen_date=specimen,
        onset_date=onset,
        setting=chance.choice(_SETTINGS),
        pool_id=pools.of(home.area),
        now=received,
        birth_year=person.birth_year,
        area=home.area,
        language=language,
        test_type="PCR",
        lab_code="DEMO1",
    )
    case, task = Case(**case_values), Task(**task_values)
    session.add(case)
    session.flush()
    session.add(task)
    session.flush()
    return case, task
