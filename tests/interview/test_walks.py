"""Every branch of every shipped script: what has a condition is asked under some answers, and not under others.

The search finds the answers; the engine that calls are run with has the last word on what they bring up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interview.test_scripts import FACTS, READY, SHIPPED, TODAY, settle
from tracer.interview import syntax
from tracer.interview.answers import Answer
from tracer.interview.compiled import Compiled
from tracer.interview.domains import domains
from tracer.interview.engine import Run
from tracer.interview.script import Item, Repeat
from tracer.interview.search import Answers, Goal, Outcome, Search

_DAYS = ("2026-03-08", "2026-03-10", "2026-03-17", "2026-02-01", "1980-01-01")
Key = tuple[str, str]


@dataclass(frozen=True)
class Branch:
    """A section, repeat, question or note; `within` is the name of what it stands in, blank for a section."""

    name: str
    within: str
    relevant: str


def branches(compiled: Compiled) -> Iterator[Branch]:
    """All that can be asked, said or left out, in order."""
    for section in compiled.script.sections:
        yield Branch(section.name, "", section.relevant)
        for entry in section.items:
            yield Branch(entry.name, section.name, entry.relevant)
            for item in entry.items if isinstance(entry, Repeat) else ():
                yield Branch(item.name, entry.name, item.relevant)


def search_of(compiled: Compiled) -> Search:
    """A search that tries some days too, where no condition names one."""
    tried = domains(compiled, syntax.read)
    for name, domain in tried.items():
        item = compiled.places[name].item
        known = FACTS.get(item.field)
        more = _DAYS if item.kind == "date" or isinstance(known, date) else (str(known),) if known else ()
        tried[name] = replace(domain, values=(*more, *domain.values))
    return Search(compiled, syntax.read, tried, today=TODAY)


def run_of(compiled: Compiled, found: Answers) -> Run:
    """The found answers in a call: one instance of each repeat, and what is a fact comes from the record."""
    answers: dict[str, Answer] = {f"{name}/1/_added": "yes" for name in compiled.repeats}
    facts: dict[str, Any] = dict(FACTS)
    for name, value in found.items():
        place = compiled.places[name]
        assert isinstance(value, str | list)
        if place.item.kind == "hidden":
            facts[place.item.field] = value
        else:
            answers[f"{place.repeat.name}/1/{name}" if place.repeat else name] = value
    return Run(compiled, answers, facts, TODAY)


def comes_up(run: Run, name: str) -> bool:
    """Whether the engine asks or says it, or shows the section or the repeat."""
    if name in run.compiled.sections:
        return run.section_relevant(run.compiled.sections[name])
    if name in run.compiled.repeats:
        section, repeat = run.compiled.repeats[name]
        return run.section_relevant(section) and run.holds(repeat.relevant, name)
    place = run.compiled.places[name]
    return run.relevant(f"{place.repeat.name}/1/{name}" if place.repeat else name)


def asked(branch: Branch) -> Goal:
    return lambda partial: partial.relevant(branch.name)


def passed_over(branch: Branch) -> Goal:
    """It is not asked by its own condition, while what it stands in is."""

    def goal(partial: Any) -> bool | None:
        around = partial.relevant(branch.within) if branch.within else True
        own = partial.holds(branch.relevant, branch.name)
        if around is False or own is True:
            return False
        return None if around is None or own is None else True

    return goal


@pytest.mark.parametrize("key", SHIPPED)
def test_everything_comes_up_under_some_answers(key: Key) -> None:
    compiled = READY[key]
    search = search_of(compiled)
    missed = []
    for branch in branches(compiled):
        found = search.find(asked(branch))
        if isinstance(found, Outcome) or not comes_up(run_of(compiled, found), branch.name):
            missed.append((branch.name, found))
    assert missed == []


@pytest.mark.parametrize("key", SHIPPED)
def test_whatever_has_a_condition_is_passed_over_under_some_answers(key: Key) -> None:
    compiled = READY[key]
    search = search_of(compiled)
    missed, tried = [], 0
    for branch in branches(compiled):
        if branch.relevant:
            tried += 1
            found = search.find(passed_over(branch))
            run = None if isinstance(found, Outcome) else run_of(compiled, found)
            around = run is not None and (not branch.within or comes_up(run, branch.within))
            if run is None or not around or comes_up(run, branch.name):
                missed.append((branch.name, found))
    assert tried
    assert missed == []


def questions(compiled: Compiled) -> Iterator[tuple[str, Item]]:
    """Every question with its key in the first instance."""
    for name, place in compiled.places.items():
        if place.item.is_question:
            yield f"{place.repeat.name}/1/{name}" if place.repeat else name, place.item


@pytest.mark.parametrize("key", SHIPPED)
def test_every_choice_is_offered_and_can_be_given(key: Key) -> None:
    """Under answers that bring up its question. (None of the shipped scripts filters its choices.)"""
    compiled = READY[key]
    search = search_of(compiled)
    missed = []
    for at, item in questions(compiled):
        found = search.find(lambda partial, name=item.name: partial.relevant(name))  # type: ignore[misc]
        assert not isinstance(found, Outcome), item.name
        run = run_of(compiled, found)
        offered = {choice.name for choice in run.choices(item, at)}
        for choice in item.choices:
            answer: Answer = [choice.name] if item.kind == "select_multiple" else choice.name
            stands = run.relevant(at) and run.read(at, answer) == answer
            if choice.name not in offered or not stands:
                missed.append((item.name, choice.name))
    assert missed == []


@pytest.mark.parametrize("key", SHIPPED)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_required_question_that_is_asked_is_skipped(key: Key, data: st.DataObject) -> None:
    """At the end of any walk; and taking any one required answer away makes that question missing again."""
    done = settle(Run(READY[key], {}, FACTS, TODAY), data)
    needed = [
        at
        for section in done.script.sections
        for item, at in done.keys(section)
        if item.is_question and done.relevant(at) and done.required(item, at)
    ]
    assert needed
    assert [at for at in needed if not done.answered(at) or done.fault(at)] == []
    gone = data.draw(st.sampled_from([at for at in needed if at in done.answers] or needed))
    less = Run(READY[key], {at: answer for at, answer in done.answers.items() if at != gone}, FACTS, TODAY)
    if less.relevant(gone) and not less.answered(gone) and less.required(less.item(gone), gone):
        assert gone in [at for _, at, _ in less.missing()]
