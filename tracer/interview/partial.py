"""Working out expressions while some answers are not known: true, false, or it depends, and on what.

An answer that is not known is UNKNOWN, and so is what hangs on it, unless it comes out the same whatever it is:
`a and b` is false as soon as one is. That is how conditions are searched for answers that make them hold.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tracer.interview.compiled import Compiled
from tracer.interview.functions import finite
from tracer.interview.maybe import UNKNOWN, Maybe, Walk
from tracer.interview.script import Item
from tracer.interview.syntax import Node
from tracer.interview.values import Value, number, string, truth

Tree = Callable[[str], Node | None]
# A chain of this many conditions is followed; what is behind it counts as not known.
_DEEPEST = 25


class Partial:
    """The values of a script's names under some answers, by name; those of a repeat are the same in all instances.

    `can_be_given` says of a name whether it could be given an answer: what was asked for and could be is in `touched`.
    A repeat's own name stands for how many instances it has.
    """

    def __init__(
        self,
        compiled: Compiled,
        tree: Tree,
        answers: Mapping[str, Value],
        can_be_given: Callable[[str], bool],
        *,
        today: date | None = None,
    ) -> None:
        self.compiled, self._tree, self.answers = compiled, tree, answers
        self._can_be_given, self.today = can_be_given, today
        self.touched: dict[str, None] = {}
        self._known: dict[str, Maybe] = {}
        self._relevant: dict[str, bool | None] = {}
        # What was first asked for when something came out unknown: it is asked for again with it.
        self._for_want: dict[str, str] = {}
        self._depth = 0

    def given(self, name: str, value: Value) -> "Partial":
        """The same with one more answer; what does not hang on it is not worked out again."""
        after = Partial(self.compiled, self._tree, {**self.answers, name: value}, self._can_be_given, today=self.today)
        bits, behind = self.compiled.behind
        bit = bits.get(name, 0)
        after._known = {
            one: found for one, found in self._known.items() if found is not UNKNOWN or not behind.get(one, 0) & bit
        }
        after._relevant = {
            one: held for one, held in self._relevant.items() if held is not None or not behind.get(one, 0) & bit
        }
        after._for_want = dict(self._for_want)
        return after

    # Names

    def relevant(self, name: str) -> bool | None:
        """Whether an item, repeat or section is relevant; None where that depends."""
        if name not in self._relevant:
            self._relevant[name] = None
            self._relevant[name] = self._noting(f"@{name}", lambda: self._is_relevant(name), None)
        elif self._relevant[name] is None:
            self._want(f"@{name}")
        return self._relevant[name]

    def _want(self, name: str) -> None:
        wanted = self._for_want.get(name)
        if wanted is not None and wanted not in self.answers:
            self.touched[wanted] = None

    def _noting(self, name: str, what: Callable[[], Any], otherwise: Any) -> Any:
        """Work something out, and note what it first asked for."""
        before, self.touched = self.touched, {}
        found = self._deeper(what, otherwise)
        if self.touched:
            self._for_want[name] = next(iter(self.touched))
        self.touched = {**before, **self.touched}
        return found

    def _deeper(self, what: Callable[[], Any], otherwise: Any) -> Any:
        if self._depth >= _DEEPEST:
            return otherwise
        self._depth += 1
        try:
            return what()
        finally:
            self._depth -= 1

    def _is_relevant(self, name: str) -> bool | None:
        place = self.compiled.places.get(name)
        if name in self.compiled.sections:
            return self.holds(self.compiled.sections[name].relevant, name)
        if name in self.compiled.repeats:
            section, repeat = self.compiled.repeats[name]
            return _all([lambda: self.relevant(section.name), lambda: self.holds(repeat.relevant, name)])
        assert place is not None
        outer = place.repeat.name if place.repeat else place.section.name if place.section else None
        inner = place.item.relevant
        return _all([lambda: self.relevant(outer) if outer else True, lambda: self.holds(inner, name)])

    def value(self, name: str) -> Maybe:
        """The value of an item where it stands."""
        if name not in self._known:
            self._known[name] = UNKNOWN
            self._known[name] = self._noting(name, lambda: self._value(name), UNKNOWN)
        elif self._known[name] is UNKNOWN:
            self._want(name)
        return self._known[name]

    def _value(self, name: str) -> Maybe:
        place = self.compiled.places.get(name)
        if place is None or place.item.kind == "note":
            return ""
        relevant = self.relevant(name)
        if relevant is False:
            return ""
        if place.item.kind == "calculate":
            tree = self._tree(place.item.calculation)
            found = self.evaluate(tree, name) if tree else UNKNOWN
        else:
            found = self._answer(place.item)
        return found if relevant is True or found == "" else UNKNOWN

    def _answer(self, item: Item) -> Maybe:
        if item.name in self.answers:
            return self.answers[item.name]
        if self._can_be_given(item.name):
            self.touched[item.name] = None
        return UNKNOWN

    def look(self, name: str, within: str) -> Maybe:
        """What a name stands for at an item: a value, or those of all instances of a repeat that it is outside of."""
        place, here = self.compiled.places.get(name), self.compiled.places.get(within)
        if name in self.compiled.repeats:
            return self._instances(name)
        if place is None or place.repeat is None or (here is not None and here.repeat is place.repeat):
            return self.value(name)
        one, many = self.value(name), self._instances(place.repeat.name)
        return UNKNOWN if one is UNKNOWN or not isinstance(many, tuple) else (string(one),) * len(many)

    def _instances(self, repeat: str) -> Maybe:
        """The instances of a repeat, as the count of them has it, or as answered under the repeat's own name."""
        if self.relevant(repeat) is False:
            return ()
        count = self.compiled.repeats[repeat][1].count
        tree = self._tree(count) if count else None
        many = self.evaluate(tree, repeat) if tree else self.answers.get(repeat, UNKNOWN)
        if many is UNKNOWN or (count and not tree):
            if self._can_be_given(repeat) and not count:
                self.touched[repeat] = None
            return UNKNOWN
        whole = finite(number(many))
        return tuple(str(at + 1) for at in range(int(max(0.0, min(whole, 50.0))))) if whole == whole else ()

    # Expressions

    def holds(self, text: str, within: str, own: Maybe | None = None) -> bool | None:
        """Whether a condition holds; None where that depends, or it cannot be read."""
        if not text:
            return True
        tree = self._tree(text)
        if tree is None:
            return None
        found = self.evaluate(tree, within, own)
        return None if found is UNKNOWN else truth(found)

    def evaluate(self, node: Node, within: str, own: Maybe | None = None) -> Maybe:
        """The value of an expression at an item; `own` is that of “.” there."""
        return Walk(self, within, own).value(node)


def _all(conditions: list[Callable[[], bool | None]]) -> bool | None:
    """Whether all hold; false as soon as one does not."""
    found: bool | None = True
    for condition in conditions:
        held = condition()
        if held is False:
            return False
        found = None if held is None else found
    return found
