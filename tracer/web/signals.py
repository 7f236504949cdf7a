"""What calls for somebody, on whatever page they are: a callback that is near, an answer, a question that waits."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, url_for
from sqlalchemy.orm import Session

from tracer import clock, db
from tracer.access.allow import allow
from tracer.access.permissions import Permission, may
from tracer.reporting import callbacks, record_questions
from tracer.reporting.record_questions import Waiting

bp = Blueprint("signals", __name__)

# How long a page waits before it asks again: work may have been passed on to its reader; of an answer that somebody on
# the line waits for, or a question that somebody waits to be answered, it hears sooner.
_LONGEST, _SHORTEST = timedelta(minutes=1), timedelta(seconds=2)
_ASKED, _ANSWERING = timedelta(seconds=10), timedelta(seconds=20)

Line = dict[str, str]


@bp.get("/signals")
@allow(Permission.CASELOAD_SEE)
def show() -> dict[str, Any]:
    """For the script of the banner, which asks again and again: that keeps nobody signed in (`idle.py`)."""
    return banner(clock.now())


def banner(now: datetime) -> dict[str, Any]:
    """The lines of the banner, each with what it says and where it leads, and in how many seconds to ask again."""
    session = db.session()
    called, wait = _callback(session, now)
    mine, asked = _answers(session)
    theirs, answering = _to_answer(session, now)
    soonest = max(_SHORTEST, min(wait, asked, answering, _LONGEST))
    return {"lines": [*called, *mine, *theirs], "wait": int(soonest.total_seconds())}


def of_teams(session: Session, now: datetime) -> Waiting:
    """What waits in the teams that I lead: for the banner and for the number in the navigation, asked once a page."""
    if "questions_of_teams" not in g:
        g.questions_of_teams = record_questions.waiting(session, now)
    found: Waiting = g.questions_of_teams
    return found


def _callback(session: Session, now: datetime) -> tuple[list[Line], timedelta]:
    found = callbacks.next_of(session, now)
    if found is None:
        return [], _LONGEST
    line = {"kind": "callback", "words": found.said(now)}
    if found.record is not None:
        is_case, record_id, reference = found.record
        where = url_for("cases.show", case_id=record_id) if is_case else url_for("contacts.show", contact_id=record_id)
        line |= {"href": where, "called": reference}
    return [line] if line["words"] else [], found.wait(now)


def _answers(session: Session) -> tuple[list[Line], timedelta]:
    """The answers that I have not read; while one of my questions waits, the page asks often."""
    unread = record_questions.unread(session)
    done = [one for one in unread if one.answered]
    wait = _ASKED if len(done) < len(unread) else _LONGEST
    if not done:
        return [], wait
    line = {"kind": "answer", "words": "Your question is answered:", "called": done[0].reference}
    line["href"] = url_for("record_questions.one", asked_id=done[0].id)
    if len(done) > 1:
        line |= {"words": f"{len(done)} of your questions are answered:", "called": "what you asked"}
        line["href"] = url_for("record_questions.show")
    return [line], wait


def _to_answer(session: Session, now: datetime) -> tuple[list[Line], timedelta]:
    """What waits for me as whoever leads a team, and as an expert."""
    lines, wait = list[Line](), _LONGEST
    if may(g.actor.role, Permission.TEAM_SEE, g.actor.scope):
        wait = _ANSWERING
        lines += _waits(of_teams(session, now), "in your teams", "record_questions.of_team")
    found = record_questions.for_expert(session, now)
    if found is not None:
        wait = _ANSWERING
        lines += _waits(found, "for an expert like you", "record_questions.show")
    return lines, wait


def _waits(found: Waiting, where: str, page: str) -> list[Line]:
    if not found.number or found.since is None:
        return []
    since = f"{clock.london(found.since):%H:%M}"
    words = f"A question waits {where} since {since}:"
    if found.number > 1:
        words = f"{found.number} questions wait {where}, the oldest since {since}:"
    return [{"kind": "question", "words": words, "called": "answer", "href": url_for(page)}]
