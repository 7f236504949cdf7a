"""Scripts as published: immutable versions, the live one of each disease and kind, made ready to run."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracer.casework import records
from tracer.faults import Refused
from tracer.interview import library
from tracer.interview.compiled import Compiled
from tracer.interview.script import Script
from tracer.models import PublishedScript


def publish_shipped(session: Session, now: datetime) -> list[PublishedScript]:
    """Publish each shipped script whose words differ from the live version's. Returns those it published."""
    found = (publish(session, disease, kind, library.load(disease, kind), now) for disease, kind in library.shipped())
    return [one for one in found if one is not None]


def publish(session: Session, disease: str, kind: str, script: Script, now: datetime) -> PublishedScript | None:
    """Publish a script as the next version and retire the live one; None when nothing differs."""
    document = script.to_document()
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest()
    old = _live(session, disease, kind)
    if old is not None and old.digest == digest:
        return None
    if old is not None:
        old.retired_at = now
    latest = select(func.max(PublishedScript.number))
    number = session.scalar(latest.where(PublishedScript.disease == disease, PublishedScript.kind == kind))
    published = PublishedScript(
        disease=disease,
        kind=kind,
        number=(number or 0) + 1,
        title=script.title,
        digest=digest,
        document=document,
        published_at=now,
    )
    session.add(published)
    session.flush()
    return published


def live(session: Session, disease: str, kind: str) -> PublishedScript:
    """The version that a new interview starts on; Refused where there is none for this disease."""
    found = _live(session, disease, kind)
    if found is None:
        raise Refused(f"There is no {kind} script for {disease} yet. Ask your supervisor how to do this call.")
    return found


def ready(session: Session, script_id: UUID) -> Compiled:
    """A published version ready to run; compiled once in a process, for it never changes."""
    found = _compiled.get(script_id)
    if found is None:
        document: dict[str, Any] = records.get(session, PublishedScript, script_id).document
        found = _compiled[script_id] = Compiled(Script.from_document(document))
    return found


_compiled: dict[UUID, Compiled] = {}


def _live(session: Session, disease: str, kind: str) -> PublishedScript | None:
    query = select(PublishedScript).where(PublishedScript.disease == disease, PublishedScript.kind == kind)
    return session.scalar(query.where(PublishedScript.retired_at.is_(None)))
