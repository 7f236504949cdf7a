"""Notices: entering a debt to one mailbox or one phone, in the transaction that owes it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from tracer import phone, vault
from tracer.casework.records import session_of
from tracer.ids import new_id
from tracer.models import Channel, Contact, Notice, NoticeState, Staff
from tracer.schemas.identity import Identity


def owe_alert(contact: Contact, identity: Identity, now: datetime) -> Notice | None:
    """Owe a contact the alert, by text to a mobile, else by e-mail; None where there is neither.

    The message says nothing of who the case is: the wording gets the first name, the reference and the
    dates, and no more. Once for each contact, whatever is done twice.
    """
    if identity.phone and phone.is_mobile(identity.phone):
        channel, to = Channel.SMS, identity.phone
    elif identity.email:
        channel, to = Channel.EMAIL, identity.email
    else:
        return None
    notice = Notice(
        id=new_id(),
        key=f"contact-alert/{contact.id}",
        kind="contact-alert",
        channel=channel,
        contact_id=contact.id,
        created_at=now,
        next_try_at=now,
    )
    details = {
        "given_name": identity.given_name,
        "reference": contact.reference,
        "disease": contact.disease,
        "last_exposure": _iso(contact.last_exposure),
        "isolation_until": _iso(contact.isolation_until),
        "household": contact.risk == "household",
    }
    notice.sealed = vault.current().seal({"to": to, "details": details}, notice.id, now.date())
    session_of(contact).add(notice)
    return notice


def owe_link(session: Session, staff: Staff, token: str, now: datetime) -> Notice:
    """Owe one of the staff the link with which they set a password: an invitation, while they have none."""
    kind = "password-link" if staff.password_hash else "invitation"
    return owe_staff(session, kind, staff, {"token": token}, now)


def owe_staff(
    session: Session, kind: str, to: Staff, details: dict[str, Any], now: datetime, key: str | None = None
) -> Notice:
    """Owe one of the staff an e-mail; their first name is said to the wording besides `details`."""
    notice = Notice(**staff_row(kind, to.id, to.email, {"given_name": to.given_name, **details}, now, key))
    session.add(notice)
    return notice


def staff_row(
    kind: str, staff_id: UUID, email: str, details: dict[str, Any], now: datetime, key: str | None = None
) -> dict[str, Any]:
    """Such a notice as column values. `key` is what it is owed for, once; without one it stands for itself."""
    made = new_id()
    sealed = vault.current().seal({"to": email, "details": details}, made, now.date())
    row = {"id": made, "key": key or f"{kind}/{made}", "kind": kind, "channel": Channel.EMAIL, "staff_id": staff_id}
    row |= {"sealed": sealed, "state": NoticeState.WAITING, "tries": 0}
    return row | {"created_at": now, "next_try_at": now}


def opened(notice: Notice) -> dict[str, Any]:
    """The one address (`to`) and the `details` of the wording; for the delivery alone."""
    document: dict[str, Any] = vault.current().open(notice.sealed, notice.id)
    return document


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
