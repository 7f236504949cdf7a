"""Everything that is checked of a form that has been read: all of it each time, so that all faults are said at once."""

from datetime import date

from tracer.interview import answers, expression, graph
from tracer.interview.answers import AnswerFault
from tracer.interview.authoring.builder import Builder
from tracer.interview.authoring.columns import say_left_out
from tracer.interview.authoring.expressions import Expressions, check_kinds
from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.meaning import Meaning
from tracer.interview.authoring.reach import Reach
from tracer.interview.authoring.rows import BIND
from tracer.interview.compiled import Compiled
from tracer.interview.script import Item, Script

_A_DAY = date(2000, 1, 1)


def check(builder: Builder, script: Script, faults: Faults) -> None:
    """Say what is wrong with a script that was built."""
    rows = builder.names.rows
    expressions = Expressions(builder.sheets, rows, faults)
    found = expressions.read()
    meaning = Meaning(script, expressions.tree)
    check_kinds(found, meaning, faults)
    expressions.check_words(builder.columns, script)
    for place in meaning.compiled.places.values():
        _check_item(place.item, rows.get(place.item.name), faults)
    _check_circles(meaning, rows, faults)
    Reach(meaning, rows, builder.groups, faults).check()
    _check_outcome(meaning.compiled, builder, faults)
    say_left_out(builder.sheets, faults)


def _check_item(item: Item, row: Row | None, faults: Faults) -> None:
    if row is None or not item.is_question:
        return
    if item.constraint and not item.constraint_message:
        how = "Say what fits, in the words that the tracer reads when an answer does not."
        faults.warn("no-message", row, "constraint_message", how)
    if item.default and not item.default_is_worked_out and (wrong := _wrong_default(item)):
        faults.add("default", row, "default", wrong)


def _wrong_default(item: Item) -> str:
    """What is wrong with a default that is written out; it stands as an answer as it is."""
    raw = item.default.split() if item.kind == "select_multiple" else item.default
    try:
        found = answers.read(item, raw, _A_DAY)
    except AnswerFault as fault:
        return f"{item.default!r} is no answer to this question. {fault}"
    if found == raw:
        return ""
    return "Write it like 2026-03-27, or as today()." if item.kind == "date" else f"Write it as {found!r}."


def _check_circles(meaning: Meaning, rows: dict[str, Row], faults: Faults) -> None:
    def compiled(text: str) -> expression.Expression:
        try:
            return meaning.compiled.expression(text)
        except ValueError:  # said already
            return expression.compile("''")

    for circle in graph.circles(graph.dependencies(meaning.script, compiled)):
        first = rows[circle[0]]
        column = "calculation" if first.get("calculation") else "relevant" if first.get("relevant") else "default"
        chain = " → ".join([*circle, circle[0]])
        faults.add("circle", first, column, f"This hangs on itself: {chain}. Break the circle.")


def _check_outcome(compiled: Compiled, builder: Builder, faults: Faults) -> None:
    if not any(place.item.field == "interview.outcome" for place in compiled.places.values()):
        how = "No question is bound to interview.outcome: every finished interview counts as completed."
        faults.warn("outcome", builder.sheets.survey.head, BIND, how)
