"""Approvals: what needs a second person is asked for here, decided by another, and done once, exactly as asked."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, second
from tracer.casework.records import session_of
from tracer.faults import Conflict, NotFound, Refused
from tracer.ids import new_id
from tracer.models import Approval, ApprovalKind, ApprovalState

LASTS = timedelta(hours=24)


def ask(
    session: Session,
    kind: ApprovalKind,
    document: Mapping[str, Any],
    reason: str,
    now: datetime,
    about: UUID | None = None,
) -> Approval:
    """Ask for a second person's yes to exactly this document (of plain JSON values), for 24 hours."""
    me, approval_id = actor.of(session), new_id()
    approval = Approval(
        id=approval_id,
        kind=kind,
        sealed=vault.current().seal(document, approval_id, now.date()),
        digest=_digest(approval_id, document),
        sealed_reason=vault.current().seal(reason, approval_id, now.date()),
        asked_by_id=actor.staff_id(session),
        about_id=about,
        team_id=me.team_id,
        asked_at=now,
        expires_at=now + LASTS,
    )
    session.add(approval)
    session.flush()
    return approval


def _digest(approval_id: UUID, document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False)
    return vault.current().digest("approval", f"{approval_id}\0{text}")


def opened(approval: Approval) -> dict[str, Any]:
    """What is to be done; Conflict where it is not what was asked for."""
    document: dict[str, Any] = vault.current().open(approval.sealed, approval.id)
    if not hmac.compare_digest(_digest(approval.id, document), approval.digest):
        raise Conflict("This request is not what was asked for any more: nothing was done.")
    return document


def reason_of(approval: Approval) -> str:
    """Why it was asked for."""
    return str(vault.current().open(approval.sealed_reason, approval.id))


def decide(approval: Approval, shown: str, approve: bool, now: datetime) -> dict[str, Any]:
    """Say yes or no to what was `shown` (its digest in hex), once, in time. Returns the document."""
    session = session_of(approval)
    me = actor.of(session)
    if not second.decides(me, approval):
        raise Refused("Somebody else has to decide this: not who asked, nor whom it is about.")
    _lock(session, approval)
    if approval.state is not ApprovalState.WAITING:
        raise Conflict(f"This was {approval.state.value} already.")
    if now >= approval.expires_at:
        raise Conflict("This request has expired: it has to be asked for again.")
    document = opened(approval)
    if not hmac.compare_digest(approval.digest.hex(), shown):
        raise Conflict("This request is not the one that your page showed: look at it again.")
    approval.state = ApprovalState.APPROVED if approve else ApprovalState.REFUSED
    approval.decided_by_id, approval.decided_at = me.id, now
    session.flush()
    return document


def spend(approval: Approval, now: datetime) -> dict[str, Any]:
    """Use up a yes: it is good once, and in time. Returns the document."""
    _lock(session_of(approval), approval)
    if approval.done_at is not None:
        raise Conflict("This was done already: it is good once.")
    if approval.state is not ApprovalState.APPROVED:
        raise Conflict("This has not been approved.")
    if now >= approval.expires_at:
        raise Conflict("This request has expired: it has to be asked for again.")
    approval.done_at = now
    return opened(approval)


def check(approval: Approval | None, session: Session, kind: ApprovalKind, about: UUID) -> None:
    """Refused unless this is a yes of the actor's own to somebody else, about exactly this, not yet used."""
    fits = (
        approval is not None
        and approval.kind is kind
        and approval.about_id == about
        and approval.state is ApprovalState.APPROVED
        and approval.done_at is None
        and approval.decided_by_id == actor.of(session).id
        and approval.decided_by_id != approval.asked_by_id
    )
    if not fits:
        raise Refused("This takes a second person: ask for it, and somebody else decides.")


def _lock(session: Session, approval: Approval) -> None:
    """Two who decide at one moment decide one after the other."""
    query = select(Approval).where(Approval.id == approval.id).with_for_update()
    if session.scalar(query.execution_options(populate_existing=True)) is None:
        raise NotFound
