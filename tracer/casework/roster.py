"""Rosters: a file of people brings newcomers in, invites each once, and brings up to date who is here already.

Every row is added, unchanged, changed or rejected with what to do. No file changes a role, or makes or changes an
administrator or privacy officer. The same file twice adds nothing and owes nobody anything.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tracer.access import actor
from tracer.casework import passwords
from tracer.casework.entering import enter
from tracer.casework.receipts import Reject
from tracer.casework.roster_places import Places, as_they_work
from tracer.casework.roster_receipt import RosterReceipt
from tracer.casework.roster_twins import Twins
from tracer.faults import Conflict
from tracer.ids import new_id
from tracer.models import CAPACITY, Staff
from tracer.schemas import roster as rows
from tracer.schemas.case_batch import RowFault
from tracer.schemas.roster import RosterRow
from tracer.tables import Table, TableFault

Progress = Callable[[int, int], None]
# Of one file; what is kept of each row to know it again is about 300 bytes.
MOST = 100_000
_CHUNK = 1_000
_NOBODY = "The file names its columns and holds nobody. Send it again, or ask whoever made it."
_MEANWHILE = "Somebody added or changed one of these people at the same moment. Nothing was done: send it again."
# What an account has -> what the receipt calls it.
_CALLED = {"given_name": "name", "family_name": "name", "team_id": "team"}


def bring_in(
    session: Session,
    opened: Callable[[], Table],
    now: datetime,
    reject: Callable[[Reject], None],
    *,
    most: int = MOST,
    progress: Progress = lambda done, rows: None,
) -> RosterReceipt:
    """Bring in a roster, inside a transaction; `opened` opens its file, which is read twice.

    `reject` is given each row that is not taken, in the order of the file; `progress` rows done and rows in all.
    TableFault where the file cannot be used as a whole; Conflict where somebody does the same at this moment.
    """
    twins, receipt = Twins(), RosterReceipt()
    with opened() as table:
        rows.check_header(table.header)
        receipt.notes = table.notes
        for line, cells in _cells(table):
            receipt.read += 1
            if receipt.read > most:
                raise TableFault(f"The file has over {most:,} rows, the most that is taken here. Send several files.")
            twins.look(line, cells)
    if not receipt.read:
        raise TableFault(_NOBODY)
    _plan_anew(session)
    loading, done = _Loading(session, twins, receipt, now, reject), 0
    with opened() as table:
        lines = _cells(table)
        while some := list(islice(lines, _CHUNK)):
            loading.take(some)
            done += len(some)
            progress(done, receipt.read)
    return receipt


def _cells(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by its columns, without those that are ours."""
    for line, texts in table:
        given = zip(table.header, texts, strict=True)
        yield line, {name: text for name, text in given if name and name not in rows.OURS}


def _plan_anew(session: Session) -> None:
    """PostgreSQL plans each look-up anew: a plan kept from when the table was empty reads it whole (`intake`)."""
    if actor.of(session).is_system and session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


@dataclass(slots=True)
class _Arrival:
    """A row that can be used, with its place and its cells as they came."""

    line: int
    cells: dict[str, str]
    row: RosterRow


class _Loading:
    """The second reading of one file, chunk by chunk."""

    def __init__(
        self,
        session: Session,
        twins: Twins,
        receipt: RosterReceipt,
        now: datetime,
        reject: Callable[[Reject], None],
    ) -> None:
        self._session, self._twins, self._receipt, self._now = session, twins, receipt, now
        self._reject, self._places = reject, Places(session)
        self._rejects: list[Reject] = []

    def take(self, some: list[tuple[int, dict[str, str]]]) -> None:
        """Load a chunk of rows."""
        arrivals = [one for line, cells in some if (one := self._checked(line, cells))]
        accounts, newcomers = self._accounts([one.row.email for one in arrivals]), []
        for one in arrivals:
            if account := accounts.get(one.row.email):
                self._bring_up_to_date(one, account)
            elif made := self._newcomer(one):
                newcomers.append(made)
        self._write(newcomers)
        for rejected in sorted(self._rejects, key=lambda one: one.line):
            self._reject(rejected)
        self._receipt.rejected += len(self._rejects)
        self._rejects = []

    def _accounts(self, addresses: list[str]) -> dict[str, Staff]:
        """Who has these addresses already, whether they are here or have left."""
        found = self._session.scalars(select(Staff).where(Staff.email.in_(addresses)))
        return {account.email: account for account in found}

    def _checked(self, line: int, cells: dict[str, str]) -> _Arrival | None:
        read, faults = rows.read(cells)
        faults += self._places.unknown(read)
        if twin := self._twins.fault(line, cells):
            faults.insert(0, twin)
        if faults:
            self._refuse(line, cells, *faults)
            return None
        return _Arrival(line, cells, RosterRow(**read))

    def _refuse(self, line: int, cells: dict[str, str], *faults: RowFault) -> None:
        said = [{"column": one.column, "value": one.value, "message": one.message} for one in faults]
        self._rejects.append(Reject(line, said, cells))

    def _newcomer(self, one: _Arrival) -> dict[str, Any] | None:
        place = self._places.of_newcomer(one.row)
        if isinstance(place, RowFault):
            self._refuse(one.line, one.cells, place)
            return None
        named = {"email": one.row.email, "given_name": one.row.given_name, "family_name": one.row.family_name}
        made: dict[str, Any] = {"id": new_id(), **named, "role": place[0], "team_id": place[1], "created_at": self._now}
        made |= {"skills": [], "languages": [], "capacity": CAPACITY, "pattern": None, **as_they_work(one.row)}
        return made | {"epoch": 1, "version": 1}

    def _bring_up_to_date(self, one: _Arrival, account: Staff) -> None:
        """What is different is changed; another team ends their sign-ins, and what they hold goes back."""
        different = self._places.of_account(one.row, account)
        if isinstance(different, RowFault):
            self._refuse(one.line, one.cells, different)
            return
        if not different:
            self._receipt.unchanged += 1
            return
        for name, value in different.items():
            setattr(account, name, value)
        if "team_id" in different:
            account.epoch += 1
        self._receipt.changed += 1
        self._receipt.what.update({_CALLED.get(name, name) for name in different})

    def _write(self, newcomers: list[dict[str, Any]]) -> None:
        try:
            self._session.flush()
            if newcomers:
                enter(self._session, Staff, newcomers)
                passwords.invite(self._session, newcomers, self._now)
        except (IntegrityError, StaleDataError) as fault:
            raise Conflict(_MEANWHILE) from fault
        self._receipt.added += len(newcomers)
