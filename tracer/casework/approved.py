"""What is done on a second person's yes: a role given, an account made, the glass broken for longer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracer.access.lookup import Hit
from tracer.access.password import hash_password
from tracer.casework import approvals, glass, passwords, staff
from tracer.casework.records import session_of
from tracer.faults import Conflict
from tracer.ids import new_id
from tracer.models import Approval, ApprovalKind, Role, Staff, Team

_MOVED = "The account was changed since this was asked for: it has to be asked for again."


def decide(approval: Approval, shown: str, approve: bool, now: datetime) -> None:
    """Decide, and on a yes do it in the same transaction; an export is fetched by whoever asked for it."""
    document = approvals.decide(approval, shown, approve, now)
    do = _DO.get(approval.kind) if approve else None
    if do is not None:
        do(session_of(approval), approval, document, now)
        approvals.spend(approval, now)


def ask_for_change(
    session: Session, person: Staff, role: Role, team: Team | None, leads: Sequence[Team], reason: str, now: datetime
) -> Approval:
    """Ask that somebody get a powerful role."""
    document = {
        "do": "change",
        "staff_id": str(person.id),
        "version": person.version,
        "name": person.name,
        "role": role.value,
        "team": _named(team),
        "leads": [_named(one) for one in leads],
    }
    return approvals.ask(session, ApprovalKind.ROLE, document, reason, now, person.id)


def ask_to_add(session: Session, given: dict[str, Any], team: Team | None, reason: str, now: datetime) -> Approval:
    """Ask that an account with a powerful role be made; `given` is as for `staff.add`."""
    staff.check_new(session, given["email"], given["role"], team)
    password = given.get("password")
    document = {
        "do": "add",
        "staff_id": str(staff_id := new_id()),
        "name": f"{given['given_name']} {given['family_name']}",
        "email": given["email"].strip().lower(),
        "given_name": given["given_name"],
        "family_name": given["family_name"],
        "role": given["role"].value,
        "team": _named(team),
        "password_hash": hash_password(password) if password else None,
    }
    return approvals.ask(session, ApprovalKind.ROLE, document, reason, now, staff_id)


def ask_for_glass(session: Session, hits: Sequence[Hit], minutes: int, reason: str, now: datetime) -> Approval:
    """Ask to break the glass for longer than usual."""
    records = [
        {
            "entity": hit.entity,
            "record_id": str(hit.record_id),
            "reference": hit.reference,
            "person_id": str(hit.person_id),
            "task_id": str(hit.task_id) if hit.task_id else None,
        }
        for hit in hits
    ]
    return approvals.ask(session, ApprovalKind.GLASS, {"records": records, "minutes": minutes}, reason, now)


def _named(team: Team | None) -> dict[str, str] | None:
    return {"id": str(team.id), "name": team.name} if team else None


def _role(session: Session, approval: Approval, document: dict[str, Any], now: datetime) -> None:
    team = _team(session, document["team"])
    role = Role(document["role"])
    if document["do"] == "add":
        names = ("email", "given_name", "family_name", "password_hash")
        given = {name: document[name] for name in names}
        staff_id = UUID(document["staff_id"])
        made = staff.add(session, id=staff_id, role=role, team=team, password=None, now=now, approval=approval, **given)
        if not document["password_hash"]:
            passwords.link(made, now)
        return
    person = session.get(Staff, UUID(document["staff_id"]), with_for_update=True, populate_existing=True)
    if person is None or person.version != document["version"]:
        raise Conflict(_MOVED)
    leads = [found for one in document["leads"] if (found := _team(session, one))]
    staff.change(person, role=role, team=team, leads=leads, approval=approval)


def _team(session: Session, named: dict[str, str] | None) -> Team | None:
    found = session.get(Team, UUID(named["id"])) if named else None
    if named and found is None:
        raise Conflict("A team of this request is not there any more: it has to be asked for again.")
    return found


def _glass(session: Session, approval: Approval, document: dict[str, Any], now: datetime) -> None:
    asker = session.scalar(select(Staff).where(Staff.id == approval.asked_by_id, Staff.ended_at.is_(None)))
    if asker is None or asker.team_id != approval.team_id or asker.role not in {Role.TRACER, Role.SUPERVISOR}:
        raise Conflict("Whoever asked has left or works elsewhere now: nothing was opened.")
    for one in document["records"]:
        task_id = UUID(one["task_id"]) if one["task_id"] else None
        hit = Hit(one["entity"], UUID(one["record_id"]), one["reference"], UUID(one["person_id"]), task_id, now)
        glass.break_(
            session,
            hit,
            approvals.reason_of(approval),
            document["minutes"],
            now,
            staff_id=asker.id,
            team_id=asker.team_id,
            approved_by=approval.decided_by_id,
        )


_DO: dict[ApprovalKind, Callable[[Session, Approval, dict[str, Any], datetime], None]] = {
    ApprovalKind.ROLE: _role,
    ApprovalKind.GLASS: _glass,
}
