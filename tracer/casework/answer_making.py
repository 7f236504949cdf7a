"""Making the tables of an export of answers, some interviews a tick, and throwing away what has expired.

As SYSTEM: nobody who may not see the records sees them here. An interview whose key is destroyed is counted, and
left out.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from tracer import vault
from tracer.access import bulk, identity
from tracer.casework import answer_exports, interview_facts, interview_memory, scripts
from tracer.clock import london
from tracer.ids import new_id
from tracer.interview import answer_sheets as sheets
from tracer.interview import answers as said
from tracer.interview import fhir
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.ledger import Ledger
from tracer.models import (
    Answer,
    AnswerExport,
    AnswerPiece,
    Approval,
    ApprovalState,
    Case,
    Contact,
    Interview,
    Person,
)
from tracer.schemas.identity import Identity
from tracer.tables import write_csv

# Interviews in one tick: about a second of work, so that a tick stays short.
_MOST = 200
_BOM = "\ufeff"  # by which Excel knows UTF-8


def make(session: Session, now: datetime) -> int:
    """Go on with the export that was asked for first. Returns how many interviews were written, or 1 at its end."""
    agreed = select(Approval.id).where(Approval.state == ApprovalState.APPROVED, Approval.done_at.is_(None))
    query = select(AnswerExport).where(
        AnswerExport.made_at.is_(None),
        AnswerExport.expires_at > now,
        or_(AnswerExport.approval_id.is_(None), AnswerExport.approval_id.in_(agreed)),
    )
    query = query.order_by(AnswerExport.asked_at, AnswerExport.id).limit(1).with_for_update(skip_locked=True)
    export = session.scalar(query)
    if export is None:
        return 0
    tables = _Tables(scripts.ready(session, export.script_id), export)
    if export.after_id is None:
        tables.begin()
    interviews = _next(session, export)
    for interview in interviews:
        tables.add(session, interview)
    tables.keep(session, now)
    if len(interviews) < _MOST:
        export.made_at = now
    session.flush()
    return max(len(interviews), 1)


def _next(session: Session, export: AnswerExport) -> Sequence[Interview]:
    """The interviews after the last one written, as there were when it was asked for."""
    mine = (Interview.script_id == export.script_id, Interview.started_at <= export.asked_at)
    query = select(Interview).where(*mine).order_by(Interview.id).limit(_MOST)
    if export.after_id is not None:
        query = query.where(Interview.id > export.after_id)
    return session.scalars(query).all()


@dataclass
class _Tables:
    """The rows of some interviews, gathered for the pieces that they become."""

    compiled: Compiled
    export: AnswerExport
    rows: dict[str, sheets.Rows] = field(default_factory=dict)
    responses: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """The first row of each table, and what its columns are."""
        script, named = self.compiled.script, self.export.named
        self.rows = {sheet: [header] for sheet, header in sheets.headers(script, named).items()}
        self.rows[sheets.QUESTIONS] = sheets.about(script, named)

    def add(self, session: Session, interview: Interview) -> None:
        """The rows of an interview, as it stood when the export was asked for."""
        export = self.export
        export.after_id = interview.id
        try:
            run, leads = _run(session, self.compiled, interview, export)
        except vault.VaultFault:
            export.forgotten += 1
            return
        export.interviews += 1
        for sheet, rows in sheets.rows(run, export.interviews, leads, export.named).items():
            self.rows.setdefault(sheet, []).extend(rows)
        response = fhir.response(run, str(export.script_id), export.interviews, leads, export.named)
        self.responses.append(json.dumps(response, ensure_ascii=False) + "\n")

    def keep(self, session: Session, now: datetime) -> None:
        """Seal what was gathered, a piece for each table and one for the responses."""
        export, pieces = self.export, []
        numbers = select(AnswerPiece.sheet, func.max(AnswerPiece.number)).where(AnswerPiece.export_id == export.id)
        last = {row.sheet: row[1] for row in session.execute(numbers.group_by(AnswerPiece.sheet))}
        found = {sheet: _as_csv(rows, first=sheet not in last) for sheet, rows in self.rows.items() if rows}
        if self.responses:
            found[answer_exports.RESPONSES] = "".join(self.responses).encode()
        for sheet, content in found.items():
            piece: dict[str, Any] = {"id": new_id(), "export_id": export.id, "sheet": sheet}
            sealed = vault.current().seal_bytes(content, piece["id"], now.date())
            pieces.append({**piece, "number": last.get(sheet, 0) + 1, "sealed": sealed})
        bulk.insert_rows(session, AnswerPiece, pieces)


def _as_csv(rows: sheets.Rows, *, first: bool) -> bytes:
    out = io.StringIO(newline="")
    write_csv(out, rows[0], rows[1:])
    return ((_BOM if first else "") + out.getvalue()).encode()


def _run(session: Session, compiled: Compiled, interview: Interview, export: AnswerExport) -> tuple[Run, list[str]]:
    """An interview as it was answered, on its last day; and what stands before its answers."""
    today = london(interview.finished_at or export.asked_at).date()
    about = _about(session, interview)
    facts_of: Any = interview_facts.of_case if isinstance(about, Case) else interview_facts.of_contact
    opened: list[Identity] = []

    def read(session: Session, *people: Person) -> list[Identity]:
        """Who they are: on record, with what it is read for, where it is shown with names. Each is opened once."""
        opened.extend(
            identity.read(session, *people, about=[about]) if export.named else identity.work_out(session, *people)
        )
        return opened

    basis = facts_of(session, about, today, read)
    given = _answers(session, interview.id, export.asked_at)
    plain = Run(compiled, given, {**basis.facts, "today": today}, today)
    return interview_facts.with_dates(plain, basis, today), _leads(interview, about, opened[0], export)


def _about(session: Session, interview: Interview) -> Case | Contact:
    model: Any = Case if interview.case_id else Contact
    found: Case | Contact = session.get_one(
        model, interview.case_id or interview.contact_id, options=[joinedload(model.person)]
    )
    return found


def _answers(session: Session, interview_id: UUID, upto: datetime) -> dict[str, said.Answer]:
    rows = interview_memory.rows(session, interview_id, Answer.given_at <= upto)
    return Ledger().with_entries(interview_memory.opened(rows)).answers()


def _leads(interview: Interview, about: Case | Contact, who: Identity, export: AnswerExport) -> list[str]:
    finished = interview.finished_at if interview.finished_at and interview.finished_at <= export.asked_at else None
    days = [london(one).date().isoformat() if one else "" for one in (interview.started_at, finished)]
    leads = [*days, (interview.outcome or "") if finished else ""]
    if export.named:
        born = who.date_of_birth.isoformat() if who.date_of_birth else ""
        leads += [about.reference, who.given_name, who.family_name, born, who.nhs_number or ""]
    return leads


def forget(session: Session, now: datetime) -> int:
    """Pieces of exports that have expired, and of those with names that were fetched, are thrown away."""
    over = select(AnswerExport.id).where(
        or_(AnswerExport.expires_at <= now, AnswerExport.named & AnswerExport.fetched_at.is_not(None))
    )
    pieces = session.scalars(select(AnswerPiece).where(AnswerPiece.export_id.in_(over)).limit(_MOST)).all()
    for piece in pieces:
        session.delete(piece)
    session.flush()
    return len(pieces)
