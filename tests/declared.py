"""What the sweeps need to know of a route and cannot read off it: how to make its record, and a form that it takes.

The one table to add to. A new part of an address (`<uuid:grant_id>`) gets a line in RECORDS or WORDS, or the
sweep fails and says so. A form in FORMS is optional: without one a changing route is tried with an empty form.
"""

import io
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from tests import batches, making, world
from tests.making import Maker
from tests.reach import Row
from tracer import clock
from tracer.courses import library as library_of_courses
from tracer.interview import library
from tracer.web import call

Rows = Mapping[str, Row]

# A part of an address that names a record -> how to make one that belongs to somebody.
RECORDS: dict[str, Maker] = {
    "absence_id": making.absence,
    "alert_id": making.alert,
    "allocation_id": making.allocation,
    "approval_id": making.approval,
    "canary_id": making.canary,
    "case_id": making.case,
    "completion_id": making.completion,
    "contact_id": making.contact,
    "export_id": making.answer_export,
    "factor_id": making.factor,
    "grace_id": making.grace,
    "grant_id": making.grant,
    "asked_id": making.record_question,
    "review_id": making.review,
    "question_id": making.help_question,
    "problem_id": making.known_problem,
    "intake_id": making.intake,
    "interview_id": making.interview,
    "person_id": making.person,
    "practice_id": making.practice_call,
    "script_id": making.script,
    "staff_id": making.staff,
    "task_id": making.task,
    "test_id": making.final_test,
    "token_id": making.token,
    "training_session_id": making.training_session,
    "mailing_id": making.training_mailing,
}

# A part of an address that names no record -> a word that it takes.
WORDS = {"field": "phone", "filename": "tracer.css", "question": "who_answers", "section": "introduction"}
WORDS |= {"picture": "contact-window.png"}
WORDS |= {"token": "no-such-link", "course_name": "infection-basics", "part": "the-contact-window"}
WORDS |= {"who": "rowena-maltby"}


def _reason(name: str, rows: Rows) -> dict[str, Any]:
    return {"data": {"reason": "for the sweep", "version": rows[name]["version"]}}


def _settled(rows: Rows) -> dict[str, Any]:
    return {"data": {"outcome": next(iter(call.SETTLED)), "version": rows["task_id"]["version"]}}


def _attempt(_: Rows) -> dict[str, Any]:
    return {"data": {"once": str(uuid4()), "outcome": "no answer", "note": "nobody there"}}


def _batch() -> tuple[io.BytesIO, str]:
    return io.BytesIO(batches.text(batches.row(1)).encode()), "batch.csv"


def _change(rows: Rows) -> dict[str, Any]:
    return {"data": {"role": "trainer", "team": "", "version": rows["staff_id"]["version"]}}


def _newcomer(_: Rows) -> dict[str, Any]:
    name = {"email": "new@demo.example", "given_name": "New", "family_name": "Comer"}
    return {"data": {**name, "role": "analyst", "team": "", "password": world.PASSWORD}}


def _roster(_: Rows) -> dict[str, Any]:
    lines = "email,given_name,family_name,role,team\nnew@demo.example,New,Comer,analyst,\n"
    return {"data": {"file": (io.BytesIO(lines.encode()), "roster.csv")}}


def _seen() -> dict[str, Any]:
    """What an open page of an interview says of itself."""
    return {"page": str(uuid4()), "section": WORDS["section"], "since": 0}


def _tick(rows: Rows) -> dict[str, Any]:
    chosen = f"{rows['task_id']['id']}/{rows['task_id']['version']}/"
    return {"data": {"chosen": chosen, "to": "pool", "reason": "for the sweep"}}


def _script(rows: Rows) -> dict[str, Any]:
    words = library.shipped()["covid-19", "index-case"].read_bytes().replace(b"| COVID-19: inter", b"| A new inter")
    return {"data": {"note": "said in plainer words", "file": (io.BytesIO(words), "script.md")}}


def _revision(rows: Rows) -> dict[str, Any]:
    given = _script(rows)
    given["data"]["base"] = str(rows["script_id"].get("base_id") or "")
    return given


def _first_script(rows: Rows) -> dict[str, Any]:
    given = _script(rows)
    given["data"] |= {"disease": "covid-19", "kind": "index-case"}
    return given


def _of_script(rows: Rows, **more: str) -> dict[str, Any]:
    return {"data": {"version": rows["script_id"]["version"], **more}}


def _decision(rows: Rows) -> dict[str, Any]:
    return {"data": {"shown": bytes(rows["script_id"].get("digest", b"")).hex(), "decision": "approve"}}


def _points() -> dict[str, str]:
    return {f"mark-{one.key}": "2" for one in library_of_courses.rubric().criteria}


def _asked(_: Rows) -> dict[str, Any]:
    return {"data": {"question": "May she go out to the hens?", "kind": "supervisor"}}


def _of_question(rows: Rows, **more: str) -> dict[str, Any]:
    return {"data": {"version": rows["asked_id"]["version"], **more}}


_PLAN = {"title": "A session", "on": "2099-01-01", "from_time": "10:00", "to_time": "11:00", "capacity": "5"}
_PLAN |= {"place": "Room 1"}

# Endpoint -> what a person who may would send, given the records of that kind (and, under "", a few others).
FORMS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "absences.record": lambda _: {"data": {"kind": "sick", "first_day": clock.today().isoformat()}},
    "allocation.ask": lambda rows: {"data": {"team": str(rows["led"]["id"])}},
    "allocation.order": lambda rows: {"data": {"version": rows["allocation_id"]["version"]}},
    "answers.ask": lambda _: {"data": {"named": "no"}},
    "api.load": lambda _: {"data": {"file": _batch()}},
    "caseload.hand_back": partial(_reason, "task_id"),
    "caseload.settle": _settled,
    "cases.record_attempt": _attempt,
    "contacts.record_attempt": _attempt,
    "help.ask": lambda _: {"data": {"question": "Where do I see my own hours?"}},
    "help_desk.answer": lambda rows: {"data": {"answer": "On My day.", "version": rows["question_id"]["version"]}},
    "help_desk.begin_problem": lambda _: {"data": {"title": "Slow today", "text": "Pages take longer."}},
    "help_desk.end_problem": lambda rows: {"data": {"version": rows["problem_id"]["version"]}},
    "intake.load": lambda _: {"data": {"file": _batch()}},
    "interviews.autosave": lambda _: {"json": {**_seen(), "changes": []}},
    "interviews.calling": lambda _: {"json": _seen()},
    "interviews.save": lambda _: {"data": {"do": "pause"}},
    "joining.ask": lambda _: {"data": {"email": "nobody@demo.example"}},
    "practice.begin": lambda _: {"data": {"brief": WORDS["who"]}},
    "practice.hand_in": lambda _: {"data": _points()},
    "practice_marking.mark": lambda _: {"data": _points()},
    "record_questions.answer": partial(_of_question, answer="Yes, alone."),
    "record_questions.ask_of_case": _asked,
    "record_questions.ask_of_contact": _asked,
    "record_questions.mark_read": _of_question,
    "record_questions.release": _of_question,
    "record_questions.take": _of_question,
    "reviews.decide": lambda rows: {"data": {"version": rows["review_id"]["version"]}},
    "reviews.mark_read": lambda rows: {"data": {"version": rows["review_id"]["version"]}},
    "roster.load": _roster,
    "script_approval.decide": _decision,
    "script_drafts.ask": partial(_of_script, when="approved"),
    "script_drafts.discard": _of_script,
    "script_drafts.revise": _revision,
    "script_drafts.take_back": _of_script,
    "presence.say": lambda _: {"data": {"state": "on a break"}},
    "readiness.give_sign_off": lambda _: {"data": {"version": "1", "seen": list(library_of_courses.sign_off().points)}},
    "readiness.let_off": lambda _: {"data": {"reason": "for the sweep", "days": "2"}},
    "scripts.copy": lambda _: {"data": {"note": "for the sweep of it"}},
    "scripts.send": _first_script,
    "sign_in.enter": lambda _: {"data": {"email": world.address("tracer1"), "password": world.PASSWORD}},
    "staff.add": _newcomer,
    "staff.change": _change,
    "staff.end": lambda rows: {"data": {"version": rows["staff_id"]["version"]}},
    "staff_work.change": lambda rows: {"data": {"capacity": "9", "version": rows["staff_id"]["version"]}},
    "team.move": _tick,
    "veil.lower": lambda _: {"data": {"next": "/help"}},
    "veil.lift": lambda _: {"data": {"password": world.PASSWORD, "next": "/help"}},
    "account.change_password": lambda _: {"data": {"old": world.PASSWORD, "password": "another-long-pass-phrase"}},
    "teams.add": lambda rows: {"data": {"name": "West", "parent": str(rows["team"]["id"]), "areas": "BS"}},
    "training.sign": lambda _: {"data": {"version": library_of_courses.to_sign().version, "agree": "yes"}},
    "training_session_work.make": lambda _: {"data": _PLAN},
    "training_session_work.change": lambda rows: {"data": _PLAN | {"version": rows["training_session_id"]["version"]}},
    "training_session_work.cancel": partial(_reason, "training_session_id"),
    "training_session_work.rehearse": lambda _: {"data": {"roles": "analyst"}},
    "training_session_work.send": lambda rows: {"data": {"version": rows["mailing_id"]["version"]}},
    "tokens.add": lambda rows: {"data": {"name": "new", "staff": str(rows["importer"]["id"]), "days": "9"}},
}

# Open to everybody, and nothing stands there but for whoever was sent the link, or where a provider is set.
NOWHERE = {"joining.show", "joining.choose", "oidc.back", "oidc.start"}

# A record named in the form and not in the address: these are tried with each kind of record too.
IN_FORM = {"team.move": "task_id"}

# The verb itself refuses what the record would allow: nobody changes their own account, only whoever holds a task
# does its interview, a factor is taken away by its owner, an export was asked for as one, and nobody approves a
# script that they sent.
# (endpoint, kind of record) -> status.
REFUSED_BY_VERB = {
    ("exports.fetch", "own"): 403,
    ("exports.fetch", "team"): 403,
    ("exports.fetch", "other"): 403,
    ("factors.remove", "team"): 404,
    ("factors.remove", "other"): 404,
    ("interviews.start_case", "team"): 403,
    ("interviews.start_contact", "team"): 403,
    ("interviews.autosave", "team"): 403,
    ("interviews.calling", "team"): 403,
    ("interviews.finish", "team"): 403,
    ("interviews.save", "team"): 403,
    # A practice call is made, finished and handed in by its trainee, and never marked by them.
    **{(f"practice.{do}", whose): 403 for do in ("save", "finish", "hand_in") for whose in ("team", "other")},
    ("practice_marking.mark", "own"): 403,
    ("readiness.let_off", "own"): 403,
    ("readiness.give_sign_off", "own"): 403,
    ("script_approval.decide", "own"): 403,
    # Asked by whoever holds the work, answered by another, read by whoever asked.
    ("record_questions.ask_of_case", "team"): 403,
    ("record_questions.ask_of_contact", "team"): 403,
    ("record_questions.answer", "own"): 403,
    ("record_questions.mark_read", "team"): 403,
    ("reviews.decide", "own"): 403,
    ("reviews.mark_read", "team"): 403,
    # A place is asked for, and given up, by whoever is invited: nobody does it for another.
    **{(f"training_sessions.{do}", whose): 404 for do in ("ask", "decline") for whose in ("team", "other")},
    ("staff.change", "own"): 403,
    ("staff.end", "own"): 403,
}
