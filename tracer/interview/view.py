"""What a page of an interview shows: sections with their states, and every item, relevant or not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from tracer.interview import speech
from tracer.interview.answers import Answer, Declined, Typed
from tracer.interview.engine import Run
from tracer.interview.script import NOTES, Choice, Item, Repeat, Section
from tracer.interview.values import string

_MENTION = re.compile(r"\$\{\s*([\w.-]+)\s*\}")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class ItemView:
    """One item as a page shows it; `key` is what its input is called."""

    key: str
    item: Item
    text: str
    hint: str
    guidance: str
    relevant: bool
    required: bool
    value: str | list[str]
    declined: str | None
    fault: str | None


@dataclass(frozen=True)
class RepeatView:
    """A repeat with its instances, each a number and its items. One that is counted has none added or taken off."""

    repeat: Repeat
    label: str
    relevant: bool
    instances: list[tuple[int, list[ItemView]]] = field(default_factory=list)
    counted: bool = False


@dataclass(frozen=True)
class SectionView:
    """One section in the list: how far it is."""

    name: str
    label: str
    state: str
    answered: int
    asked: int


def sections(run: Run) -> list[SectionView]:
    """Every section with its state: not started, in progress, done, not needed; not yet, while the answers before it
    may still make it needed."""
    unsettled = {section.name for section, _, _ in run.missing()}
    found, waiting = list[SectionView](), False
    for section in run.script.sections:
        one = _section(run, section, section.name in unsettled)
        found.append(replace(one, state="not yet") if waiting and one.state == "not needed" else one)
        waiting = waiting or section.name in unsettled
    return found


def _section(run: Run, section: Section, unsettled: bool) -> SectionView:
    asked = [key for item, key in run.keys(section) if item.is_question and run.relevant(key)]
    answered = sum(run.answered(key) for key in asked)
    if not run.section_relevant(section):
        state = "not needed"
    elif answered == 0 and (unsettled or asked):
        state = "not started"
    else:
        state = "in progress" if unsettled else "done"
    return SectionView(section.name, section.label, state, answered, len(asked))


def items(run: Run, section: Section) -> list[ItemView | RepeatView]:
    """Every item of a section in order; hidden values are left out."""
    found: list[ItemView | RepeatView] = []
    for entry in section.items:
        if isinstance(entry, Repeat):
            found.append(_repeat(run, section, entry))
        elif entry.kind not in {"hidden", "calculate"}:
            found.append(_view(run, entry, entry.name))
    return found


def flat(entries: Iterable[ItemView | RepeatView]) -> list[ItemView]:
    """Every item, those inside lists too."""
    found: list[ItemView] = []
    for one in entries:
        found += [item for _, inner in one.instances for item in inner] if isinstance(one, RepeatView) else [one]
    return found


def spoken(run: Run, section: Section, language: str) -> dict[str, ItemView]:
    """What is said aloud of a section in another language, by key; nothing where the run is in that language."""
    if language == run.script.language:
        return {}
    turned = run.in_language(language)
    theirs = next(one for one in turned.script.sections if one.name == section.name)
    return {one.key: one for one in flat(items(turned, theirs)) if one.item.spoken}


def notes(run: Run) -> ItemView:
    """The free notes."""
    return _view(run, NOTES, NOTES.name)


def _repeat(run: Run, section: Section, repeat: Repeat) -> RepeatView:
    shown = run.section_relevant(section) and run.holds(repeat.relevant, repeat.name)
    instances = [
        (number, [_view(run, item, f"{repeat.name}/{number}/{item.name}") for item in _shown(repeat)])
        for number in run.instances(repeat.name)
    ]
    return RepeatView(repeat, text(run, repeat.label, repeat.name), shown, instances, bool(repeat.count))


def _shown(repeat: Repeat) -> list[Item]:
    return [item for item in repeat.items if item.kind not in {"hidden", "calculate"}]


def _view(run: Run, item: Item, key: str) -> ItemView:
    answer: Answer = run.given(key) if item.is_question else ""
    typed = answer.text if isinstance(answer, Typed) else answer
    return ItemView(
        key=key,
        item=run.offered(item, key),
        text=text(run, item.label, key),
        hint=text(run, item.hint, key),
        guidance=text(run, item.guidance, key),
        relevant=run.relevant(key),
        required=item.is_question and run.required(item, key),
        value="" if isinstance(typed, Declined) else typed,
        declined=answer.how if isinstance(answer, Declined) else None,
        fault=run.fault(key) if item.is_question else None,
    )


def text(run: Run, words: str, key: str) -> str:
    """Words with each ${name} in them as people say it in the script's language: dates in full, choices by label."""
    if "${" not in words:
        return words
    return _MENTION.sub(lambda found: said(run, found[1], key), words)


def said(run: Run, name: str, key: str) -> str:
    """The value of a name in words; a gap stays a gap to be seen."""
    value = run.scope(key)(name)
    place = run.compiled.places.get(name)
    labels = _labels(place.item.choices) if place else {}
    language = run.script.language
    parts = value if isinstance(value, list | tuple) else [_as_text(value, language)]
    return ", ".join(labels.get(part, _day(part, language)) for part in parts if part) or "…"


def _as_text(value: str | float | bool, language: str) -> str:
    if isinstance(value, bool):
        return speech.truth(value, language)
    return string(value) if isinstance(value, float) else value


def _labels(choices: tuple[Choice, ...]) -> dict[str, str]:
    return {choice.name: choice.label for choice in choices}


def _day(word: str, language: str) -> str:
    """An ISO date as people say it, Tuesday 3 March 2026; other words as they are."""
    if not _ISO.fullmatch(word):
        return word
    try:
        return speech.day(date.fromisoformat(word), language)
    except ValueError:
        return word


def summary(run: Run) -> list[tuple[SectionView, list[tuple[str, str, str]]]]:
    """For checking before the end: each section's questions with the answer in words and the key."""
    found = []
    for section, view in zip(run.script.sections, sections(run), strict=True):
        rows = [
            (text(run, item.label, key), answer_in_words(run, item, key), key)
            for item, key in run.keys(section)
            if item.is_question and run.relevant(key)
        ]
        if rows:
            found.append((view, rows))
    return found


def answer_in_words(run: Run, item: Item, key: str) -> str:
    """The answer that stands as people say it."""
    return in_words(item, run.given(key), run.script.language)


def in_words(item: Item, answer: Answer, language: str) -> str:
    """An answer to a question as people say it."""
    if isinstance(answer, Declined):
        return speech.declined(answer.how, language)
    if isinstance(answer, Typed):
        return speech.not_understood(answer.text, language)
    parts = answer if isinstance(answer, list) else [answer]
    labels = _labels(item.choices)
    return ", ".join(labels.get(part, _day(part, language)) for part in parts if part) or speech.not_answered(language)
