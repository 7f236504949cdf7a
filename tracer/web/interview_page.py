"""One open interview for the page that shows it: the run, the record, where to go next."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from sqlalchemy.orm import Session

from tracer import clock
from tracer.access.own_call import OwnCall
from tracer.casework import interview_answers, interview_sitting, interviews
from tracer.casework.interview_answers import Given
from tracer.casework.interview_sitting import Sitting
from tracer.faults import NotFound
from tracer.ids import new_id
from tracer.interview import days, languages, named, view
from tracer.interview.engine import Missing, Run
from tracer.interview.script import Repeat, Section
from tracer.models import Case, Contact
from tracer.web import glass


class Page:
    """An interview that is being looked at or answered in this request; `id` tells this showing of it from others."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting, self.id = sitting, new_id()

    @property
    def call(self) -> OwnCall:
        """The interview."""
        return self.sitting.call

    @property
    def run(self) -> Run:
        """Its answers and what follows from them."""
        return self.sitting.run

    @cached_property
    def about(self) -> Case | Contact:
        """Whom we are talking to, as a record."""
        return interview_sitting.subject(interviews.get(self.sitting.session, self.call.id))

    @property
    def given_name(self) -> str:
        """Whom we are talking to."""
        return str(self.run.facts.get("person.given_name") or "Name not known")

    @property
    def called(self) -> str:
        """What the tracer calls it: an interview of a case, an alert call to a contact."""
        return "interview" if self.call.case_id else "alert call"

    @property
    def reference(self) -> str:
        """The reference of the case or contact."""
        return self.about.reference

    @property
    def record_address(self) -> str:
        """The page of the case or contact."""
        if self.call.case_id:
            return url_for("cases.show", case_id=self.call.case_id)
        return url_for("contacts.show", contact_id=self.call.contact_id)

    @property
    def question_address(self) -> str:
        """Where a question about the record is asked; in a tab of its own, for the call goes on."""
        if self.call.case_id:
            return url_for("record_questions.new_of_case", case_id=self.call.case_id)
        return url_for("record_questions.new_of_contact", contact_id=self.call.contact_id)

    @cached_property
    def marked(self) -> dict[str, Any]:
        """What marks a page that a grant opened: there the answers are read, and nothing is asked."""
        return {} if self.sitting.held else glass.marked(self.about)

    @property
    def called_at(self) -> datetime:
        """When this call began, or went on after a pause."""
        return self.call.called_at or self.call.started_at

    @cached_property
    def left(self) -> list[Missing]:
        """What must still be answered."""
        return self.run.missing()

    @cached_property
    def days(self) -> days.Calendar | None:
        """The days that are asked about, with what was said of them."""
        return days.calendar(self.run)

    @cached_property
    def home(self) -> list[str]:
        """The household as far as it is known."""
        return named.at_home(self.run)

    def offers(self, repeat: Repeat) -> list[named.Offer]:
        """Whom to put on a list with one press."""
        return named.offers(self.run, repeat)

    @cached_property
    def notes(self) -> view.ItemView:
        """The free notes."""
        return view.notes(self.run)

    @property
    def language(self) -> str:
        """The language of the words to say."""
        return self.sitting.language

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages that the script has words in, by code and by what its speakers call it."""
        return languages.by_own_name(self.run.script.languages)

    @property
    def without_words(self) -> str | None:
        """The language that they speak, where the script has no words in it."""
        speaks = self.run.facts.get("known:person.language")
        return str(speaks) if speaks and speaks not in self.run.script.languages else None

    def spoken(self, section: Section) -> dict[str, view.ItemView]:
        """What is said aloud of a section in their language, by key; nothing where that is the tracer's own."""
        return view.spoken(self.run, section, self.language)

    def speak(self, language: str, sent_by: UUID | None, now: datetime) -> None:
        """Say the words in another language from here on."""
        self.sitting = interviews.speak(self.sitting, language, sent_by, now)

    def known(self, key: str) -> int:
        """The newest answer to a question that this page shows."""
        return self.sitting.ledger.of(key).shown

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
            return url_for("interviews.check", interview_id=self.call.id)
        return url_for("interviews.show", interview_id=self.call.id, section=onward)

    def give(self, given: Iterable[Given], sent_by: UUID | None, now: datetime) -> None:
        """Take down answers, and work everything out again."""
        self.sitting = interview_answers.give(self.sitting, given, sent_by, now)

    def add(self, repeat: str, wanted: int | None, sent_by: UUID | None, now: datetime, offer: str = "") -> int:
        """One more person or place, or somebody who was offered; its number."""
        self.sitting = interviews.add_instance(self.sitting, repeat, wanted, sent_by, now, offer)
        return self.run.instances(repeat)[-1]

    def remove(self, repeat: str, number: int, sent_by: UUID | None, now: datetime) -> None:
        """Take a person or place off the list."""
        self.sitting = interviews.remove_instance(self.sitting, repeat, number, sent_by, now)

    def restore(self, repeat: str, number: int, sent_by: UUID | None, now: datetime) -> None:
        """Put it back on the list."""
        self.sitting = interviews.restore_instance(self.sitting, repeat, number, sent_by, now)

    def faults(self, section: Section) -> dict[str, str]:
        """What is wrong on a page, by the id of the input."""
        return {
            key.replace("/", "-"): fault
            for item, key in self.run.keys(section)
            if item.is_question and self.run.relevant(key) and (fault := self.run.fault(key))
        }


def open_page(session: Session, interview_id: UUID, *, writing: bool = False) -> Page:
    """Open an interview, to look at it or to write to it; NotFound once it is not the actor's."""
    settings = current_app.extensions["tracer"]
    said = {"service.name": settings.service_name, "service.phone": settings.service_phone}
    how = interview_sitting.take if writing else interview_sitting.read
    return Page(how(session, interview_id, said, clock.now()))
