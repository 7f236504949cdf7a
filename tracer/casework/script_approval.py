"""The second person: a script goes live only when somebody agrees who wrote, sent and asked for none of it."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.casework import script_drafts as drafts
from tracer.casework import script_texts as texts
from tracer.casework.records import session_of
from tracer.faults import Conflict, Refused
from tracer.models import ScriptRevision, ScriptVersion


def authors(session: Session, draft: ScriptVersion) -> set[UUID]:
    """Everybody who sent a text for it, or asked for it."""
    sent = select(ScriptRevision.sent_by_id).where(ScriptRevision.script_id == draft.id)
    return {one for one in (*session.scalars(sent), draft.asked_by_id) if one is not None}


def approve(draft: ScriptVersion, shown: str, now: datetime) -> None:
    """Agree to the text that was `shown` (its digest in hex). It goes live at its time, or at once where that is past.

    From now on nothing changes it; the database says so too, and that it takes a second person.
    """
    _check(draft, shown)
    drafts.check_base(draft)
    session = session_of(draft)
    me = actor.of(session)
    draft.number = texts.next_number(session, draft.disease, draft.kind)
    draft.approved_at, draft.approved_by_id, draft.approved_by = now, me.id, me.name
    draft.published_at = max(now, draft.live_at) if draft.live_at else now
    session.flush()


def send_back(draft: ScriptVersion, shown: str, why: str, now: datetime) -> None:
    """Do not agree: it is a draft again, with what to do about it."""
    _check(draft, shown)
    me = actor.of(session_of(draft))
    draft.asked_at = draft.asked_by_id = draft.asked_by = None
    draft.returned_at, draft.returned_by_id, draft.returned_by, draft.returned_why = now, me.id, me.name, why
    session_of(draft).flush()


def _check(draft: ScriptVersion, shown: str) -> None:
    drafts.lock(draft)
    drafts.check_open(draft)
    if draft.asked_at is None:
        raise Conflict("This does not wait for a second person any more: it was taken back or sent anew.")
    if actor.staff_id(session_of(draft)) in authors(session_of(draft), draft):
        raise Refused("You wrote or asked for part of this. Somebody else has to decide.")
    if not hmac.compare_digest(draft.digest.hex(), shown):
        raise Conflict("Another text was sent since your page was loaded: look at it again.")


def withdraw(version: ScriptVersion, now: datetime) -> None:
    """Stop a version that was approved and is not live yet; one person is enough to stop."""
    drafts.lock(version)
    if version.approved_at is None or version.retired_at is not None:
        raise Conflict("This does not wait to go live.")
    if version.published_at is None or version.published_at <= now:
        raise Conflict("This is live already. Begin a draft from the version that should take its place.")
    version.retired_at = now
    session_of(version).flush()
