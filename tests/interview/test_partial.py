"""What is said while answers are unknown holds whatever they turn out to be, and a search never misses an answer."""

from datetime import date
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interview import oracle
from tracer.interview import syntax
from tracer.interview.answers import Answer
from tracer.interview.compiled import Compiled
from tracer.interview.domains import domains
from tracer.interview.engine import Run
from tracer.interview.maybe import UNKNOWN
from tracer.interview.partial import Partial
from tracer.interview.script import Choice, Item, Repeat, Script, Section
from tracer.interview.search import Outcome, Search
from tracer.interview.values import Value

TODAY = date(2026, 3, 10)
CHOICES = tuple(Choice(name, name.title()) for name in ("a", "b", "fever"))


def tree(text: str) -> syntax.Node | None:
    return syntax.read(text)


def made(expression: str, relevant: str = "") -> Script:
    """Questions by the names of the oracle, a calculation, and one more question that hangs on it."""
    items: tuple[Item | Repeat, ...] = (
        Item("one", "select_one", choices=CHOICES),
        Item("two", "select_one", choices=CHOICES, relevant=relevant),
        Item("chosen", "select_multiple", choices=CHOICES),
        Item("typed", "text"),
        Item("born", "date"),
        Repeat("people", "People", (Item("many", "select_one", choices=CHOICES),)),
        Item("sum", "calculate", calculation=expression),
        Item("end", "note", relevant="${sum}"),
    )
    return Script("T", "t", "1", "en", (Section("s", "S", items),))


ANSWERS = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(["", "a", "b", "fever"]) for name in ("one", "two", "many")},
        "chosen": st.lists(st.sampled_from(["a", "b", "fever"]), unique=True, max_size=3),
        "typed": st.sampled_from(["", "a", "12", "2026-03-03"]),
        "born": st.sampled_from(["", "1980-05-01", "2026-03-10"]),
        "people": st.integers(0, 3).map(float),
    }
)


def run_of(script: Script, answers: dict[str, Any]) -> Run:
    """The same answers in a call: as many instances as there are people, all with the same answer."""
    given = {name: answer for name, answer in answers.items() if name not in {"many", "people"}}
    for number in range(1, int(answers["people"]) + 1):
        given |= {f"people/{number}/many": answers["many"], f"people/{number}/_added": "yes"}
    return Run(Compiled(script), given, {}, TODAY)


@settings(max_examples=700, deadline=None, suppress_health_check=list(HealthCheck))
@given(oracle.trees(), oracle.trees(), ANSWERS, st.sets(st.sampled_from(["one", "two", "chosen", "typed", "people"])))
def test_what_is_known_early_stays_so(
    shape: oracle.Tree, condition: oracle.Tree, answers: dict[str, Any], unknown: set[str]
) -> None:
    text = oracle.written(shape)
    script = made(text, oracle.written(condition).replace("${two}", "${one}").replace("${many}", "${one}"))
    run = run_of(script, answers)
    wanted: Value = run.scope("end")("sum")
    for left_out in (set[str](), unknown):
        known = {name: answer for name, answer in answers.items() if name not in left_out}
        partial = Partial(run.compiled, tree, known, lambda _: True, today=TODAY)
        found = partial.value("sum")
        assert found is not UNKNOWN or left_out, text
        nothing = found != found and wanted != wanted
        assert found is UNKNOWN or found == wanted or nothing, (text, left_out)
        shown = partial.relevant("end")
        assert shown is None or shown == run.relevant("end"), (text, left_out)


def conditions() -> st.SearchStrategy[str]:
    """Conditions of the sort that scripts have, over two lists and a set."""
    alone = [f"${{{name}}} {how} '{word}'" for name in ("one", "two") for how in ("=", "!=") for word in ("a", "b", "")]
    alone += [f"selected(${{chosen}}, '{word}')" for word in ("a", "fever")] + ["count-selected(${chosen}) > 1"]
    return st.recursive(
        st.sampled_from(alone),
        lambda below: st.one_of(
            st.tuples(below, st.sampled_from(["and", "or"]), below).map(lambda parts: f"({' '.join(parts)})"),
            below.map(lambda inner: f"not({inner})"),
            st.tuples(below, below, below).map(lambda parts: f"if({', '.join(parts)})"),
        ),
        max_leaves=6,
    )


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(conditions(), conditions())
def test_a_search_says_never_where_there_is_none_and_finds_one_where_there_is(condition: str, inner: str) -> None:
    """Against trying every answer there is."""
    inner = inner.replace("${two}", "${one}")
    script = made(condition, inner)
    compiled = Compiled(script)
    possible = False
    sets: list[list[str]] = [
        [],
        ["a"],
        ["b"],
        ["fever"],
        ["a", "b"],
        ["a", "fever"],
        ["b", "fever"],
        ["a", "b", "fever"],
    ]
    for one, two, chosen in product(("", "a", "b", "fever"), ("", "a", "b", "fever"), sets):
        answers: dict[str, Answer] = {"one": one, "two": two, "chosen": chosen}
        possible = possible or Run(compiled, answers, {}, TODAY).relevant("end")
    search = Search(compiled, tree, domains(compiled, tree))
    found = search.find(lambda partial: partial.relevant("end"))
    assert (found is Outcome.NEVER) is not possible, condition
    if not isinstance(found, Outcome):
        answered: dict[str, Answer] = {name: value for name, value in found.items() if isinstance(value, str | list)}
        assert Run(compiled, answered, {}, TODAY).relevant("end"), (condition, found)
