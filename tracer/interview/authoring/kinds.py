"""Values used as what they are not: said where it happens, for at run time it would only never hold."""

import math
from collections.abc import Callable

from tracer.interview.authoring.faults import Faults, Row
from tracer.interview.authoring.meaning import Meaning
from tracer.interview.functions import FUNCTIONS
from tracer.interview.syntax import Node
from tracer.interview.values import equal, number, string

_SIZES = {"<", "<=", ">", ">="}
_SUMS = {"+", "-", "*", "div", "mod", "minus"}
_CONDITIONS = {"relevant", "constraint", "required", "choice_filter"}
_TAKE_MANY = {"sum", "count", "count-non-empty", "min", "max", "join", "concat", "indexed-repeat"}
_CALLED = {
    **{"choice": "the answer from a list", "choices": "a list of answers", "words": "what was typed", "text": "a text"},
    **{"truth": "a condition", "date": "a day", "time": "a time", "number": "a number", "nothing": "nothing"},
    **{"repeat": "a repeat", "many": "the answers of a repeat"},
}


class Checker:
    """Checks the expressions of one cell."""

    def __init__(self, meaning: Meaning, row: Row, column: str, faults: Faults) -> None:
        self._meaning, self._row, self._column, self._faults = meaning, row, column, faults
        self._within = row.get("name")

    def check(self, tree: Node) -> None:
        """Say everything that is wrong with an expression that can be read."""
        kind = self._kind(tree)
        if self._column in _CONDITIONS and kind in {"text", "date", "time"}:
            self._fault(f"This gives {_CALLED[kind]}, and should say when. Compare it with something.")
        elif self._column in _CONDITIONS and kind in {"choice", "choices", "words", "number"} and tree.what == "ref":
            self._warn(f"This holds with any answer to {tree.value}. Compare it with one, = 'yes' say.")
        self._node(tree, None)

    def _kind(self, node: Node) -> str:
        return self._meaning.kind(node, self._within)

    def _fault(self, message: str) -> None:
        self._faults.add("misuse", self._row, self._column, message)

    def _warn(self, message: str) -> None:
        self._faults.warn("any-answer", self._row, self._column, message)

    def _node(self, node: Node, parent: Node | None) -> None:
        if node.what == "ref":
            self._reference(node, parent)
        elif node.what == "self" and self._column != "constraint":
            self._fault("“.” is the answer itself, which only a constraint looks at. Name the question as ${name}.")
        elif node.what in _SIZES or node.what in _SUMS:
            for part in node.parts:
                self._as_number(part)
        elif node.what in {"=", "!="}:
            self._equal(*node.parts)
        elif node.what == "call":
            self._call(node)
        for part in node.parts:
            self._node(part, node)

    def _reference(self, node: Node, parent: Node | None) -> None:
        kind, name = self._kind(node), str(node.value)
        function = str(parent.value) if parent is not None and parent.what == "call" else ""
        if kind == "nothing":
            self._fault(f"${{{name}}} is a note or a group, which has no value.")
        elif kind == "repeat" and function not in {"count", "indexed-repeat"}:
            self._fault(f"${{{name}}} is a repeat. Use count(${{{name}}}), or name a question in it.")
        elif kind == "many" and function not in _TAKE_MANY:
            self._warn(f"${{{name}}} stands in a repeat: this looks at all its answers, and one that fits is enough.")

    def _as_number(self, node: Node) -> None:
        """A part that is compared by size or reckoned with."""
        kind = self._kind(node)
        if kind == "text" and node.what == "text":
            if math.isnan(number(node.value)):
                self._fault(f"{node.value!r} is no number and no day like '2026-03-27'.")
        elif kind == "choice":
            names = self._meaning.choices(node, self._within) or ()
            if all(math.isnan(number(choice.name)) for choice in names):
                self._fault(f"{self._said(node)} is the answer from a list, and no choice in it is a number.")
        elif kind in {"choices", "truth", "time"}:
            how = " Use count-selected()." if kind == "choices" else " Use decimal-time()." if kind == "time" else ""
            self._fault(f"{self._said(node)} is {_CALLED[kind]}, and no number.{how}")

    def _said(self, node: Node) -> str:
        return f"${{{node.value}}}" if node.what == "ref" else "“.”" if node.what == "self" else "This"

    def _equal(self, left: Node, right: Node) -> None:
        for node, other in ((left, right), (right, left)):
            if other.what in {"text", "number"} and node.what not in {"text", "number"}:
                self._against(node, other)

    def _against(self, node: Node, literal: Node) -> None:
        """A value that is compared with a word or number that is written out."""
        kind, wanted = self._kind(node), string(literal.value)
        if kind == "choices":
            self._choice(node, literal, many=True)
            if wanted:
                self._warn(f"This holds where nothing else was chosen. To look for one: selected(…, '{wanted}').")
        elif kind == "truth":
            self._fault(f"A condition is compared with {wanted!r}. Write the condition alone, or not(…).")
        elif kind in {"number", "date"} and wanted and math.isnan(number(literal.value)):
            self._fault(f"{self._said(node)} is {_CALLED[kind]}, and never {wanted!r}.")
        else:
            self._choice(node, literal, many=False)

    def _choice(self, node: Node, wanted: Node, *, many: bool) -> None:
        """A choice that is looked for has to be one of those that there are."""
        if many:
            offered = self._meaning.choices(node, self._within)
            known = None if offered is None else frozenset(choice.name for choice in offered)
            lost = [] if known is None else [one for one in string(wanted.value).split() if one not in known]
        else:
            known, said = self._meaning.outputs(node, self._within), string(wanted.value)
            right = known is None or said == "" or any(equal(one, wanted.value) for one in known)
            lost = [] if right else [said]
        if lost and known is not None:
            there = ", ".join(sorted(known - {""}))
            message = f"{self._said(node)} is never {lost[0]!r}. It can be: {there}."
            self._faults.add("no-such-choice", self._row, self._column, message)

    def _call(self, node: Node) -> None:
        name = str(node.value)
        if name in {"selected", "selected-at", "count-selected"}:
            self._selected(node)
        elif name in {"sum", "count", "count-non-empty"}:
            self._over_repeat(node)
        elif name == "indexed-repeat":
            self._indexed(node)
        elif name == "position" and (place := self._meaning.place(self._within)) is not None and not place.repeat:
            self._fault("position(..) counts within a repeat, and this stands in none.")
        elif name == "jr:choice-name":
            question = str(node.parts[1].value).strip("${} ")
            self._must_be_select(Node("ref", question))
        else:
            takes = FUNCTIONS[name].takes
            for part, kind in zip(node.parts, takes, strict=False):
                if kind in {"number", "date"}:
                    self._as_number(part)

    def _selected(self, node: Node) -> None:
        given = node.parts[0]
        self._must_be_select(given)
        if node.value == "selected" and node.parts[1].what == "text":
            self._choice(given, node.parts[1], many=True)

    def _must_be_select(self, node: Node) -> None:
        if self._kind(node) in {"words", "number", "date", "time", "truth"}:
            self._fault(f"{self._said(node)} offers no choices: it is {_CALLED[self._kind(node)]}.")

    def _over_repeat(self, node: Node) -> None:
        part, name = node.parts[0], str(node.value)
        right: Callable[[str], bool] = lambda kind: kind in {"many", "any"} or (kind == "repeat" and name == "count")  # noqa: E731
        if not right(self._kind(part)):
            self._fault(f"{name}() goes over the answers of a repeat, and {self._said(part)} is one value.")

    def _indexed(self, node: Node) -> None:
        question, repeat = (str(part.value) for part in node.parts[:2])
        place = self._meaning.place(question)
        if place is None or place.repeat is None or place.repeat.name != repeat:
            self._fault(
                f"indexed-repeat() takes a question, and the repeat that it is in; {question} is not in {repeat}."
            )
