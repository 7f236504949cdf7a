"""A small organisation for tests: a tree of teams, one account of each role, and a way to make cases."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracer import clock
from tracer.casework import cases, clearance, people, staff, tasks, teams
from tracer.courses import library
from tracer.models import Case, Completion, Role, Staff, Task, TaskState, Team
from tracer.schemas.identity import Identity

PASSWORD = "a-long-password-for-tests"
# Account -> role, team. Supervisors lead the team that they are in.
ACCOUNTS = {
    "admin": (Role.ADMINISTRATOR, None),
    "supervisor": (Role.SUPERVISOR, "North"),
    "supervisor2": (Role.SUPERVISOR, "South"),
    "tracer1": (Role.TRACER, "Leeds"),
    "tracer2": (Role.TRACER, "Leeds"),
    "tracer3": (Role.TRACER, "York"),
    "tracer4": (Role.TRACER, "London"),
    "trainer": (Role.TRAINER, None),
    "privacy": (Role.PRIVACY_OFFICER, None),
    "analyst": (Role.ANALYST, None),
    "importer": (Role.IMPORTER, None),
}


def address(account: str) -> str:
    """The e-mail address of an account."""
    return f"{account}@demo.example"


def organise(session: Session, now: datetime) -> None:
    """Teams: National > North > Leeds (LS), York (YO); National > South > London (SE, SW). Then the accounts."""
    national = teams.add(session, "National")
    north, south = teams.add(session, "North", national), teams.add(session, "South", national)
    made = {team.name: team for team in (national, north, south)}
    for name, parent, areas in (
        ("Leeds", north, ("LS",)),
        ("York", north, ("YO",)),
        ("London", south, ("SE", "SW")),
    ):
        made[name] = teams.add(session, name, parent, areas)
    clearance.keep(session)
    for account, (role, team) in ACCOUNTS.items():
        _account(session, account, role, made.get(team or ""), now)


def _account(session: Session, account: str, role: Role, team: Team | None, now: datetime) -> None:
    person = staff.add(
        session,
        email=address(account),
        given_name=account.capitalize(),
        family_name="Example",
        role=role,
        team=team,
        password=PASSWORD,
        now=now,
    )
    train(session, person, now)
    if role is Role.SUPERVISOR and team is not None:
        teams.lead(session, person, team)


def train(session: Session, person: Staff, now: datetime) -> None:
    """All that any role needs, for ten years from a year ago (as SYSTEM)."""
    year = timedelta(days=365)
    for number, key in enumerate([*library.shipped(), library.UNDERTAKING, library.MOCK_CALL, library.SIGN_OFF]):
        made = Completion(
            staff_id=person.id,
            by_id=person.id,
            key=key,
            course_version=1,
            code=f"{person.id.hex[-15:]}{number}".upper(),
        )
        made.passed_at, made.until_at = now - year, now + 9 * year
        session.add(made)
    session.flush()


def untrain(session: Session, *names: str) -> None:
    """Take all training from accounts (as SYSTEM)."""
    for name in names:
        session.execute(delete(Completion).where(Completion.staff_id == account(session, name).id))


def account(session: Session, name: str) -> Staff:
    """The staff row of an account (as SYSTEM)."""
    return session.scalars(select(Staff).where(Staff.email == address(name))).one()


def make_case(session: Session, number: int = 1, *, area: str = "LS6", **given: Any) -> tuple[Case, Task]:
    """A synthetic case with its waiting interview task (as SYSTEM, inside a transaction).

    `number` makes the person: a name, a phone and an address that carry it. `given` replaces parts of the
    identity or, for `disease`, `onset_date`, `specimen_date`, of the case.
    """
    now, today = clock.now(), clock.today()
    dates: dict[str, Any] = {
        "disease": given.pop("disease", "covid-19"),
        "specimen_date": given.pop("specimen_date", today - timedelta(days=2)),
        "onset_date": given.pop("onset_date", today - timedelta(days=3)),
    }
    identity = Identity(
        **{
            "given_name": f"Canary{number}",
            "family_name": f"Quillfeather{number}",
            "phone": f"+4474001{number:05d}",
            "email": f"canary{number}@example.com",
            "address_line_1": f"{number} Marigold Row",
            "town": "Leeds",
            "postcode": f"{area} 1AA",
            **given,
        }
    )
    known: dict[str, Any] = {"birth_year": 1980, "area": area, "language": "en"}
    person = people.new(identity, now, **known)
    session.add(person)
    case_values, task_values = cases.opening(
        person.id, pool_id=teams.Pools(session).of(area), now=now, **dates, **known
    )
    case, task = Case(**case_values), Task(**task_values)
    case.person = person
    session.add(case)
    session.flush()
    session.add(task)
    session.flush()
    return case, task


def give(session: Session, task: Task, to: str) -> None:
    """Hand a task to an account (as SYSTEM, inside a transaction)."""
    assert task.state is not TaskState.DONE
    tasks.reassign(task, account(session, to), "for the test", clock.now())
