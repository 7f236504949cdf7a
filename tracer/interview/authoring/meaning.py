"""What the names and expressions of a script are, as far as can be told without any answer."""

from collections.abc import Callable
from functools import cached_property

from tracer.interview.compiled import Compiled, Place
from tracer.interview.functions import FUNCTIONS
from tracer.interview.script import Choice, Script
from tracer.interview.syntax import Node
from tracer.interview.values import string

# The kind of what a name or expression gives. `choice` and `choices` are answers from a list, `words` what was typed;
# `many` are the answers of a repeat, `repeat` is one itself; `nothing` has no value, of `any` nothing is known.
_OF_ITEMS = {
    **{"select_one": "choice", "select_multiple": "choices", "integer": "number", "decimal": "number"},
    **{"date": "date", "time": "time", "text": "words", "hidden": "any", "note": "nothing"},
}


class Meaning:
    """A script and the trees of its expressions; `tree` gives None for one that cannot be read."""

    def __init__(self, script: Script, tree: Callable[[str], Node | None]) -> None:
        self.script, self.tree = script, tree
        self.compiled = Compiled(script)
        self._kinds: dict[str, str] = {}
        self._outputs: dict[str, frozenset[str] | None] = {}

    @cached_property
    def groups(self) -> set[str]:
        """Names of what has no value: sections, and the headings of groups are notes."""
        return set(self.compiled.sections)

    def place(self, name: str) -> Place | None:
        """Where an item stands."""
        return self.compiled.places.get(name)

    def kind_of_name(self, name: str, within: str) -> str:
        """The kind of `${name}` in an expression at an item, or repeat, called `within`."""
        place, here = self.place(name), self.place(within)
        if place is None:
            return "repeat" if name in self.compiled.repeats else "nothing"
        if place.repeat is not None and (here is None or here.repeat is not place.repeat):
            return "many" if place.item.kind != "note" else "nothing"
        if place.item.kind != "calculate":
            return _OF_ITEMS[place.item.kind]
        if name not in self._kinds:
            self._kinds[name] = "any"  # a circle is said elsewhere
            tree = self.tree(place.item.calculation) if place.item.calculation else None
            self._kinds[name] = self.kind(tree, name) if tree else "any"
        return self._kinds[name]

    def kind(self, node: Node, within: str) -> str:
        """The kind of what an expression gives."""
        if node.what == "ref":
            return self.kind_of_name(str(node.value), within)
        if node.what == "self":
            return self.kind_of_name(within, within)
        if node.what in {"number", "text"}:
            return node.what
        if node.what == "column":
            return "any"
        if node.what in {"and", "or", "=", "!=", "<", "<=", ">", ">="}:
            return "truth"
        if node.what != "call":
            return "number"
        if node.value in {"if", "coalesce"}:
            found = {self.kind(part, within) for part in node.parts[node.value == "if" :]}
            return found.pop() if len(found) == 1 else "any"
        return FUNCTIONS[str(node.value)].gives

    def choices(self, node: Node, within: str) -> tuple[Choice, ...] | None:
        """The choices that an expression's value is one of, where it is the answer of a select."""
        name = within if node.what == "self" else str(node.value) if node.what == "ref" else ""
        place = self.place(name)
        return place.item.choices if place is not None and place.item.choices else None

    def outputs(self, node: Node, within: str) -> frozenset[str] | None:
        """Every text that an expression can give, where they are few and known; None where they are not."""
        if (offered := self.choices(node, within)) is not None:
            many = self.kind(node, within) == "choices"
            return None if many else frozenset(choice.name for choice in offered) | {""}
        if node.what in {"number", "text"}:
            return frozenset({string(node.value)})
        if node.what == "ref":
            return self._outputs_of(str(node.value))
        if node.what == "call" and node.value == "if":
            yes, no = (self.outputs(part, within) for part in node.parts[1:])
            return None if yes is None or no is None else yes | no
        return None

    def _outputs_of(self, name: str) -> frozenset[str] | None:
        place = self.place(name)
        if place is None or place.item.kind != "calculate" or place.repeat is not None:
            return None
        if name not in self._outputs:
            self._outputs[name] = None
            tree = self.tree(place.item.calculation) if place.item.calculation else None
            found = self.outputs(tree, name) if tree else None
            self._outputs[name] = None if found is None else found | {""}
        return self._outputs[name]
