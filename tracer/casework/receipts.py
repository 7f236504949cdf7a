"""Receipts: what became of a batch, row by row, for whoever sent it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import audit
from tracer.casework import records
from tracer.ids import new_id
from tracer.models import Intake, IntakeReject, IntakeState
from tracer.tables import as_text

PAGE = 50
FILE_PAGE = 1000
# A worker says every second how far it is, once it has read the file, which may take this long.
_SILENT = timedelta(minutes=5)
_WHAT_TO_DO = ("rejected_line", "rejected_column", "rejected_value", "what_to_do")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken: its line, what is wrong (column, value, what to do), its cells as they came."""

    line: int
    faults: list[dict[str, str]]
    cells: dict[str, str]


def get(session: Session, intake_id: UUID) -> Intake:
    """The intake, where it is this actor's to see; NotFound otherwise."""
    return records.get(session, Intake, intake_id)


def recent(session: Session, before: UUID | None = None, most: int = PAGE) -> Sequence[Intake]:
    """The newest intakes first; `before` an intake's id for the page after it (ids rise with time)."""
    query = select(Intake).order_by(Intake.id.desc()).limit(most)
    return session.scalars(query.where(Intake.id < before) if before else query).all()


def rejects(session: Session, intake: Intake, after: int = 0, most: int = PAGE) -> list[Reject]:
    """The rejected rows below line `after`, in order, opened after writing down that they were read."""
    query = select(IntakeReject).where(IntakeReject.intake_id == intake.id, IntakeReject.line > after)
    found = session.scalars(query.order_by(IntakeReject.line).limit(most)).all()
    audit.read(session, found, ["row"])
    return [_opened(row) for row in found]


def at_work(intake: Intake, now: datetime) -> bool:
    """Whether a worker is loading it, as far as can be told: it said so not long ago."""
    if intake.state is not IntakeState.RECEIVED or intake.worked_at is None:
        return False
    return now - intake.worked_at < _SILENT


def summary(intake: Intake, now: datetime) -> str:
    """One line: "500 rows: 129 loaded, 0 joined, 371 rejected", why the file was refused, or how far it is."""
    if intake.state is IntakeState.RECEIVED:
        if not at_work(intake, now):
            return "Received, and waiting to be loaded."
        if not intake.rows:
            return "Being loaded: the file is being read."
        return f"Being loaded: {intake.rows_done:,} of {intake.rows:,} rows."
    if intake.state is IntakeState.REFUSED:
        return f"Nothing was loaded. {intake.message}"
    rows = f"{intake.declared:,} row{'' if intake.declared == 1 else 's'}"
    return f"{rows}: {intake.loaded:,} loaded, {intake.joined:,} joined, {intake.rejected:,} rejected"


def sealed(
    intake_id: UUID, line: int, faults: list[dict[str, str]], cells: dict[str, str], now: datetime
) -> dict[str, Any]:
    """A rejected row as column values; what it quotes is sealed."""
    reject_id = new_id()
    document = {"faults": faults, "cells": cells}
    return {
        "id": reject_id,
        "intake_id": intake_id,
        "line": line,
        "sealed": vault.current().seal(document, reject_id, now.date()),
    }


def _opened(row: IntakeReject) -> Reject:
    document = vault.current().open(row.sealed, row.id)
    return Reject(row.line, document["faults"], document["cells"])


def as_csv(page: Sequence[Reject], *, header: bool) -> str:
    """Rejected rows as CSV: four columns that say what to do, then the row as it came.

    Corrected, and without those four columns, the file can be sent again.
    """
    lines = [[str(one.line), *_said(one), *one.cells.values()] for one in page]
    if header:
        lines.insert(0, [*_WHAT_TO_DO, *page[0].cells])
    return as_text(lines[0], lines[1:])


def _said(reject: Reject) -> list[str]:
    return ["; ".join(fault[part] for fault in reject.faults) for part in ("column", "value", "message")]
