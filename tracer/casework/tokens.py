"""Tokens: what a machine shows instead of signing in. Shown once, kept as a hash, revoked at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access import actor
from tracer.access.session import new_token
from tracer.faults import Invalid
from tracer.models import ApiToken, Role, Staff

LONGEST_DAYS = 365


def every(session: Session) -> Sequence[tuple[ApiToken, Staff]]:
    """Each token with the account that it acts for, those in force first, then the newest."""
    query = select(ApiToken, Staff).join(Staff, Staff.id == ApiToken.staff_id)
    query = query.order_by(ApiToken.revoked_at.is_not(None), ApiToken.created_at.desc())
    return [(token, staff) for token, staff in session.execute(query)]


def accounts(session: Session) -> Sequence[Staff]:
    """The accounts that a token can be made for: machines', not people's."""
    query = select(Staff).where(Staff.role == Role.IMPORTER, Staff.ended_at.is_(None))
    return session.scalars(query.order_by(Staff.email)).all()


def add(session: Session, name: str, staff: Staff, days: int, now: datetime) -> str:
    """A new token for an importer account, as the one text that is ever shown of it."""
    if staff.role is not Role.IMPORTER:
        raise Invalid(
            "A token belongs to a machine's account.",
            {"staff": "Choose an account whose role is importer; a person signs in."},
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid("That is not how long a token can last.", {"days": f"Enter 1 to {LONGEST_DAYS} days."})
    if find(session, name):
        raise Invalid(
            "A token of that name is in force.",
            {"name": "Choose another name, or revoke the old token first."},
        )
    token, digest = new_token()
    session.add(
        ApiToken(
            name=name.strip(),
            staff_id=staff.id,
            token_hash=digest,
            scope="intake",
            made_by_id=actor.of(session).id,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    return token


def find(session: Session, name: str) -> ApiToken | None:
    """The token of a name that is not revoked."""
    return session.scalar(select(ApiToken).where(ApiToken.name == name.strip(), ApiToken.revoked_at.is_(None)))


def revoke(session: Session, name: str, now: datetime) -> None:
    """End a token: its next request is refused. Invalid where none of that name is in force."""
    token = find(session, name)
    if token is None:
        raise Invalid("No token of that name is in force.", {"name": "Check the name; a revoked one has ended."})
    token.revoked_at = now
