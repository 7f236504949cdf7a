"""The interview in the browser: one page for each section, every answer saved as it is given."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access import audit
from tracer.access import session as sign_ins
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import cases, contacts, interviews
from tracer.casework.interview_answers import Given
from tracer.faults import Invalid, NotFound, Refused
from tracer.interview import view
from tracer.schemas.form import Form
from tracer.web import interview_changes
from tracer.web.interview_forms import Changes, Seen, page_of, posted, strays
from tracer.web.interview_page import Page, open_page

bp = Blueprint("interviews", __name__)
_GONE = "This page was changed in another window meanwhile. What still stands on it is saved: check it, and go on."
_CHANGES, _SEEN = Changes(), Seen()  # made once: every word that is typed passes here
_NOT_YOURS = "This page was opened by somebody else. Open the interview anew."


@bp.post("/cases/<uuid:case_id>/interview")
@allow(Permission.INTERVIEW_CONDUCT)
def start_case(case_id: UUID) -> Response:
    """Begin or go on with the interview of a case."""
    case = cases.get(db.session(), case_id)
    Form().load(request.form)
    with db.transaction("interview.start"):
        begun = interviews.start(cases.task_of(db.session(), case), case, clock.now())
    return redirect(url_for("interviews.resume", interview_id=begun.id))


@bp.post("/contacts/<uuid:contact_id>/interview")
@allow(Permission.INTERVIEW_CONDUCT)
def start_contact(contact_id: UUID) -> Response:
    """Begin or go on with the alert call of a contact."""
    contact = contacts.get(db.session(), contact_id)
    task = contacts.task_of(contact)
    if task is None:
        raise NotFound
    Form().load(request.form)
    with db.transaction("interview.start"):
        begun = interviews.start(task, contact, clock.now())
    return redirect(url_for("interviews.resume", interview_id=begun.id))


@bp.get("/interviews/<uuid:interview_id>")
@allow(Permission.INTERVIEW_CONDUCT)
def resume(interview_id: UUID) -> Response:
    """Go on at the first question without an answer."""
    with db.transaction("interview.read") as session:
        page = open_page(session, interview_id)
        missing = page.run.missing()
        section = missing[0][0].name if missing else page.run.script.sections[-1].name
    if not page.sitting.held:
        return redirect(url_for("interviews.check", interview_id=interview_id))
    anchor = missing[0][1].replace("/", "-") if missing and page.run.answers else None
    return redirect(url_for("interviews.show", interview_id=interview_id, section=section, _anchor=anchor))


@bp.get("/interviews/<uuid:interview_id>/check")
@allow(Permission.INTERVIEW_CONDUCT)
def check(interview_id: UUID) -> str:
    """All answers on one page, and what is still missing, before the end."""
    with db.transaction("interview.read") as session:
        page = open_page(session, interview_id)
        audit.read(session, [interviews.get(session, interview_id)])
        return _check_page(page, {})


@bp.post("/interviews/<uuid:interview_id>/finish")
@allow(Permission.INTERVIEW_CONDUCT)
def finish(interview_id: UUID) -> Any:
    """Write the interview to the record and close it."""
    Form().load(request.form)
    try:
        with db.transaction("interview.finish") as session:
            page = open_page(session, interview_id, writing=True)
            done, task = interviews.finish(page.sitting, clock.now())
    except Invalid as fault:
        if not fault.fields:
            raise
        with db.transaction("interview.read") as session:
            page = open_page(session, interview_id)
            audit.read(session, [interviews.get(session, interview_id)])
            return _check_page(page, fault.fields), 422
    if done.finished_at is None:
        flash("Noted: call back. Record when under “Record an attempt”.")
        return redirect(page.record_address)
    flash(f"The {page.called} is finished and written to the record.")
    return redirect(url_for("caseload.show") if task.holder_id is None else page.record_address)


@bp.get("/interviews/<uuid:interview_id>/<section>")
@allow(Permission.INTERVIEW_CONDUCT)
def show(interview_id: UUID, section: str) -> Any:
    """One section: what to say, what to ask."""
    with db.transaction("interview.read") as session:
        page = open_page(session, interview_id)
        audit.read(session, [interviews.get(session, interview_id)])
        page.section(section)  # an address with no such section is not found, whoever asks
        if not page.sitting.held:
            return redirect(url_for("interviews.check", interview_id=interview_id))
        return _section_page(page, section, notice=None)


@bp.post("/interviews/<uuid:interview_id>/<section>")
@allow(Permission.INTERVIEW_CONDUCT)
def save(interview_id: UUID, section: str) -> Any:
    """Save a section as posted, then go where the button says."""
    form = request.form
    with db.transaction("interview.answer") as session:
        page = open_page(session, interview_id, writing=True)
        chosen = page.section(section)
        before = {key for _, key in page.run.keys(chosen) if page.run.relevant(key)}
        gone = strays(page.run, chosen, form)
        page.give(posted(page.run, chosen, form), page_of(form), clock.now())
        if gone:
            return _section_page(page, section, notice=_GONE), 409
        target = _act(page, section, form.get("do", "next"), page_of(form))
        if target is not None:
            return redirect(target)
        faults = any(page.run.fault(key) for item, key in page.run.keys(chosen) if item.is_question)
        appeared = any(
            page.run.relevant(key) and key not in before and not page.run.answered(key)
            for item, key in page.run.keys(chosen)
            if item.is_question
        )
        if faults or appeared:
            notice = None if faults else "Saved. That answer brought up more questions on this page."
            return _section_page(page, section, notice=notice), 422 if faults else 200
        return redirect(page.after(section))


def _act(page: Page, section: str, do: str, sent_by: UUID | None) -> str | None:
    """The buttons that do not go on: pause, language, add, remove and put back. None for the others."""
    here = url_for("interviews.show", interview_id=page.call.id, section=section)
    verb, _, rest = do.partition(":")
    rest, _, offer = rest.partition("=")
    repeat, _, text = rest.partition("/")
    number = int(text) if text.isdigit() and len(text) < 6 else None
    if verb == "pause":
        interviews.pause(page.sitting, clock.now())
        left = "1 is left" if len(page.left) == 1 else f"{len(page.left)} are left"
        flash(f"On hold. “Start or go on” leads to the first question without an answer: {left}.")
        return page.record_address
    if verb == "language":
        page.speak(rest, sent_by, clock.now())
        return here
    if verb == "add":
        number = page.add(repeat, number, sent_by, clock.now(), offer)
        return f"{here}#{repeat}-{number}"
    if verb == "remove":
        page.remove(repeat, number or 0, sent_by, clock.now())
        return f"{here}#{repeat}"
    if verb == "restore":
        page.restore(repeat, number or 0, sent_by, clock.now())
        return f"{here}#{repeat}-{number}"
    return None


@bp.post("/interviews/<uuid:interview_id>/answers")
@allow(Permission.INTERVIEW_CONDUCT)
def autosave(interview_id: UUID) -> dict[str, Any]:
    """Save what was just given, and say what it changes on the page; one that cannot be saved holds up no other."""
    sent = _CHANGES.load(request.get_json())
    _check_opener(sent["who"])
    now, refused = clock.now(), dict[str, str]()
    with db.transaction("interview.answer") as session:
        page = open_page(session, interview_id, writing=True)
        _give(page, sent["changes"], sent["page"], refused)
        keys = {one.key for one in sent["changes"]}
        found = interview_changes.since(page, sent["section"], sent["since"], sent["page"], keys, refused)
        if any(not one["mine"] for one in found["fields"].values()):
            audit.read(session, [interviews.get(session, interview_id)])
    return {"saved_at": f"{clock.london(now):%H:%M}", **found}


def _give(page: Page, changes: list[Given], sent_by: UUID, refused: dict[str, str]) -> None:
    """All that can be taken down, in one go where there is nothing wrong with any."""
    try:
        page.give(changes, sent_by, clock.now())
    except Invalid as fault:
        if len(changes) == 1:
            refused[changes[0].key] = fault.message
            return
        for one in changes:
            _give(page, [one], sent_by, refused)


def _check_opener(who: UUID | None) -> None:
    """What one person typed is never written down as another's."""
    if who not in (None, g.actor.id):
        raise Refused(_NOT_YOURS)


@bp.post("/interviews/<uuid:interview_id>/call")
@allow(Permission.INTERVIEW_CONDUCT)
def calling(interview_id: UUID) -> dict[str, Any]:
    """The page is open, so the call goes on: the sign-in does not idle, while the work is still the caller's.

    Says what another window has written since.
    """
    interview = interviews.get(db.session(), interview_id)
    seen = _SEEN.load(request.get_json())
    _check_opener(seen["who"])
    with db.transaction("interview.call") as session:
        interviews.check_open(interview)
        found: dict[str, Any] = {}
        if interviews.newest(interview) > seen["since"]:
            page = open_page(session, interview_id)
            audit.read(session, [interviews.get(session, interview_id)])
            found = interview_changes.since(page, seen["section"], seen["since"], seen["page"])
    sign_ins.renew(g.sign_in, clock.now())
    return found


def _section_page(page: Page, section: str, notice: str | None) -> str:
    chosen = page.section(section)
    return render_template(
        "interviews/section.html",
        page=page,
        section=chosen,
        sections=view.sections(page.run),
        items=view.items(page.run, chosen),
        spoken=page.spoken(chosen),
        disputed=interview_changes.disputed,
        notice=notice,
        errors=page.faults(chosen),
    )


def _check_page(page: Page, missing: dict[str, str]) -> str:
    return render_template(
        "interviews/check.html",
        page=page,
        summary=view.summary(page.run),
        sections=view.sections(page.run),
        disputed=interview_changes.disputed,
        missing=[(section, key, view.text(page.run, item.label, key)) for section, key, item in page.left],
        errors=missing,
        **page.marked,
    )
