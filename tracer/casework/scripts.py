"""Scripts as they are used: which version is live, versions made ready to run, and what Tracer itself ships."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from tracer.casework import records
from tracer.casework import script_texts as texts
from tracer.faults import Refused
from tracer.interview import library
from tracer.interview.compiled import Compiled
from tracer.interview.script import Script
from tracer.models import ScriptVersion

_SHIPPED = "Came with Tracer"


def live(session: Session, disease: str, kind: str, now: datetime) -> ScriptVersion:
    """The version that a new interview starts on; Refused where there is none for this disease."""
    query = select(ScriptVersion).where(*texts.of(disease, kind), in_force(now))
    found = session.scalar(query.order_by(ScriptVersion.number.desc()).limit(1))
    if found is None:
        raise Refused(f"There is no {kind} script for {disease} yet. Ask your supervisor how to do this call.")
    return found


def in_force(now: datetime, which: Any = ScriptVersion) -> ColumnElement[bool]:
    """Approved, its time has come, and nobody wrote down yet that another took its place.

    The highest number of these is live, by the time alone: no worker has to run for a version to go live.
    """
    return and_(which.approved_at.is_not(None), which.published_at <= now, which.retired_at.is_(None))


def ready(session: Session, script_id: UUID) -> Compiled:
    """A published version ready to run; compiled once in a process, for it never changes."""
    found = _compiled.get(script_id)
    if found is None:
        document: dict[str, Any] = records.get(session, ScriptVersion, script_id).document
        found = _compiled[script_id] = Compiled(Script.from_document(document))
    return found


_compiled: dict[UUID, Compiled] = {}


def settle(session: Session, now: datetime) -> int:
    """Write down which versions another one has taken the place of (as SYSTEM). Returns how many.

    They were retired at the moment when the next one went live.
    """
    newer = aliased(ScriptVersion)
    same = (newer.disease == ScriptVersion.disease, newer.kind == ScriptVersion.kind)
    above = (*same, newer.number > ScriptVersion.number, in_force(now, newer))
    went_live = select(func.min(newer.published_at)).where(*above).scalar_subquery()
    query = select(ScriptVersion, went_live).where(in_force(now), went_live.is_not(None))
    replaced = session.execute(query).all()
    for one, since in replaced:
        one.retired_at = since
    session.flush()
    return len(replaced)


def publish_shipped(session: Session, now: datetime) -> list[ScriptVersion]:
    """Publish each shipped script whose words differ from those shipped before (as SYSTEM). Returns those published.

    Where staff have approved a version of their own it stays: the shipped one becomes a draft, for them to decide on.
    """
    found = [_ship(session, disease, kind, library.load(disease, kind), now) for disease, kind in library.shipped()]
    return [one for one in found if one is not None]


def _ship(session: Session, disease: str, kind: str, script: Script, now: datetime) -> ScriptVersion | None:
    shipped = select(ScriptVersion).where(*texts.of(disease, kind), ScriptVersion.begun_by_id.is_(None))
    before = session.scalar(shipped.order_by(ScriptVersion.begun_at.desc(), ScriptVersion.id.desc()).limit(1))
    if before is not None and before.digest == texts.digest(script.to_document()):
        return None
    newest = texts.latest(session, disease, kind)
    if newest is None or newest.begun_by_id is None:
        return publish(session, disease, kind, script, now)
    undecided = before is not None and before.approved_at is None and before.discarded_at is None
    draft = before if before and undecided else texts.new(session, disease, kind, script, None, now)
    texts.write(session, draft, texts.Sent(script, _SHIPPED), None, now)
    return None


def publish(session: Session, disease: str, kind: str, script: Script, now: datetime) -> ScriptVersion:
    """Publish a script as Tracer's own, live at once (as SYSTEM: staff need a second person)."""
    made = texts.new(session, disease, kind, script, None, now)
    made.number, made.approved_at, made.published_at = texts.next_number(session, disease, kind), now, now
    session.add(made)
    session.flush()
    settle(session, now)
    return made
