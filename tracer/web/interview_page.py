"""One open interview for the page that shows it: the run, the record, where to go next."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracer import clock
from tracer.casework import interviews
from tracer.casework.interviews import Subject
from tracer.faults import NotFound
from tracer.interview.answers import DECLINES
from tracer.interview.engine import Run
from tracer.interview.script import Section
from tracer.models import Case, Interview
from tracer.web import call, glass


class Page:
    """An interview that is being looked at or answered in this request."""

    def __init__(self, interview: Interview, who: Subject, run: Run) -> None:
        self.interview, self.who, self.run = interview, who, run

    @property
    def given_name(self) -> str:
        """Whom we are talking to."""
        return str(self.run.facts.get("person.given_name") or "Name not known")

    @property
    def called(self) -> str:
        """What the tracer calls it: an interview of a case, an alert call to a contact."""
        return "interview" if isinstance(self.who.about, Case) else "alert call"

    @property
    def reference(self) -> str:
        """The reference of the case or contact."""
        return self.who.about.reference

    @property
    def record_address(self) -> str:
        """The page of the case or contact."""
        if isinstance(self.who.about, Case):
            return url_for("cases.show", case_id=self.who.about.id)
        return url_for("contacts.show", contact_id=self.who.about.id)

    @cached_property
    def marked(self) -> dict[str, Any]:
        """What marks a page that a grant opened: there the answers are read, and nothing is asked."""
        held = self.who.task.holder_id is not None and call.is_mine(self.who.task)
        return {} if held else glass.marked(self.who.about)

    def section(self, name: str) -> Section:
        """The section of that name; NotFound where the script has none."""
        found = next((one for one in self.run.script.sections if one.name == name), None)
        if found is None:
            raise NotFound
        return found

    def after(self, name: str) -> str:
        """The next section that is needed, or the page that checks the answers."""
        names = [one.name for one in self.run.script.sections]
        rest = self.run.script.sections[names.index(name) + 1 :]
        onward = next((one.name for one in rest if self.run.section_relevant(one)), None)
        if onward is None:
            return url_for("interviews.check", interview_id=self.interview.id)
        return url_for("interviews.show", interview_id=self.interview.id, section=onward)

    def give(self, raw: Mapping[str, Any], now: datetime) -> None:
        """Take down answers, and work the dates out again."""
        given = interviews.give(self.interview, self.who.task, self.run, raw, now)
        self.run = interviews.again(given, self.who.about)

    def add(self, repeat: str, now: datetime) -> None:
        """One more person or place."""
        interviews.add_instance(self.interview, self.who.task, self.run, repeat, now)

    def remove(self, repeat: str, number: int, now: datetime) -> None:
        """Take a person or place off the list."""
        interviews.remove_instance(self.interview, self.who.task, self.run, repeat, number, now)

    def faults(self, section: Section) -> dict[str, str]:
        """What is wrong on a page, by the id of the input."""
        return {
            key.replace("/", "-"): fault
            for item, key in self.run.keys(section)
            if item.is_question and self.run.relevant(key) and (fault := self.run.fault(key))
        }


def open_page(session: Session, interview_id: UUID) -> Page:
    """Open an interview; NotFound once it is not the actor's."""
    interview = interviews.get(session, interview_id)
    who = interviews.subject(interview)
    settings = current_app.extensions["tracer"]
    said = {"service.name": settings.service_name, "service.phone": settings.service_phone}
    return Page(interview, who, interviews.run(interview, who.about, clock.now(), said))


def posted(run: Run, section: Section, form: MultiDict[str, str]) -> dict[str, Any]:
    """The answers in a posted section: a decline is a box of its own, a multiple choice a list.

    A question that was not on the page (its marker is missing) is left as it is.
    """
    found: dict[str, Any] = {}
    for item, key in run.keys(section):
        if not item.is_question or f"{key}:shown" not in form:
            continue
        declined = form.get(f"{key}:declined", "")
        text: Any = form.getlist(key) if item.kind == "select_multiple" else form.get(key, "")
        if text in ("", []) and declined in DECLINES:
            found[key] = {"declined": declined}
        elif item.kind == "select_one" and text in DECLINES:
            found[key] = {"declined": text}
        else:
            found[key] = text
    return found


def strays(run: Run, section: Section, form: MultiDict[str, str]) -> set[str]:
    """Fields that are not on the page as it stands: it was open in two windows, or the form is not ours."""
    known = {name for _, key in run.keys(section) for name in (key, f"{key}:shown", f"{key}:declined")}
    return set(form) - known - {"csrf_token", "do"}
