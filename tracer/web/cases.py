"""The case page: who, key dates, attempts, contacts, timeline."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import attempts, cases, contacts
from tracer.casework import flags as raised
from tracer.faults import Invalid
from tracer.models import Outcome, TaskKind, TaskState
from tracer.reporting import caseload, flags, timeline
from tracer.schemas.attempt import OUTCOMES, AttemptForm
from tracer.web import call, glass, identity, record_questions

bp = Blueprint("cases", __name__)


@bp.get("/cases/<uuid:case_id>")
@allow(Permission.CASE_SEE)
def show(case_id: UUID) -> Any:
    """The record, read on record."""
    return _page(case_id, {"once": str(uuid4())}, {})


@bp.post("/cases/<uuid:case_id>/attempts")
@allow(Permission.ATTEMPT_RECORD)
def record_attempt(case_id: UUID) -> Any:
    """Write down one try to reach the case."""
    case, task = cases.with_task(db.session(), case_id)
    try:
        given = AttemptForm().load(request.form)
        with db.transaction("attempt.record"):
            attempts.record(task, case, at=clock.now(), **{**given, "outcome": Outcome(given["outcome"])})
    except (ValidationError, Invalid) as fault:
        return _page(case_id, request.form, call.messages(fault)), 422
    flash(f"Recorded: {OUTCOMES[given['outcome']].lower()}.")
    return redirect(call.onward(task, url_for("cases.show", case_id=case_id)))


def _page(case_id: UUID, values: "MultiDict[str, str] | dict[str, str]", errors: dict[str, str]) -> str:
    with db.transaction("case.read") as session:
        case, task = cases.with_task(session, case_id)
        named = contacts.of_case(session, case)
        mine = task.kind is TaskKind.INTERVIEW and task.state is TaskState.HELD and call.is_mine(task)
        flagged = flags.lines(session, raised.of_case(session, case.id), case.disease)
        people = [case.person, *[one.person for one in named]]
        who, *others = identity.opened(session, *people, about=[case, *named])
        return render_template(
            "cases/show.html",
            case=case,
            task=task,
            who=who,
            masked_rows=identity.rows(who),
            age=identity.age(case.person.birth_year),
            named=list(zip(named, others, strict=True)),
            flagged=flagged,
            settled=call.settled(),
            timeline_rows=timeline.of_case(session, case, task),
            mine=mine,
            beside=caseload.same_address(session, task, clock.now()) if mine else [],
            asked=record_questions.on_record(session, case),
            **({} if mine or call.is_mine(task) else glass.marked(case)),
            values=values,
            errors=errors,
            form=call.form_parts(task),
        )
