"""The second person: who may decide on what, and which requests wait for somebody."""

from datetime import datetime

from sqlalchemy import ColumnElement

from tracer.access.actor import Actor
from tracer.models import Approval, ApprovalKind, ApprovalState, Role

# Of supervisors, those who lead the team of whoever asks: the row rule shows no other.
DECIDERS: dict[ApprovalKind, frozenset[Role]] = {
    ApprovalKind.ROLE: frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}),
    ApprovalKind.EXPORT: frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}),
    ApprovalKind.ANSWERS: frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}),
    ApprovalKind.INVITATIONS: frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER}),
    ApprovalKind.GLASS: frozenset({Role.SUPERVISOR, Role.PRIVACY_OFFICER}),
}


def decides(who: Actor, approval: Approval) -> bool:
    """Whether they are the second person: another than whoever asks and than whom it is about, of a fitting role."""
    return who.role in DECIDERS[approval.kind] and who.id not in {approval.asked_by_id, approval.about_id, None}


def awaits(who: Actor, now: datetime) -> ColumnElement[bool]:
    """The requests within their sight that wait for them."""
    kinds = [kind for kind, roles in DECIDERS.items() if who.role in roles]
    waiting = (Approval.state == ApprovalState.WAITING) & (Approval.expires_at > now) & Approval.kind.in_(kinds)
    return waiting & (Approval.asked_by_id != who.id) & Approval.about_id.is_distinct_from(who.id)


def standing(approval: Approval, now: datetime) -> str:
    """How a request stands, in one word."""
    if approval.done_at is not None:
        return "done"
    if approval.state is ApprovalState.REFUSED:
        return "refused"
    if now >= approval.expires_at:
        return "expired"
    return str(approval.state.value)
