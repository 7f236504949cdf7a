"""A script that one person answers on one page about another's work: its questions, and what the answers come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracer.interview import view
from tracer.interview.answers import Answer, AnswerFault
from tracer.interview.compiled import Compiled
from tracer.interview.engine import Run
from tracer.interview.script import Item, Section

# What the page knows by itself: which call it was; and how the review ended follows from whether it could be made.
KIND, CAN, OUTCOME, DECISION, SCORE = "kind_of_call", "can_review", "outcome", "decision", "score"
_KNOWN = {KIND, OUTCOME}
# The choices of a question that gives points.
POINTS = {"full": 2, "part": 1, "none": 0}


@dataclass(frozen=True)
class Judged:
    """A whole review: what was chosen and written, by question; how it ended; the score where there is one."""

    marks: dict[str, Any]
    words: dict[str, str]
    outcome: str
    score: int | None


def sections(compiled: Compiled) -> list[tuple[Section, list[Item]]]:
    """The sections with the questions that whoever reviews answers, and the notes that always hold."""
    found = []
    for section in compiled.script.sections:
        items = [one for one in section.items if isinstance(one, Item) and one.name not in _KNOWN]
        shown = [
            one
            for one in items
            if one.is_question or (one.kind == "note" and not one.relevant and "${" not in one.label)
        ]
        if any(one.is_question for one in shown):
            found.append((section, shown))
    return found


def questions(compiled: Compiled) -> list[Item]:
    """All of the questions, in order."""
    return [one for _, items in sections(compiled) for one in items if one.is_question]


def lines(compiled: Compiled) -> list[Item]:
    """Those that give points."""
    return [one for one in questions(compiled) if {choice.name for choice in one.choices} >= set(POINTS)]


def run(compiled: Compiled, given: Mapping[str, Any], kind: str, today: date) -> tuple[Run, dict[str, str]]:
    """The answers read, and what is wrong with them by question; blanks are no answers."""
    answers, faults = dict[str, Answer](), dict[str, str]()
    empty = Run(compiled, {KIND: kind}, {}, today)
    for item in questions(compiled):
        try:
            answers[item.name] = empty.read(item.name, given.get(item.name, ""))
        except AnswerFault as fault:
            faults[item.name] = str(fault)
    ended = "unable" if answers.get(CAN) == "no" else "completed"
    made = Run(compiled, {**answers, KIND: kind, OUTCOME: ended}, {}, today)
    for _, key, item in made.missing():
        if key not in faults:
            faults[key] = made.lacks(item, key) or "Answer this."
    return made, faults


def notes(made: Run) -> list[str]:
    """What whoever answered is told because of their answers."""
    found = [one for section in made.script.sections for one in section.items if isinstance(one, Item)]
    said = [one for one in found if one.kind == "note" and one.relevant and made.relevant(one.name)]
    return [view.text(made, one.label, one.name) for one in said]


def judged(made: Run) -> Judged:
    """What a run without faults comes to; what is not needed any more is left out."""
    marks, words = dict[str, Any](), dict[str, str]()
    for item in questions(made.compiled):
        answer = made.given(item.name)
        if not made.relevant(item.name) or not answer or not isinstance(answer, str | list):
            continue
        if item.choices:
            marks[item.name] = answer
        elif isinstance(answer, str):
            words[item.name] = answer
    if made.given(OUTCOME) == "unable":
        return Judged(marks, words, "unable", None)
    score = view.said(made, SCORE, SCORE)
    return Judged(marks, words, str(made.given(DECISION)), int(float(score)) if score[:1].isdigit() else None)
