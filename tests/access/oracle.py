"""Who may see what, said again in plain Python over plain rows: nothing of the code's own rules stands here."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tracer import clock, db

Row = dict[str, Any]
TABLES = (
    *("team", "team_reach", "leadership", "staff", "sign_in", "task", "case_record", "contact", "person"),
    *("attempt", "interview", "exposure", "assignment", "notice", "grant_record", "conflict"),
)


def _plain(value: Any) -> Any:
    """SQLite keeps an id as 32 hex digits."""
    if isinstance(value, str) and len(value) == 32:
        try:
            return UUID(value)
        except ValueError:
            return value
    return value


def _moment(value: Any) -> datetime:
    """SQLite keeps a time as text without its zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass
class World:
    """Everything there is, read past every rule."""

    rows: dict[str, list[Row]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "World":
        with db.engine("system").connect() as connection:
            found = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in TABLES}
        return cls({name: [{k: _plain(v) for k, v in row.items()} for row in rows] for name, rows in found.items()})

    def __getitem__(self, table: str) -> list[Row]:
        return self.rows[table]

    def one(self, table: str, key: UUID) -> Row:
        return next(row for row in self.rows[table] if row["id"] == key)


class Oracle:
    """What one of the staff may see in a world."""

    def __init__(self, world: World, me: UUID) -> None:
        self.world, self.me = world, me
        self.person = world.one("staff", me)
        self.parents = {row["id"]: row["parent_id"] for row in world["team"]}
        led = {row["team_id"] for row in world["leadership"] if row["staff_id"] == me}
        self.reach = {team for team in self.parents if led & set(self.line(team))}
        against = [row for row in world["conflict"] if row["staff_id"] == me]
        self.shunned_tasks = {row["task_id"] for row in against}
        self.shunned_people = {row["person_id"] for row in against}
        self.grants = [row for row in world["grant_record"] if row["staff_id"] == me and self.is_open(row)]

    def is_open(self, grant: Row) -> bool:
        return grant["ended_at"] is None and _moment(grant["from_at"]) <= clock.now() < _moment(grant["until_at"])

    def granted(self, column: str, value: Any) -> bool:
        return value is not None and any(grant[column] == value for grant in self.grants)

    def line(self, team: UUID | None) -> list[UUID]:
        """A team and all those above it."""
        found = []
        while team is not None:
            found.append(team)
            team = self.parents[team]
        return found

    def theirs(self, task: Row) -> bool:
        reached = task["holder_id"] == self.me or task["team_id"] in self.reach
        return bool(reached and task["id"] not in self.shunned_tasks)

    def opens(self, case_id: Any, kinds: tuple[str, ...] = ("interview", "alert")) -> bool:
        """Whether a task of theirs of one of the kinds is about the case."""
        return any(
            self.theirs(task) and task["kind"] in kinds
            for task in self.world["task"]
            if case_id is not None and task["case_id"] == case_id
        )

    def holds(self, task_id: Any) -> bool:
        return any(self.theirs(task) for task in self.world["task"] if task["id"] == task_id)

    def task(self, row: Row) -> bool:
        drawn = row["state"] == "waiting" and row["team_id"] in self.line(self.person["team_id"])
        drawn = drawn and row["id"] not in self.shunned_tasks
        granted = self.granted("case_id", row["case_id"]) or self.granted("task_id", row["id"])
        return self.theirs(row) or drawn or row["moved_by_id"] == self.me or granted

    def case_record(self, row: Row) -> bool:
        return self.opens(row["id"]) or self.granted("case_id", row["id"])

    def contact(self, row: Row) -> bool:
        by_work = self.holds(row["alert_task_id"]) or self.opens(row["case_id"], ("interview",))
        of_case = by_work or self.granted("case_id", row["case_id"])
        return self.granted("contact_id", row["id"]) or (of_case and row["person_id"] not in self.shunned_people)

    def people(self, row: Row) -> bool:
        cases = [case for case in self.world["case_record"] if case["person_id"] == row["id"]]
        contacts = [contact for contact in self.world["contact"] if contact["person_id"] == row["id"]]
        return any(map(self.case_record, cases)) or any(map(self.contact, contacts))

    def of_contact(self, contact_id: Any) -> bool:
        return any(self.contact(row) for row in self.world["contact"] if row["id"] == contact_id)

    def exposure(self, row: Row) -> bool:
        return self.of_contact(row["contact_id"])

    def attempt(self, row: Row) -> bool:
        by_work = self.holds(row["task_id"]) or self.opens(row["case_id"])
        return by_work or self.granted("case_id", row["case_id"]) or self.granted_contact(row["contact_id"])

    def granted_contact(self, contact_id: Any) -> bool:
        return self.granted("contact_id", contact_id) or any(
            self.granted("case_id", row["case_id"]) and row["person_id"] not in self.shunned_people
            for row in self.world["contact"]
            if row["id"] == contact_id
        )

    def grant_record(self, row: Row) -> bool:
        whose = row["staff_id"] == self.me or row["team_id"] in self.reach
        return whose or self.person["role"] == "privacy officer"

    def conflict(self, row: Row) -> bool:
        team = self.world.one("staff", row["staff_id"])["team_id"]
        return row["staff_id"] == self.me or team in self.reach

    def assignment(self, row: Row) -> bool:
        return row["staff_id"] == self.me or self.holds(row["task_id"])

    def notice(self, row: Row) -> bool:
        return row["staff_id"] == self.me or self.of_contact(row["contact_id"])

    def staff(self, row: Row) -> bool:
        if self.person["role"] in ("administrator", "privacy officer"):
            return True
        above = self.line(self.person["team_id"])
        leads_me = any(one["staff_id"] == row["id"] and one["team_id"] in above for one in self.world["leadership"])
        return row["id"] == self.me or row["team_id"] in self.reach or leads_me

    def sign_in(self, row: Row) -> bool:
        return bool(row["staff_id"] == self.me)

    def sees(self, table: str) -> set[UUID]:
        """The ids of a table's rows that they may see."""
        rule = {"person": self.people, "interview": self.attempt}.get(table) or getattr(self, table)
        return {row["id"] for row in self.world[table] if rule(row)}


def page_status(world: World, token_row: Row | None, table: str, record_id: UUID) -> int:
    """What the page of a case or contact answers to a browser whose cookie is this sign-in."""
    if token_row is None:
        return 302
    staff = world.one("staff", token_row["staff_id"])
    live = token_row["ended_at"] is None and token_row["epoch"] == staff["epoch"] and staff["ended_at"] is None
    if not live:
        return 302
    if staff["role"] not in ("tracer", "supervisor"):
        return 404
    return 200 if record_id in Oracle(world, staff["id"]).sees(table) else 404
