"""What a roster may say of somebody: which role and team a newcomer gets, and what may change of an account."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.casework import staff as verbs
from tracer.faults import Invalid
from tracer.models import CAPACITY, Role, Staff, Team
from tracer.schemas.case_batch import RowFault
from tracer.schemas.roster import RosterRow

_BY_FILE = [role for role in Role if role is not Role.IMPORTER and not verbs.is_powerful(role)]
_CHOICE = f"{', '.join(role.value for role in _BY_FILE[:-1])} or {_BY_FILE[-1].value}"
Values = dict[str, str | UUID | list[str] | int | None]


class Places:
    """The teams that there are, read once for a file."""

    def __init__(self, session: Session) -> None:
        self._teams: dict[str, list[Team]] = {}
        for team in session.scalars(select(Team)):
            self._teams.setdefault(team.name.casefold(), []).append(team)

    def unknown(self, read: dict[str, Any]) -> list[RowFault]:
        """Which of the cells that could be read name a role or a team that there is not."""
        role, team, faults = read.get("role"), read.get("team"), []
        if role and role not in list(Role):
            faults.append(RowFault("role", role[:200], f"There is no such role. Write {_CHOICE}."))
        if team and self._team(team) is None:
            words = "There is no team of that name. Write it as on the page Teams, or add the team there first."
            faults.append(RowFault("team", team[:200], words))
        return faults

    def of_newcomer(self, row: RosterRow) -> tuple[Role, UUID | None] | RowFault:
        """The role and team of somebody new, or why they cannot be added by a file."""
        role = Role(row.role)
        if verbs.is_powerful(role):
            words = f"Nobody is made {role.value} by a file: add them on the page Staff, where a second person agrees."
            return RowFault("role", role.value, words)
        if role is Role.IMPORTER:
            return RowFault("role", role.value, "This is a machine, which nobody invites: add it by `staff add`.")
        return self._place(row, role)

    def of_account(self, row: RosterRow, account: Staff) -> Values | RowFault:
        """What the row brings up to date, by column: nothing, where all is as it says; or why it must not."""
        if account.ended_at is not None:
            words = "The account of this address has ended, and does not come back. Give the person another address."
            return RowFault("email", row.email, words)
        if row.role != account.role.value:
            words = f"Their role here is {account.role.value}, and a file changes no role: an administrator does, on "
            return RowFault("role", row.role[:200], f"{words}their own page. To leave it, write {account.role.value}.")
        found = self._place(row, account.role)
        if isinstance(found, RowFault):
            return found
        values: Values = {"given_name": row.given_name, "family_name": row.family_name, "team_id": found[1]}
        values |= as_they_work(row)
        different = {name: value for name, value in values.items() if value != getattr(account, name)}
        return self._allowed(row, account, different)

    def _allowed(self, row: RosterRow, account: Staff, different: Values) -> Values | RowFault:
        if not different:
            return {}
        column = next(iter(different)).removesuffix("_id")
        if verbs.is_powerful(account.role) or account.role is Role.IMPORTER:
            words = f"A file changes no account of {_a(account.role)}. Make the row say what the account says."
            return RowFault(column, "", words)
        if {"given_name", "family_name"} <= different.keys():
            words = f"The account of this address is that of {account.name}. Somebody else needs an address of their "
            words += "own. If it is the same person, change the first name and the last name by two files."
            return RowFault("email", row.email, words)
        return different

    def _place(self, row: RosterRow, role: Role) -> tuple[Role, UUID | None] | RowFault:
        team = self._team(row.team)
        try:
            verbs.check_place(role, team, ())
        except Invalid as fault:
            return RowFault("team", row.team, " ".join(fault.fields.values()))
        return role, team.id if team else None

    def _team(self, name: str) -> Team | None:
        """The team of a name; where two differ by their capitals alone, as it is written."""
        named = self._teams.get(name.casefold(), [])
        exact = [team for team in named if team.name == name]
        return next(iter(named if len(named) == 1 else exact), None)


def as_they_work(row: RosterRow) -> Values:
    """What the row says of how somebody works, by column; what the file has no column for is left out."""
    values: Values = {"skills": row.skills, "languages": row.languages}
    values["capacity"] = None if row.capacity is None else row.capacity or CAPACITY
    values = {name: value for name, value in values.items() if value is not None}
    return values if row.pattern is None else values | {"pattern": row.pattern or None}


def _a(role: Role) -> str:
    return f"{'an' if role.value[0] in 'aeiou' else 'a'} {role.value}"
