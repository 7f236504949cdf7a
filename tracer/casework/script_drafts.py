"""Drafts of scripts: begun and sent again by an editor, then handed to a second person with a time to go live at."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import records
from tracer.casework import script_texts as texts
from tracer.casework.records import session_of
from tracer.casework.script_texts import Sent
from tracer.faults import Conflict, Invalid
from tracer.models import ScriptRevision, ScriptVersion

_FURTHEST = timedelta(days=366)
_SAME = "This says the same as {}, word for word. Nothing was kept."


def begin(session: Session, disease: str, kind: str, text: Sent, now: datetime) -> ScriptVersion:
    """A new draft with this text, sent by the actor; Invalid where the newest version says just that."""
    newest, me = texts.latest(session, disease, kind), actor.of(session)
    if newest is not None and newest.digest == texts.digest(text.script.to_document()):
        raise Invalid("Nothing is changed.", {"file": _SAME.format(f"version {newest.number}")})
    draft = texts.new(session, disease, kind, text.script, me.id, now)
    texts.write(session, draft, text, me, now)
    return draft


def revise(draft: ScriptVersion, text: Sent, base: UUID | None, now: datetime) -> ScriptRevision:
    """Another text for a draft, sent by the actor. One that waits is a draft again, and has to be asked for anew.

    `base` is the newest version that the sender knew of: Conflict where there is a newer one.
    """
    session = session_of(draft)
    lock(draft)
    check_open(draft)
    newest = texts.latest(session, draft.disease, draft.kind)
    if newest is not None and newest.id != base:
        raise Conflict(f"Version {newest.number} was approved meanwhile. Carry its changes over, and send it.")
    if draft.digest == texts.digest(text.script.to_document()):
        raise Invalid("Nothing is changed.", {"file": _SAME.format("the draft")})
    return texts.write(session, draft, text, actor.of(session), now)


def ask(draft: ScriptVersion, live_at: datetime | None, version: int, now: datetime) -> None:
    """Hand a draft to a second person, to go live at a time; nothing: as soon as it is approved."""
    lock(draft)
    records.check_version(draft, version)
    check_open(draft)
    check_base(draft)
    if draft.asked_at is not None:
        raise Conflict("This waits for a second person already.")
    _check_time(draft, live_at, now)
    me = actor.of(session_of(draft))
    draft.asked_at, draft.asked_by_id, draft.asked_by, draft.live_at = now, me.id, me.name, live_at
    draft.returned_at = draft.returned_by_id = draft.returned_by = draft.returned_why = None
    session_of(draft).flush()


def _check_time(draft: ScriptVersion, live_at: datetime | None, now: datetime) -> None:
    if live_at is not None and not now < live_at < now + _FURTHEST:
        raise Invalid("That time cannot be.", {"live_day": "Choose a time that lies ahead, within a year."})
    before = texts.latest(session_of(draft), draft.disease, draft.kind)
    opens = before.published_at if before else None
    if opens and opens > now and (live_at is None or live_at <= opens):
        fault = f"Version {before.number if before else ''} goes live first, and this replaces it: choose a later time."
        raise Invalid("That time cannot be.", {"live_day": fault})


def take_back(draft: ScriptVersion, version: int) -> None:
    """It no longer waits for a second person."""
    lock(draft)
    records.check_version(draft, version)
    check_open(draft)
    draft.asked_at = draft.asked_by_id = draft.asked_by = None
    session_of(draft).flush()


def discard(draft: ScriptVersion, version: int, now: datetime) -> None:
    """Give a draft up; what was sent stays on record."""
    lock(draft)
    records.check_version(draft, version)
    check_open(draft)
    draft.discarded_at = now
    draft.asked_at = draft.asked_by_id = draft.asked_by = None
    session_of(draft).flush()


def check_open(draft: ScriptVersion) -> None:
    """Conflict unless it can still be changed."""
    if draft.approved_at is not None:
        raise Conflict("This version was approved, and does not change any more. Begin a draft from it.")
    if draft.discarded_at is not None:
        raise Conflict("This draft was given up.")


def check_base(draft: ScriptVersion) -> None:
    """Conflict where a version was approved since this text was sent: going live it would undo that one's changes."""
    newest = texts.latest(session_of(draft), draft.disease, draft.kind)
    if newest is not None and newest.id != draft.base_id:
        raise Conflict(
            f"Version {newest.number} was approved after this text was sent, and this would undo its changes. "
            "Carry them into the file, and send it again."
        )


def lock(draft: ScriptVersion) -> None:
    """Two who decide or send at one moment do so one after the other.

    What may not be changed any more cannot be locked either (a policy says so): it is read as it stands.
    """
    query = select(ScriptVersion).where(ScriptVersion.id == draft.id).with_for_update()
    if session_of(draft).scalar(query.execution_options(populate_existing=True)) is None:
        session_of(draft).refresh(draft)
