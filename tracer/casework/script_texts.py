"""Texts of scripts as rows: beginning a version, and writing down a text that somebody sent for it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracer.access.actor import Actor
from tracer.ids import new_id
from tracer.interview.script import Script
from tracer.models import ScriptRevision, ScriptVersion


def of(disease: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    """The versions of one script."""
    return ScriptVersion.disease == disease, ScriptVersion.kind == kind


def latest(session: Session, disease: str, kind: str) -> ScriptVersion | None:
    """The newest version that was approved and not withdrawn: live, or on its way there. What a draft would replace."""
    kept = ScriptVersion.retired_at.is_(None) | (ScriptVersion.retired_at >= ScriptVersion.published_at)
    query = select(ScriptVersion).where(*of(disease, kind), ScriptVersion.approved_at.is_not(None), kept)
    return session.scalar(query.order_by(ScriptVersion.number.desc()).limit(1))


def next_number(session: Session, disease: str, kind: str) -> int:
    """The number of the version that is approved next: numbers are the order in which versions go live."""
    return (session.scalar(select(func.max(ScriptVersion.number)).where(*of(disease, kind))) or 0) + 1


def digest(document: dict[str, Any]) -> bytes:
    """What tells one text from another."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest()


def new(session: Session, disease: str, kind: str, script: Script, by: UUID | None, now: datetime) -> ScriptVersion:
    """A version that is a draft, not added yet; `by` is nobody where it comes with Tracer itself."""
    base, document = latest(session, disease, kind), script.to_document()
    made = ScriptVersion(id=new_id(), disease=disease, kind=kind, begun_at=now, begun_by_id=by)
    made.title, made.document, made.digest = script.title, document, digest(document)
    made.base_id = base.id if base else None
    return made


@dataclass(frozen=True, slots=True)
class Sent:
    """A text as it was sent: what it says, what was changed and why, and what its reader said of it."""

    script: Script
    note: str
    warnings: Sequence[str] = ()


def write(session: Session, draft: ScriptVersion, text: Sent, by: Actor | None, now: datetime) -> ScriptRevision:
    """Write down a text that was sent for a draft, which has it from now on and has to be asked for anew."""
    base, document = latest(session, draft.disease, draft.kind), text.script.to_document()
    last = session.scalar(select(func.max(ScriptRevision.number)).where(ScriptRevision.script_id == draft.id))
    sent = ScriptRevision(script_id=draft.id, number=(last or 0) + 1, note=text.note, sent_at=now)
    sent.warnings = list(text.warnings)
    sent.sent_by_id, sent.sent_by = (by.id, by.name) if by else (None, None)
    sent.document, sent.digest = document, digest(document)
    draft.title, draft.document, draft.digest = text.script.title, document, sent.digest
    draft.base_id = sent.base_id = base.id if base else None
    draft.asked_at = draft.asked_by_id = draft.asked_by = None
    session.add(draft)
    session.flush()
    session.add(sent)
    session.flush()
    return sent
