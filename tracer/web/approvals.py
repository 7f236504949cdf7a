"""Approvals: what waits for a second person, what I asked for, and deciding."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access import second
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.access.step_up import stepped_up
from tracer.casework import approvals, approved, records
from tracer.models import Approval, ApprovalKind
from tracer.reporting import requests
from tracer.schemas.form import Form
from tracer.web.look import moment

bp = Blueprint("approvals", __name__)

KINDS = {
    ApprovalKind.ROLE: "Give a role",
    ApprovalKind.EXPORT: "Export the audit",
    ApprovalKind.GLASS: "Break the glass for longer",
    ApprovalKind.ANSWERS: "Export answers with names",
    ApprovalKind.INVITATIONS: "Invite many to a training session",
}


class Decision(Form):
    """Yes or no, to what the page showed."""

    shown = fields.String(required=True, validate=validate.Length(64, 64, error="Look at the request again."))
    decision = fields.String(
        required=True, validate=validate.OneOf(("approve", "refuse"), error="Press one of the two buttons.")
    )


@bp.get("/approvals")
@allow(Permission.APPROVAL_SEE)
def show() -> str:
    """What waits for me, what I asked for, what I decided."""
    session, now = db.session(), clock.now()
    return render_template(
        "approvals/show.html",
        waiting=requests.for_me(session, now),
        mine=requests.of_mine(session, now),
        decided=requests.decided(session, now),
        kinds=KINDS,
    )


@bp.get("/approvals/<uuid:approval_id>")
@allow(Permission.APPROVAL_SEE)
def one(approval_id: UUID) -> str:
    """One request in words, with the two buttons for whoever decides."""
    session, now = db.session(), clock.now()
    with db.transaction("approval.read"):
        approval = records.get(session, Approval, approval_id)
        line = requests.one(session, approval, now)
        return render_template(
            "approvals/one.html",
            line=line,
            words=said(approval),
            reason=approvals.reason_of(approval),
            decides=line.standing == "waiting" and second.decides(g.actor, approval),
            fetches=line.standing == "approved"
            and approval.kind is ApprovalKind.EXPORT
            and approval.asked_by_id == g.actor.id,
            kinds=KINDS,
        )


@bp.post("/approvals/<uuid:approval_id>")
@allow(Permission.APPROVAL_DECIDE)
@stepped_up
def decide(approval_id: UUID) -> Response:
    """Say yes, and it is done; or say no."""
    approval = records.get(db.session(), Approval, approval_id)
    given = Decision().load(request.form)
    yes = given["decision"] == "approve"
    with db.transaction("approval.approve" if yes else "approval.refuse"):
        approved.decide(approval, given["shown"], yes, clock.now())
    flash("Approved." if yes else "Refused.")
    return redirect(url_for("approvals.show"))


def said(approval: Approval) -> list[tuple[str, str]]:
    """What is to be done, in words; of what is secret nothing."""
    document = approvals.opened(approval)
    return _SAID[approval.kind](document)


def _role(document: dict[str, Any]) -> list[tuple[str, str]]:
    team, leads = document.get("team"), document.get("leads") or []
    what = "Make a new account" if document["do"] == "add" else "Change an account"
    rows = [("What", what), ("Whose", document["name"])]
    if document["do"] == "add":
        rows.append(("E-mail", document["email"]))
    rows += [("Role", document["role"]), ("Team", team["name"] if team else "none")]
    return rows + ([("Leads", ", ".join(one["name"] for one in leads))] if leads else [])


def _export(document: dict[str, Any]) -> list[tuple[str, str]]:
    narrowed = ", ".join(f"{name} {value}" for name, value in document["given"].items()) or "everything"
    return [("What", "Export events of the audit"), ("Which", narrowed), ("Rows", f"{document['rows']:,}")]


def _glass(document: dict[str, Any]) -> list[tuple[str, str]]:
    references = ", ".join(one["reference"] for one in document["records"])
    return [("Record", references), ("For how long", f"{document['minutes']} minutes from the yes")]


def _answers(document: dict[str, Any]) -> list[tuple[str, str]]:
    which = f"{document['script']}, version {document['number']}"
    holds = "Every answer, free text too, with the name, birth date, NHS number and reference of whoever gave it"
    return [("What", "Export all answers to a script"), ("Which", which), ("It holds", holds)]


def _invitations(document: dict[str, Any]) -> list[tuple[str, str]]:
    who = ", ".join(document["roles"]) or "every role"
    teams = f"in {len(document['teams'])} chosen teams and those under them" if document["teams"] else "in every team"
    session = f"{document['session']}, {moment(datetime.fromisoformat(document['starts_at']))}"
    return [
        ("What", f"{document['count']:,} messages, one to each person"),
        ("Session", session),
        ("Whom", f"{who} {teams}"),
    ]


_SAID = {
    ApprovalKind.ROLE: _role,
    ApprovalKind.EXPORT: _export,
    ApprovalKind.GLASS: _glass,
    ApprovalKind.ANSWERS: _answers,
    ApprovalKind.INVITATIONS: _invitations,
}
