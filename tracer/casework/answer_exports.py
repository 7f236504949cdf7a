"""Exports of answers: an analyst, who sees no record, asks for all answers to a version; the worker makes the tables.

Without names they are theirs for a week. With names they take a reason and a second person, are fetched once, and
each person in them has it on record.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, audit
from tracer.casework import approvals
from tracer.casework.records import session_of
from tracer.faults import Conflict, Invalid
from tracer.ids import new_id
from tracer.models import AnswerExport, AnswerPiece, Approval, ApprovalKind, ScriptVersion

# Beside the tables: the same answers as FHIR, a QuestionnaireResponse a line.
RESPONSES = "responses"
LASTS = timedelta(days=7)
# Asked for and not made yet, of one person: the next ones wait until a worker is through with them.
_MOST_OPEN = 3


def ask(session: Session, version: ScriptVersion, now: datetime) -> AnswerExport:
    """Ask for the answers to a version without names: a worker makes them now."""
    return _ask(session, version, None, now)


def ask_named(session: Session, version: ScriptVersion, reason: str, now: datetime) -> AnswerExport:
    """Ask for the answers with who gave them: made once a second person has agreed."""
    document = {"script_id": str(version.id), "script": version.title, "number": version.number, "upto": str(now)}
    return _ask(session, version, approvals.ask(session, ApprovalKind.ANSWERS, document, reason, now), now)


def _ask(session: Session, version: ScriptVersion, approval: Approval | None, now: datetime) -> AnswerExport:
    if version.approved_at is None:
        raise Invalid("Nobody has answered a draft.")
    me = actor.staff_id(session)
    unmade = (AnswerExport.asked_by_id == me, AnswerExport.made_at.is_(None), AnswerExport.expires_at > now)
    if len(session.scalars(select(AnswerExport.id).where(*unmade)).all()) >= _MOST_OPEN:
        raise Conflict(f"{_MOST_OPEN} of yours are still to be made. Ask again when one of them is there.")
    export = AnswerExport(id=new_id(), script_id=version.id, named=approval is not None, asked_by_id=me, asked_at=now)
    export.approval_id, export.expires_at = (approval.id, approval.expires_at) if approval else (None, now + LASTS)
    session.add(export)
    session.flush()
    return export


def of_mine(session: Session, version: ScriptVersion) -> list[AnswerExport]:
    """What the actor asked for of a version, the newest first."""
    query = select(AnswerExport).where(
        AnswerExport.script_id == version.id, AnswerExport.asked_by_id == actor.staff_id(session)
    )
    return list(session.scalars(query.order_by(AnswerExport.asked_at.desc()).limit(50)))


def fetch(export: AnswerExport, now: datetime) -> dict[str, list[UUID]]:
    """Take an export out, on record: the pieces of each table in order. One with names is good once, in time.

    Conflict while it is not made, and when it has expired.
    """
    session = session_of(export)
    if export.made_at is None:
        raise Conflict("This is not made yet. Look again in a minute.")
    if now >= export.expires_at:
        raise Conflict("This was kept for as long as it is good, and is gone. Ask again.")
    if export.approval_id is not None:
        approvals.spend(session.get_one(Approval, export.approval_id), now)
    audit.note(session, "exported", AnswerExport.__tablename__, export.id, ["named"] if export.named else None)
    pieces = select(AnswerPiece.sheet, AnswerPiece.id).where(AnswerPiece.export_id == export.id)
    found: dict[str, list[UUID]] = {}
    for sheet, piece_id in session.execute(pieces.order_by(AnswerPiece.sheet, AnswerPiece.number)):
        found.setdefault(sheet, []).append(piece_id)
    return found


def opened(session: Session, piece_ids: list[UUID]) -> Iterator[bytes]:
    """The pieces of a table as they were made, one in memory at a time."""
    for piece_id in piece_ids:
        piece = session.get_one(AnswerPiece, piece_id)
        yield vault.current().open_bytes(piece.sealed, piece_id)
        session.expunge(piece)


def close(export: AnswerExport, now: datetime) -> None:
    """It was fetched: one with names is shut from now on, and a worker throws it away."""
    export.fetched_at = export.fetched_at or now
    session_of(export).flush()
