"""The single-use links with which one of the staff sets their first or next password.

A link is owed as a notice to the account's own mailbox, in the transaction that makes it. Only the link of
somebody who never had a password is also shown to the administrator who invites them.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from tracer import vault
from tracer.access import actor, links
from tracer.casework import notices
from tracer.casework.entering import enter
from tracer.casework.records import session_of
from tracer.faults import Conflict
from tracer.ids import new_id
from tracer.models import Notice, PasswordLink, PasswordRequest, Role, Staff

LASTS = timedelta(hours=48)
_KEPT = timedelta(days=30)
_MOST = 100


def link(staff: Staff, now: datetime) -> str:
    """Make a link and owe it to the account's mailbox; older ones stop working. Returns the token in it."""
    if staff.ended_at is not None:
        raise Conflict("This account has ended: nobody can be invited to it.")
    if staff.role is Role.IMPORTER:
        raise Conflict("This is the account of a machine: it acts by token and has no password.")
    session, token = session_of(staff), secrets.token_urlsafe(32)
    for older in session.scalars(_open(staff)):
        older.replaced_at = now
    session.add(PasswordLink(**_row(session, staff.id, token, now)))
    notices.owe_link(session, staff, token, now)
    session.flush()
    return token


def invite(session: Session, people: Sequence[dict[str, Any]], now: datetime) -> None:
    """Make the first link of many new accounts, given as column values, and owe each its one invitation.

    The tokens are told to nobody: each goes to its mailbox alone.
    """
    tokens = [secrets.token_urlsafe(32) for _ in people]
    pairs = list(zip(people, tokens, strict=True))
    enter(session, PasswordLink, [_row(session, one["id"], token, now) for one, token in pairs])
    enter(session, Notice, [_invitation(one, token, now) for one, token in pairs])


def _invitation(one: dict[str, Any], token: str, now: datetime) -> dict[str, Any]:
    details = {"given_name": one["given_name"], "token": token}
    return notices.staff_row("invitation", one["id"], one["email"], details, now)


def _row(session: Session, staff_id: UUID, token: str, now: datetime) -> dict[str, Any]:
    made = {"id": new_id(), "staff_id": staff_id, "token_hash": links.digest(token)}
    return made | {"made_by_id": actor.of(session).id, "created_at": now, "expires_at": now + LASTS}


def latest(session: Session, staff: Staff) -> PasswordLink | None:
    """The newest link that was made for somebody."""
    query = select(PasswordLink).where(PasswordLink.staff_id == staff.id).order_by(PasswordLink.created_at.desc())
    return session.scalars(query.limit(1)).first()


def answer(session: Session, now: datetime) -> int:
    """Owe a link to each address that asked and has a current account (as SYSTEM). Returns how many asked."""
    asked = session.scalars(select(PasswordRequest).order_by(PasswordRequest.created_at).limit(_MOST)).all()
    for request in asked:
        email = vault.current().open(request.sealed, request.id)["email"]
        query = select(Staff).where(Staff.email == email, Staff.ended_at.is_(None), Staff.role != Role.IMPORTER)
        staff = session.scalar(query)
        if staff is not None:
            link(staff, now)
        session.delete(request)
    return len(asked)


def forget(session: Session, now: datetime) -> int:
    """Remove links that have not worked for a month (as SYSTEM)."""
    gone = session.scalars(select(PasswordLink.id).where(PasswordLink.expires_at < now - _KEPT).limit(_MOST)).all()
    session.execute(delete(PasswordLink).where(PasswordLink.id.in_(gone)))
    return len(gone)


def _open(staff: Staff) -> Select[PasswordLink]:
    mine = PasswordLink.staff_id == staff.id
    return select(PasswordLink).where(mine, PasswordLink.used_at.is_(None), PasswordLink.replaced_at.is_(None))
