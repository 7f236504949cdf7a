"""What the pages of practice share: a call as it stands, and the words for its points."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tracer import db
from tracer.casework import practice, scripts
from tracer.casework.script_preview import Invented
from tracer.courses import library
from tracer.courses.mock_people import MockPerson, dated
from tracer.interview import view
from tracer.models import PracticeCall
from tracer.web.preview_page import PreviewPage, facts

# Points, as the trainee and as whoever marks chooses them.
OWN_WORDS = [{"value": "2", "text": "Yes"}, {"value": "1", "text": "Partly"}, {"value": "0", "text": "No"}]
MARKERS_WORDS = [{"value": "2", "text": "Well"}, {"value": "1", "text": "Partly"}, {"value": "0", "text": "Not shown"}]
SAID = {2: "yes", 1: "partly", 0: "no"}


def open_page(call: PracticeCall) -> PreviewPage:
    """The call with what was entered, on the text of the script that it was begun with."""
    who, day = practice.person(call.brief), call.on_day
    invented = Invented(
        day=day,
        given_name=who.given_name,
        birth_year=who.born.year,
        tested=day - timedelta(days=who.tested),
        began=None,
        last_together=day,
        at_home=False,
        family_name=who.family_name,
        postcode_start=who.postcode.split()[0],
        phone_end=who.phone[-3:],
    )
    compiled = scripts.ready(db.session(), call.script_id)
    page = PreviewPage(compiled, practice.DISEASE, invented, "", {**facts(), "tracer.given_name": call.caller})
    page.take(call.answers)
    return page


def brief(who: MockPerson, day: date) -> dict[str, Any]:
    """The person's part, for a call on this day."""
    parts = {"who": who.who, "manner": who.manner, "hides": who.hides, "sign": who.sign}
    said = [(one.asked, dated(one.answer, day)) for one in who.says]
    return {"person": who, "day": day, "parts": {name: dated(text, day) for name, text in parts.items()}, "says": said}


def of_call(call: PracticeCall) -> dict[str, Any]:
    """What a template that shows a call needs: the person's part and the answers in words."""
    page = open_page(call)
    return {"call": call, "brief": brief(practice.person(call.brief), call.on_day), "summary": view.summary(page.run)}


def rubric(marks: Mapping[str, int] | None) -> dict[str, Any]:
    """The rubric for a template, with what the trainee chose where they did."""
    chosen = {key: SAID[score] for key, score in (marks or {}).items()}
    return {"rubric": library.rubric(), "chosen": chosen}
