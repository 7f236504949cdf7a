"""What no answers can bring up, what no answer can meet: found by trying the answers that conditions look at.

Only what is certain is said. Lists of choices are tried out, and numbers and texts that are only compared with what is
written out; where a condition hangs on anything else it may hold.
"""

from collections.abc import Iterator

from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.meaning import Meaning
from tracer.interview.closures import COLUMN
from tracer.interview.domains import domains
from tracer.interview.maybe import UNKNOWN
from tracer.interview.partial import Partial
from tracer.interview.script import Item, Repeat, Section
from tracer.interview.search import Goal, Search
from tracer.interview.syntax import Node
from tracer.interview.values import Value, truth

_MOST, _IN_ALL = 500, 20_000
_ALWAYS = "This holds whatever is answered. Leave it empty, or say what else it hangs on."


class Reach:
    """Checks every condition of a script that can be read."""

    def __init__(self, meaning: Meaning, rows: dict[str, Row], groups: dict[str, Row], faults: Faults) -> None:
        self._meaning, self._rows, self._groups, self._faults = meaning, rows, groups, faults
        known = {name: found for name, found in domains(meaning.compiled, meaning.tree).items() if found.complete}
        self._search = Search(meaning.compiled, meaning.tree, known, most=_MOST, in_all=_IN_ALL)

    def check(self) -> None:
        """Say what is wrong, if anything."""
        for section in self._meaning.script.sections:
            if self._comes_up(section.name, section.relevant, "section"):
                self._own(section.name, section.relevant, None)
                for name, relevant, outer, item in _within(section):
                    self._check(name, relevant, outer, item)

    def _check(self, name: str, relevant: str, outer: str, item: Item | None) -> None:
        if not self._comes_up(
            name, relevant, "repeat" if item is None else "note" if item.kind == "note" else "question"
        ):
            return
        if name in self._rows and relevant == self._rows[name].get("relevant"):
            self._own(name, relevant, outer)
        if item is not None and item.constraint:
            self._fits(item)
        if item is not None and item.choice_filter:
            self._offers(item)

    def _never(self, goal: Goal, fixed: dict[str, Value] | None = None) -> bool:
        return self._search.never(goal, fixed)

    def _comes_up(self, name: str, relevant: str, what: str) -> bool:
        if not relevant or not self._never(lambda partial: partial.relevant(name)):
            return True
        row = self._groups.get(name, self._rows.get(name))
        if row is not None and name not in self._groups:
            needed = "It is required, and no" if row.get("required") and row.get("required").lower() != "no" else "No"
            how = f"{needed} answers bring up this {what}. Change its condition, or that of what it looks at."
            self._faults.add("unreachable", row, "relevant", how)
        elif row is not None:
            self._faults.add("unreachable", row, "relevant", "No answers bring up what is in this group.")
        return False

    def _own(self, name: str, relevant: str, outer: str | None) -> None:
        """Whether a condition could be left out."""

        def fails(partial: Partial) -> bool | None:
            around = partial.relevant(outer) if outer else True
            held = partial.holds(relevant, name)
            if around is False or held is True:
                return False
            return None if around is None or held is None else True

        if relevant and name in self._rows and self._never(fails):
            self._faults.warn("always", self._rows[name], "relevant", _ALWAYS)

    def _fits(self, item: Item) -> None:
        def fits(partial: Partial) -> bool | None:
            relevant, own = partial.relevant(item.name), partial.value(item.name)
            if relevant is False or (own is not UNKNOWN and not own):
                return False
            held = partial.holds(item.constraint, item.name)
            return held if held is False else None if relevant is None or own is UNKNOWN or held is None else True

        if self._never(fits):
            how = "No answer meets this, so the question could never be answered."
            self._faults.add("never-fits", self._rows[item.name], "constraint", how)

    def _offers(self, item: Item) -> None:
        tree = self._filter(item)
        if tree is None:
            return

        def offers(partial: Partial) -> bool | None:
            relevant, found = partial.relevant(item.name), partial.evaluate(tree, item.name)
            if relevant is False or (found is not UNKNOWN and not truth(found)):
                return False
            return None if relevant is None or found is UNKNOWN else True

        def columns(choice_columns: dict[str, str]) -> dict[str, Value]:
            named = {node.value: "" for node in tree.walk() if node.what == "column"}
            return {f"{COLUMN}{name}": choice_columns.get(str(name), "") for name in named}

        offered = ({**choice.columns, "name": choice.name, "label": choice.label} for choice in item.choices)
        if all(self._never(offers, columns(one)) for one in offered):
            how = "This lets no choice through, whatever is answered."
            self._faults.add("never-fits", self._rows[item.name], "choice_filter", how)

    def _filter(self, item: Item) -> Node | None:
        try:
            return self._meaning.compiled.filter(item).tree
        except ValueError:
            return None


def _within(section: Section) -> Iterator[tuple[str, str, str, Item | None]]:
    """Everything in a section: its name, its condition, what it stands in, and the item where it is one."""
    for entry in section.items:
        if isinstance(entry, Repeat):
            yield entry.name, entry.relevant, section.name, None
            yield from ((item.name, item.relevant, entry.name, item) for item in _asked(entry.items))
        elif entry.kind not in {"calculate", "hidden"}:
            yield entry.name, entry.relevant, section.name, entry


def _asked(items: tuple[Item, ...]) -> list[Item]:
    return [item for item in items if item.kind not in {"calculate", "hidden"}]
