"""The answers to a script as tables: one row an interview, a table for each repeat, linked by the interview's number.

Without names no free text is in them (whatever was typed may name somebody) and nothing that fills a field of the
record that says who somebody is. Expressions' values are left out: they can be worked out again.
"""

from collections.abc import Sequence

from tracer.interview.answers import Declined, Typed
from tracer.interview.engine import Run
from tracer.interview.script import Item, Repeat, Script

MAIN, QUESTIONS = "answers", "questions"
LEADS = ("_interview", "_started", "_finished", "_outcome")
NAMED_LEADS = ("_reference", "_given_name", "_family_name", "_date_of_birth", "_nhs_number")
_REPEAT_LEADS = ("_interview", "_number")
# Of the fields that are no free text.
_IDENTIFYING = frozenset({"person.date_of_birth", "person.phone", "person.email", "contact.phone", "contact.email"})
_ABOUT = ("table", "column", "section", "question", "type", "choices")

Rows = list[list[str]]


def sheet_of(repeat: str) -> str:
    """The name of a repeat's table."""
    return f"{MAIN}-{repeat}"


def asked(script: Script, named: bool) -> dict[str, list[Item]]:
    """The questions that are columns, by the name of their table."""
    found: dict[str, list[Item]] = {MAIN: []}
    for section in script.sections:
        for entry in section.items:
            if isinstance(entry, Repeat):
                found[sheet_of(entry.name)] = [item for item in entry.items if is_column(item, named)]
            elif is_column(entry, named):
                found[MAIN].append(entry)
    return found


def is_column(item: Item, named: bool) -> bool:
    """Whether a question is a column: without names no free text is, and nothing that says who somebody is."""
    return item.is_question and (named or (item.kind != "text" and item.field not in _IDENTIFYING))


def headers(script: Script, named: bool) -> dict[str, list[str]]:
    """The first row of each table."""
    leads = {MAIN: (*LEADS, *(NAMED_LEADS if named else ()))}
    return {
        sheet: [*leads.get(sheet, _REPEAT_LEADS), *(item.name for item in items)]
        for sheet, items in asked(script, named).items()
    }


def rows(run: Run, number: int, leads: Sequence[str], named: bool) -> dict[str, Rows]:
    """The rows of one interview in each table; `leads` are the values before its answers in the main one."""
    found: dict[str, Rows] = {}
    for sheet, items in asked(run.script, named).items():
        repeat = sheet.removeprefix(f"{MAIN}-") if sheet != MAIN else None
        places = enumerate(run.instances(repeat), 1) if repeat else [(0, 0)]
        found[sheet] = [
            [
                str(number),
                *([str(place)] if repeat else leads),
                *(value(run, f"{repeat}/{key}/{item.name}" if repeat else item.name, named) for item in items),
            ]
            for place, key in places
        ]
    return found


def lead(leads: Sequence[str], column: str) -> str:
    """One of the values before the answers of an interview, by its column; the number of the row is none of them."""
    return leads[(*LEADS, *NAMED_LEADS).index(column) - 1]


def value(run: Run, key: str, named: bool) -> str:
    """One answer as a cell: codes, not labels; several choices with spaces between; a decline by its own word.

    Blank where it was not asked as things stand, or what was typed could not be read (which named ones show).
    """
    if not run.relevant(key):
        return ""
    answer = run.given(key)
    if isinstance(answer, Declined):
        return answer.how
    if isinstance(answer, Typed):
        return answer.text if named else ""
    return " ".join(answer) if isinstance(answer, list) else answer


def about(script: Script, named: bool) -> Rows:
    """What each column asked, with its choices."""
    where = {
        item.name: section.label
        for section in script.sections
        for entry in section.items
        for item in (entry.items if isinstance(entry, Repeat) else (entry,))
    }
    return [
        list(_ABOUT),
        *(
            [sheet, item.name, where[item.name], item.label, item.kind, _choices(item)]
            for sheet, items in asked(script, named).items()
            for item in items
        ),
    ]


def _choices(item: Item) -> str:
    return "; ".join(f"{choice.name} = {choice.label}" for choice in item.choices)
