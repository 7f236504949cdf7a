"""One page of a preview: the run with what was invented, in the shape that the templates of a call take."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from flask import current_app, g

from tracer.casework.interview_answers import Given
from tracer.casework.script_preview import Invented, run
from tracer.interview import answers as said
from tracer.interview import days, languages, named, view
from tracer.interview.answers import Answer, AnswerFault, Typed
from tracer.interview.compiled import Compiled
from tracer.interview.engine import ADDED, REMOVED, Run, split
from tracer.interview.script import Repeat, Section


def facts() -> dict[str, Any]:
    """What the service and whoever looks bring to a script."""
    settings, me = current_app.extensions["tracer"], g.actor.name.partition(" ")[0]
    said = {"service.name": settings.service_name, "service.phone": settings.service_phone}
    return {**said, "tracer.given_name": me}


class PreviewPage:
    """A walk through a script as it stands."""

    def __init__(
        self, compiled: Compiled, disease: str, who: Invented, language: str, facts: Mapping[str, Any]
    ) -> None:
        self.compiled, self.disease, self.who, self.facts = compiled, disease, who, facts
        self.language = language if language in compiled.script.languages else compiled.script.languages[0]
        self.answers: dict[str, Answer] = {}
        self._run: Run | None = None
        self.sitting = SimpleNamespace(today=who.day)  # where the templates of a call look for the day

    @property
    def run(self) -> Run:
        """The script with the answers so far."""
        if self._run is None:
            self._run = run(self.compiled, self.disease, self.who, self.answers, self.facts)
        return self._run

    def _put(self, key: str, answer: Answer) -> None:
        self.answers[key], self._run = answer, None

    def take(self, document: Mapping[str, Any]) -> None:
        """Take on the answers that the page carried; what is no answer to this script is left behind."""
        begun = self.run
        for key, one in document.items():
            inside = split(key)
            marker = inside is not None and inside[0] in self.compiled.repeats and inside[2] in {ADDED, REMOVED}
            try:
                if not marker:
                    begun.item(key)
                self._put(key, said.from_document(one))
            except (AnswerFault, ValueError):
                continue

    def give(self, given: Iterable[Given]) -> None:
        """Take down the answers of a section, as a call would."""
        begun = self.run
        for one in given:
            try:
                answer: Answer = begun.read(one.key, one.raw)
            except AnswerFault:
                answer = Typed(one.raw) if isinstance(one.raw, str) else ""
            if answer != begun.given(one.key):
                self._put(one.key, answer)

    def add(self, repeat: str) -> None:
        """One more person or place."""
        if repeat in self.compiled.repeats:
            self._put(f"{repeat}/{self.run.next_number(repeat)}/{ADDED}", "yes")

    def remove(self, repeat: str, number: str) -> None:
        """One fewer."""
        if repeat in self.compiled.repeats and number.isdigit():
            self._put(f"{repeat}/{int(number)}/{REMOVED}", "yes")

    def document(self) -> dict[str, Any]:
        """The answers, for the page to carry."""
        return {key: said.to_document(answer) for key, answer in self.answers.items()}

    def section(self, name: str) -> Section:
        """The section of that name, else the first."""
        sections = self.compiled.script.sections
        return next((one for one in sections if one.name == name), sections[0])

    def after(self, section: Section) -> str:
        """The name of the next section that is needed; blank for the end."""
        sections, now = self.compiled.script.sections, self.run
        rest = sections[sections.index(section) + 1 :]
        return next((one.name for one in rest if now.section_relevant(one)), "")

    def act(self, section: Section, do: str) -> str:
        """Where a button leads: the name of a section, or blank for the end."""
        verb, _, rest = do.partition(":")
        repeat, _, number = rest.partition("/")
        if verb == "go":
            return rest
        if verb == "next":
            return section.name if self.faults(section) else self.after(section)
        if verb == "add":
            self.add(repeat)
        if verb == "remove":
            self.remove(repeat, number)
        return section.name

    def faults(self, section: Section) -> dict[str, str]:
        """What is wrong with the answers of a section, by the id that each has on the page."""
        return {
            key.replace("/", "-"): fault
            for item, key in self.run.keys(section)
            if item.is_question and self.run.relevant(key) and (fault := self.run.fault(key))
        }

    # What the templates of a call ask of their page.

    def known(self, _: str) -> int:
        """No other page gives answers to a preview."""
        return 0

    def offers(self, _: Repeat) -> list[named.Offer]:
        """Nobody is on record."""
        return []

    @cached_property
    def days(self) -> days.Calendar | None:
        """The days that are asked about."""
        return days.calendar(self.run)

    @cached_property
    def home(self) -> list[str]:
        """The household as far as it was invented."""
        return named.at_home(self.run)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages that the script has words in, by code and by what its speakers call it."""
        return languages.by_own_name(self.compiled.script.languages)

    def spoken(self, section: Section) -> dict[str, view.ItemView]:
        """What is said aloud of a section in the chosen language, by key; nothing where it was written in that."""
        return view.spoken(self.run, section, self.language)
