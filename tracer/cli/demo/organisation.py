"""The demonstration's organisation: a tree of teams and one account of each role."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access.actor import Actor
from tracer.casework import clearance, staff, teams, training
from tracer.config import DEMO_PASSWORD
from tracer.models import Completion, Role, Staff, Team

# Team -> the team above it, the postcode areas it covers.
_TEAMS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "England": (None, ()),
    "North": ("England", ()),
    "South": ("England", ()),
    "Leeds": ("North", ("LS", "BD", "WF")),
    "York and Hull": ("North", ("YO", "HU")),
    "London": ("South", ("SE", "SW", "N", "E", "W")),
}
# Team -> what it takes on besides calls; these stand under the top and cover no area.
_DUTIES = {
    "Health protection": "health protection",
    "Safeguarding": "safeguarding",
    "Support at home": "support",
}
# Account -> given name, family name, role, team. A supervisor leads the team they are in.
_ACCOUNTS: dict[str, tuple[str, str, Role, str | None]] = {
    "admin": ("Ada", "Okoro", Role.ADMINISTRATOR, None),
    "supervisor": ("Sunita", "Rahman", Role.SUPERVISOR, "North"),
    "supervisor2": ("Stefan", "Lindqvist", Role.SUPERVISOR, "South"),
    "tracer1": ("Tamsin", "Boyle", Role.TRACER, "Leeds"),
    "tracer2": ("Tomasz", "Wilk", Role.TRACER, "Leeds"),
    "tracer3": ("Teresa", "Adeyemi", Role.TRACER, "York and Hull"),
    "tracer4": ("Theo", "Marsh", Role.TRACER, "London"),
    "recruit": ("Robin", "Ashworth", Role.TRACER, "Leeds"),
    "protection": ("Petra", "Vance", Role.TRACER, "Health protection"),
    "trainer": ("Rhian", "Pugh", Role.TRAINER, None),
    "privacy": ("Priya", "Nair", Role.PRIVACY_OFFICER, None),
    "analyst": ("Anton", "Weiss", Role.ANALYST, None),
    "importer": ("Laboratory", "Feed", Role.IMPORTER, None),
}
# Account -> what they can do besides an ordinary call, and the languages that they speak besides English.
_SERVES: dict[str, tuple[list[str], list[str]]] = {
    "tracer1": (["complex settings", "conversation"], []),
    "tracer2": (["speaking with children"], ["pl"]),
    "tracer3": (["clinical", "complex settings"], []),
    "tracer4": (["speaking with children"], ["ur"]),
}
# Has begun today, and done no training yet: sees no records.
_UNTRAINED = {"recruit"}
ACCOUNTS_SAID = "\n".join(
    ["", "Sign in with any of these; the password is " + DEMO_PASSWORD]
    + [
        f"  {name + '@demo.example':<26}{role.value}{', not trained yet' if name in _UNTRAINED else ''}"
        for name, (_, _, role, _) in _ACCOUNTS.items()
        if name != "importer"
    ]
)


def is_there(session: Session) -> bool:
    """Whether the people here are the demonstration's, whose password everybody knows."""
    first = f"{next(iter(_ACCOUNTS))}@demo.example"
    return session.scalar(select(Staff.id).where(Staff.email == first, Staff.ended_at.is_(None))) is not None


def make(session: Session, now: datetime) -> dict[str, Actor]:
    """Teams, accounts and who leads what. Returns each account as an actor."""
    clearance.keep(session)
    made: dict[str, Team] = {}
    for name, (above, areas) in _TEAMS.items():
        made[name] = teams.add(session, name, made.get(above or ""), areas)
    for name, duty in _DUTIES.items():
        made[name] = teams.add(session, name, made[next(iter(_TEAMS))], duty=duty)
    return {account: _account(session, account, made, now) for account in _ACCOUNTS}


def _account(session: Session, account: str, made: dict[str, Team], now: datetime) -> Actor:
    given_name, family_name, role, team = _ACCOUNTS[account]
    person: Staff = staff.add(
        session,
        email=f"{account}@demo.example",
        given_name=given_name,
        family_name=family_name,
        role=role,
        team=made.get(team or ""),
        password=None if role is Role.IMPORTER else DEMO_PASSWORD,
        now=now,
    )
    person.skills, person.languages = _SERVES.get(account, ([], []))
    if role is not Role.IMPORTER and account not in _UNTRAINED:
        _train(session, person, now)
    if role is Role.SUPERVISOR and team:
        teams.lead(session, person, made[team])
    return Actor(person.id, role.value, person.name, role, person.team_id)


def _train(session: Session, person: Staff, now: datetime) -> None:
    """They passed all that their role needs, some months ago."""
    passed = now - timedelta(days=100)
    for key, months in clearance.needs(person.role).items():
        made = Completion(staff_id=person.id, by_id=person.id, key=key, course_version=1, passed_at=passed)
        made.until_at, made.code = training.after(passed, months), secrets.token_hex(8).upper()
        session.add(made)
    session.flush()
