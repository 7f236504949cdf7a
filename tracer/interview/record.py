"""What a run means for the record: only what was answered and is relevant, declines left out."""

from dataclasses import dataclass, field

from tracer.interview.answers import Declined, Typed
from tracer.interview.engine import IS, Run
from tracer.interview.script import Repeat

Values = dict[str, str | list[str]]


@dataclass(frozen=True)
class Record:
    """The fields that answers fill, by what they are about; each contact and place on its own."""

    case: Values = field(default_factory=dict)
    person: Values = field(default_factory=dict)
    contact: Values = field(default_factory=dict)
    contacts: list[Values] = field(default_factory=list)
    household: list[Values] = field(default_factory=list)
    places: list[Values] = field(default_factory=list)
    outcome: str | None = None


def of(run: Run) -> Record:
    """The record of a run. The same answers give the same record, in whatever order they were given."""
    single: dict[str, Values] = {"case": {}, "person": {}, "contact": {}, "interview": {}}
    lists: dict[str, list[Values]] = {"contacts": [], "household": [], "places": []}
    for section in run.script.sections:
        for entry in section.items:
            if isinstance(entry, Repeat):
                lists.get(entry.field, []).extend(_instances(run, entry))
            elif entry.field and entry.is_question:
                _put(run, single[entry.field.partition(".")[0]], entry.field, entry.name)
    outcome = single["interview"].get("outcome")
    return Record(
        case=single["case"],
        person=single["person"],
        contact=single["contact"],
        outcome=str(outcome) if outcome else None,
        **lists,
    )


def one(run: Run, field_: str) -> str | None:
    """What fills one field outside of any repeat, as `of` has it; None where nothing does."""
    values: Values = {}
    for name in run.compiled.binding(field_):
        _put(run, values, field_, name)
    return str(values[field_.partition(".")[2]]) if values else None


def lists(run: Run, bound: str) -> list[Values]:
    """What is said so far in every repeat bound to `contacts`, `household` or `places`, each instance on its own."""
    return [values for _, values in numbered(run, bound)]


def numbered(run: Run, bound: str) -> list[tuple[int, Values]]:
    """The same, each with its number in its repeat."""
    return [one for repeat in run.compiled.lists(bound) for one in _numbered(run, repeat)]


def _instances(run: Run, repeat: Repeat) -> list[Values]:
    return [values for _, values in _numbered(run, repeat)]


def _numbered(run: Run, repeat: Repeat) -> list[tuple[int, Values]]:
    found = []
    for number in run.instances(repeat.name):
        values: Values = {}
        for item in repeat.items:
            if item.field and item.is_question:
                _put(run, values, item.field, f"{repeat.name}/{number}/{item.name}")
        if values:
            known = run.answers.get(f"{repeat.name}/{number}/{IS}")
            found.append((number, {**values, "is": known} if isinstance(known, str) else values))
    return found


def _put(run: Run, values: Values, field_: str, key: str) -> None:
    answer = run.given(key)
    if run.relevant(key) and answer and not isinstance(answer, Declined | Typed) and not run.fault(key):
        values[field_.partition(".")[2]] = answer
