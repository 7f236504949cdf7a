"""My training: what I need, the courses to read, their final tests, the undertaking, and what I have passed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission
from tracer.casework import records, training
from tracer.courses import final_test, library
from tracer.courses.course import Course, Kind, Question
from tracer.faults import Invalid, NotFound
from tracer.models import Completion, FinalTest
from tracer.reporting import practice
from tracer.reporting import questions as asked
from tracer.schemas.form import Form
from tracer.web.call import messages
from tracer.web.course_text import Shown
from tracer.web.look import permitted

bp = Blueprint("training", __name__)


class Signing(Form):
    """The box that is ticked, beside the version of the text that the page showed."""

    version = fields.Integer(required=True)
    agree = fields.String(required=True, error_messages={"required": "Tick the box to sign."})


@bp.get("/training")
@allow(Permission.COURSE_TAKE)
def show() -> str:
    """What I need, where each thing stands, and what comes next."""
    session = db.session()
    found = training.standing(session, clock.now())
    open_ = [one for one in found if one.state in {training.State.TO_DO, training.State.LAPSED}]
    to_mark = practice.how_many_wait(session) if permitted("practice.mark") else None
    return render_template(
        "training/show.html", standing=found, open=open_, way=_way, minutes=_minutes, to_mark=to_mark
    )


def _way(one: training.Standing) -> str:
    """Where one thing that is needed is done."""
    if one.course is not None:
        return url_for("training.course", course_name=one.key)
    ways = {library.MOCK_CALL: "practice.show", library.SIGN_OFF: "training.sign_off"}
    return url_for(ways.get(one.key, "training.undertaking"))


def _minutes(one: training.Standing) -> int:
    """About how long it takes."""
    return one.course.minutes if one.course else {library.MOCK_CALL: 45, library.SIGN_OFF: 15}.get(one.key, 5)


@bp.get("/training/courses/<course_name>")
@allow(Permission.COURSE_TAKE)
def course(course_name: str) -> str:
    """A course: its sections, and the final test."""
    found = _course(course_name)
    tries = training.tries(db.session(), found, clock.now())
    return render_template("training/course.html", course=found, tries=tries)


@bp.get("/training/courses/<course_name>/<part>")
@allow(Permission.COURSE_TAKE)
def section(course_name: str, part: str) -> str:
    """One section to read, with its self-checks."""
    found = _course(course_name)
    at = next((at for at, one in enumerate(found.sections) if one.name == part), None)
    if at is None:
        raise NotFound
    here, shown = found.sections[at], Shown(course_name)
    return render_template(
        "training/section.html",
        course=found,
        section=here,
        number=at + 1,
        parts=[shown.html(one) if isinstance(one, str) else one for one in here.parts],
        html=shown.html,
        line=shown.line,
        before=found.sections[at - 1] if at else None,
        after=found.sections[at + 1] if at + 1 < len(found.sections) else None,
    )


@bp.post("/training/courses/<course_name>/test")
@allow(Permission.COURSE_TAKE)
def begin(course_name: str) -> Response:
    """Begin the final test, or go on with the one that is open."""
    found = _course(course_name)
    Form().load(request.form)
    with db.transaction("training.begin") as session:
        test = training.begin(session, found, clock.now())
    return redirect(url_for("training.test", test_id=test.id))


@bp.get("/training/tests/<uuid:test_id>")
@allow(Permission.COURSE_TAKE)
def test(test_id: UUID) -> Any:
    """The questions of a test that is open; what a marked one came to."""
    found = records.get(db.session(), FinalTest, test_id)
    if found.marked_at is None:
        return _questions(found, _course_of(found), MultiDict(), {})
    course = _course_of(found)
    if found.course_version != course.version:
        flash("That test was of an earlier version of the course.")
        return redirect(url_for("training.course", course_name=course.name))
    result, tries = training.result_of(found, course), training.tries(db.session(), course, clock.now())
    page = {"test": found, "course": course, "result": result, "tries": tries}
    shown = Shown(course.name)
    return render_template("training/result.html", **page, html=shown.html, line=shown.line)


@bp.post("/training/tests/<uuid:test_id>")
@allow(Permission.COURSE_TAKE)
def mark(test_id: UUID) -> Any:
    """Have a test marked: every question answered, and each once."""
    found = records.get(db.session(), FinalTest, test_id)
    course = _course_of(found)
    try:
        chosen = _chosen(final_test.draw(course, found.seed), request.form)
    except Invalid as fault:
        return _questions(found, course, request.form, messages(fault)), 422
    with db.transaction("training.mark"):
        passed = training.mark(found, course, chosen, clock.now())
    flash("You have passed." if passed else "That was not enough yet. Below is what each question was about.")
    return redirect(url_for("training.test", test_id=test_id))


@bp.get("/training/questions")
@allow(Permission.COURSE_EDIT)
def questions() -> str:
    """Which answers of the final tests go wrong, by no name."""
    found = asked.all_courses(db.session())
    return render_template("training/questions.html", courses=found, least=asked.LEAST, line=Shown().line)


@bp.get("/training/sign-off")
@allow(Permission.COURSE_TAKE)
def sign_off() -> str:
    """What my supervisor will see to with me."""
    return render_template("training/sign_off.html", listed=library.sign_off())


@bp.get("/training/undertaking")
@allow(Permission.COURSE_TAKE)
def undertaking() -> str:
    """The confidentiality undertaking, to be read and signed."""
    return _undertaking({})


@bp.post("/training/undertaking")
@allow(Permission.COURSE_TAKE)
def sign() -> Any:
    """Sign it."""
    try:
        given = Signing().load(request.form)
    except ValidationError as fault:
        return _undertaking(messages(fault)), 422
    with db.transaction("training.sign") as session:
        training.sign(session, given["version"], clock.now())
    flash("Signed. It is on record with the version of the text.")
    return redirect(url_for("training.show"))


@bp.get("/training/completions/<uuid:completion_id>")
@allow(Permission.COURSE_TAKE)
def certificate(completion_id: UUID) -> str:
    """What proves that one was passed or signed, with the code to check it by."""
    found = records.get(db.session(), Completion, completion_id)
    return render_template("training/certificate.html", completion=found, title=training.title_of(found))


def _course(name: str) -> Course:
    if name not in library.shipped():
        raise NotFound
    return library.load(name)


def _course_of(test: FinalTest) -> Course:
    return _course(test.course)


def _chosen(drawn: tuple[Question, ...], given: MultiDict[str, str]) -> dict[str, list[int]]:
    """What was chosen of each question; Invalid names every question that was left out, or answered impossibly."""
    chosen: dict[str, list[int]] = {}
    errors: dict[str, str] = {}
    for number, question in enumerate(drawn, 1):
        name = f"q{number}"
        at = [int(word) for word in given.getlist(name) if word.isascii() and word.isdigit() and len(word) < 3]
        if not at:
            errors[name] = f"Answer question {number}."
        elif len(at) > 1 and question.kind is not Kind.MULTIPLE:
            errors[name] = f"Choose one answer to question {number}."
        chosen[question.key] = at
    if unknown := set(given) - {f"q{number}" for number in range(1, len(drawn) + 1)} - {"csrf_token"}:
        errors["q1"] = f"This form has no field {sorted(unknown)[0]!r}. Open the page again."
    if errors:
        raise Invalid("Answer every question before you hand it in.", errors)
    return chosen


def _questions(test: FinalTest, course: Course, given: MultiDict[str, str], errors: Mapping[str, str]) -> str:
    drawn = final_test.draw(course, test.seed)
    chosen = {name: set(given.getlist(name)) for name in given}
    page = {"test": test, "course": course, "questions": drawn, "chosen": chosen, "errors": errors, "Kind": Kind}
    shown = Shown(course.name)
    return render_template("training/test.html", **page, html=shown.html, line=shown.line)


def _undertaking(errors: Mapping[str, str]) -> str:
    text = library.to_sign()
    return render_template("training/undertaking.html", text=text, body=Shown().html(text.body), errors=errors)
