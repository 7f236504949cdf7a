"""Intake: a received batch is read to its end, then loaded to the row in one transaction, or not at all.

Every row ends loaded, joined to what is there, or rejected with what to do; the database refuses a
receipt whose three do not make the rows of the file. Memory does not grow with the file, but for 100
bytes a row to know a repeated record_id by.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer import clock, policy, vault
from tracer.access.bulk import insert_rows
from tracer.casework import receipts
from tracer.casework.intake_chunk import Arrival, Chunks
from tracer.faults import Invalid
from tracer.ids import new_id
from tracer.models import Intake, IntakeReject, IntakeState
from tracer.schemas import case_batch
from tracer.schemas.batch_map import BatchMap
from tracer.schemas.case_batch import CaseRow, RowFault
from tracer.tables import TableFault, open_table

Progress = Callable[[int, int], None]
DEFAULT_DISEASE = "covid-19"
_CHUNK = 2_000
_LOCK = 834_001  # the advisory lock that intakes share; any number nothing else uses
_FOREIGN = (
    "This record_id came before with somebody else. Where another laboratory numbers alike, give lab_code; "
    "where the name was corrected, the case is here already and this row can be left out."
)


def load(
    session: Session,
    path: Path,
    *,
    name: str,
    batch_map: BatchMap,
    now: datetime,
    disease: str | None = None,
    received_by: UUID | None = None,
    progress: Progress = lambda done, rows: None,
) -> Intake:
    """Load a batch as SYSTEM, inside a transaction; `progress` is told rows done and rows in the file.

    A file that cannot be used as a whole leaves a refused intake with the reason and nothing else.
    Invalid where there are no rules for the disease.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    intake = new(name, batch_map, digest, now, disease=disease, received_by=received_by)
    session.add(intake)
    session.flush()
    load_into(session, intake, path, batch_map=batch_map, now=now, progress=progress)
    return intake


def new(
    name: str, batch_map: BatchMap, digest: bytes, now: datetime, *, disease: str | None, received_by: UUID | None
) -> Intake:
    """An intake that was received and not yet loaded. Invalid where there are no rules for the disease."""
    return Intake(
        id=new_id(),
        filename=name[:200],
        map_name=batch_map.name[:80] or None,
        disease=_disease(disease or batch_map.disease),
        digest=digest,
        state=IntakeState.RECEIVED,
        received_by_id=received_by,
        received_at=now,
        declared=0,
        loaded=0,
        joined=0,
        rejected=0,
        rows_done=0,
    )


def load_into(
    session: Session, intake: Intake, path: Path, *, batch_map: BatchMap, now: datetime, progress: Progress
) -> None:
    """Load the file of an intake that was received: loaded to the row, or refused with the reason.

    One intake at a time: a second one waits. The intake's row is written at the very end, so that until then
    another transaction can write on it how far this one is.
    """
    try:
        rows, notes = _read_through(path, batch_map)
    except TableFault as fault:
        refuse(intake, str(fault), clock.now())
        session.flush()
        return
    _prepare(session)
    loading = _Loading(session, intake, batch_map, now)
    loading.run(path, rows, progress)
    intake.state, intake.message = IntakeState.LOADED, " ".join(notes)[:500] or None
    intake.declared = intake.rows = intake.rows_done = rows
    intake.finished_at = clock.now()
    intake.loaded, intake.joined, intake.rejected = loading.loaded, loading.joined, loading.rejected
    session.flush()


def refuse(intake: Intake, why: str, now: datetime) -> None:
    """Nothing of it is loaded, and why."""
    intake.state, intake.message, intake.finished_at = IntakeState.REFUSED, why[:500], now


def is_free(session: Session) -> bool:
    """Whether no other transaction loads an intake; if so, none does until this one ends."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


def _disease(wanted: str | None) -> str:
    disease, known = wanted or DEFAULT_DISEASE, policy.diseases()
    if disease not in known:
        raise Invalid(f"There are no rules for {disease!r}.", {"disease": f"Choose one of these: {', '.join(known)}."})
    return disease


def _read_through(path: Path, batch_map: BatchMap) -> tuple[int, list[str]]:
    """Read the whole file before anything is written: how many rows it holds, and what was noticed."""
    with open_table(path) as table:
        batch_map.check_header(table.header)
        return table.count(), table.notes


def _prepare(session: Session) -> None:
    """Two batches with one person in both must see each other: one at a time. SQLite has one writer anyhow.

    PostgreSQL plans each chunk's look-ups anew: a plan kept from when the tables were empty reads them whole
    and compares every row with each of the 2,000 keys (10 s a chunk among 80,000 cases, measured).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        session.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


class _Loading:
    """The second reading of one file, chunk by chunk."""

    def __init__(self, session: Session, intake: Intake, batch_map: BatchMap, now: datetime) -> None:
        self._session, self._intake, self._map, self._now = session, intake, batch_map, now
        self._chunks = Chunks(session, intake.id, intake.disease, now)
        self._digest = vault.current().digest
        self._first_line: dict[bytes, int] = {}
        self._rejects: list[dict[str, Any]] = []
        self.loaded = self.joined = self.rejected = 0

    def run(self, path: Path, rows: int, progress: Progress) -> None:
        done = 0
        with open_table(path) as table:
            lines = iter(table)
            while some := list(islice(lines, _CHUNK)):
                self._take(table.header, some)
                done += len(some)
                progress(done, rows)

    def _take(self, header: list[str], some: list[tuple[int, list[str]]]) -> None:
        arrivals = list(self._checked(header, some))
        outcome = self._chunks.take(arrivals)
        for arrival in outcome.foreign:
            fault = RowFault("record_id", arrival.row.record_id, _FOREIGN)
            self._reject(arrival.line, [fault], arrival.cells)
        insert_rows(self._session, IntakeReject, self._rejects)
        self.loaded += outcome.loaded
        self.joined += outcome.joined
        self.rejected += len(self._rejects)
        self._rejects = []

    def _checked(self, header: list[str], some: list[tuple[int, list[str]]]) -> Iterator[Arrival]:
        for line, texts in some:
            cells = dict(zip(header, texts, strict=True))
            ours, faults = self._map.apply(cells)
            row = case_batch.convert(ours) if ours else []
            if faults or isinstance(row, list):
                self._reject(line, _all_faults(faults, row), cells)
                continue
            key = self._digest("record", f"{self._map.name}/{row.lab_code or ''}/{row.record_id}")
            first = self._first_line.setdefault(key[:15], line)
            if first != line:
                again = RowFault(
                    "record_id", row.record_id, f"Line {first} has this id already. Give each result its own."
                )
                self._reject(line, [again], cells)
                continue
            yield Arrival(line, cells, row, key)

    def _reject(self, line: int, faults: list[RowFault], cells: dict[str, str]) -> None:
        said = [{"column": one.column, "value": one.value, "message": one.message} for one in faults]
        self._rejects.append(receipts.sealed(self._intake.id, line, said, cells, self._now))


def _all_faults(of_map: list[RowFault], row: CaseRow | list[RowFault]) -> list[RowFault]:
    """Both kinds; a cell that the map could not read is not reported as missing besides."""
    named = {fault.column for fault in of_map}
    return of_map + [fault for fault in (row if isinstance(row, list) else []) if fault.column not in named]
