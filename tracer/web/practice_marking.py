"""Marking practice calls: those that wait, and one of them, the answers beside the person's part."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from marshmallow import ValidationError

from tracer import clock, db
from tracer.access import audit
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import practice, records
from tracer.courses import library
from tracer.faults import Invalid
from tracer.models import PracticeCall
from tracer.reporting import practice as lines
from tracer.schemas.practice_forms import marking_form, points
from tracer.web import practice_page
from tracer.web.call import messages

bp = Blueprint("practice_marking", __name__)


@bp.get("/training/practice/waiting")
@allow(Permission.PRACTICE_MARK)
def show() -> str:
    """Those that wait for somebody like me, the oldest first, and those that I marked last."""
    session = db.session()
    waiting, marked = lines.waiting(session), lines.marked_by_me(session)
    return render_template("practice/waiting.html", waiting=waiting, marked=marked, people=library.mock_persons())


@bp.get("/training/practice/<uuid:practice_id>/marking")
@allow(Permission.PRACTICE_MARK)
def one(practice_id: UUID) -> Any:
    """The answers beside the person's part, and the rubric to mark by; what I made of it, once I have."""
    call = records.get(db.session(), PracticeCall, practice_id)
    if call.staff_id == g.actor.id:
        return redirect(url_for("practice.one", practice_id=call.id))
    return _page(practice_id, {}, {})


@bp.post("/training/practice/<uuid:practice_id>/marking")
@allow(Permission.PRACTICE_MARK)
def mark(practice_id: UUID) -> Any:
    """Mark it; a pass is entered for the trainee at once."""
    call = records.get(db.session(), PracticeCall, practice_id)
    practice.check_anothers(call)
    try:
        given = marking_form(library.rubric())().load(request.form)
        with db.transaction("practice.mark"):
            made = practice.mark(call, points(given), given["note"].strip(), clock.now())
    except (ValidationError, Invalid) as fault:
        return _page(practice_id, request.form, messages(fault)), 422
    flash("Passed. It is on their record." if made.passed else "Not passed yet. They see your note, and try again.")
    return redirect(url_for("practice_marking.show"))


def _page(practice_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    db.session.rollback()
    with db.transaction("practice.read") as session:
        call = records.get(session, PracticeCall, practice_id)
        audit.read(session, [call])
        made, own = lines.mark_of(session, call), practice.own_result(call)
        page = {**practice_page.of_call(call), **practice_page.rubric(call.self_marks), "said": practice_page.SAID}
        page |= {"words": practice_page.MARKERS_WORDS, "mark": made, "own": own}
        return render_template("practice/mark.html", values=values, errors=errors, **page)
